//go:build !windows

package instance

import (
	"io/fs"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// shortBases are folders with short names, in which anybody may make folders.
var shortBases = []string{"/tmp"}

func userName() string { return strconv.Itoa(os.Getuid()) }

// private says that a folder is ours and nobody else may enter it.
func private(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Getuid() && info.Mode().Perm()&0o077 == 0
}

// protect lets nobody but the owner connect to a socket.
func protect(socket string) error { return os.Chmod(socket, 0o600) }

// tryLock takes an exclusive lock that ends with the process.
func tryLock(f *os.File) (taken bool, err error) {
	for {
		switch err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err {
		case nil:
			return true, nil
		case unix.EINTR:
		case unix.EWOULDBLOCK:
			return false, nil
		default:
			return false, err
		}
	}
}
