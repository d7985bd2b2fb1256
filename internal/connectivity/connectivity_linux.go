package connectivity

import (
	"context"
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// watch listens to the kernel (rtnetlink(7)). Where that is refused, as in some
// sandboxes, it looks by itself.
func (w *watcher) watch(ctx context.Context) {
	socket, err := open()
	if err != nil {
		w.poll(ctx)
		return
	}
	stop := context.AfterFunc(ctx, func() { socket.Close() })
	defer stop()
	signs := make(chan struct{}, 1)
	go func() {
		defer close(signs)
		defer socket.Close()
		listen(socket, signs)
	}()
	w.gather(signs)
}

func open() (*os.File, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return nil, err
	}
	groups := uint32(unix.RTMGRP_IPV4_IFADDR | unix.RTMGRP_IPV6_IFADDR | unix.RTMGRP_IPV4_ROUTE | unix.RTMGRP_IPV6_ROUTE)
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: groups}); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), "netlink"), nil
}

func listen(socket *os.File, signs chan<- struct{}) {
	buffer := make([]byte, 1<<16)
	for {
		if _, err := socket.Read(buffer); err != nil && !errors.Is(err, unix.ENOBUFS) { // more signs than room for them
			return
		}
		select {
		case signs <- struct{}{}:
		default: // one waits already
		}
	}
}
