package connectivity

import (
	"context"
	"os/exec"
	"runtime"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestANetworkComes gives a computer of its own (a network namespace) an address.
func TestANetworkComes(t *testing.T) {
	ip, err := exec.LookPath("ip")
	if err != nil {
		t.Skip("no ip here")
	}
	ready, signs, ended := make(chan int), make(chan struct{}, 8), make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		// The thread ends with the goroutine, which never unlocks it.
		runtime.LockOSThread()
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			close(ready)
			ended <- err
			return
		}
		socket, err := open()
		ready <- unix.Gettid()
		if err == nil {
			stop := context.AfterFunc(ctx, func() { socket.Close() })
			defer stop()
			listen(socket, signs)
		}
		ended <- err
	}()
	thread, ok := <-ready
	if !ok {
		t.Skip("no network namespace here: ", <-ended)
	}
	run := func(args ...string) {
		t.Helper()
		inside := append([]string{"--net=/proc/" + strconv.Itoa(unix.Getpid()) + "/task/" + strconv.Itoa(thread) + "/ns/net", ip}, args...)
		if out, err := exec.Command("nsenter", inside...).CombinedOutput(); err != nil {
			t.Fatalf("ip %v: %v: %s", args, err, out)
		}
	}
	run("link", "set", "lo", "up")
	run("address", "add", "192.0.2.7/24", "dev", "lo")
	select {
	case <-signs:
	case <-time.After(20 * time.Second):
		t.Fatal("an address that came is not heard")
	}
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}
