//go:build !windows

package engine

import (
	"os"
	"syscall"
)

// holdPart says to other processes that a part is being made, as long as f is open.
// A file system that knows no locks keeps what a crash leaves.
func holdPart(f *os.File) { _ = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }

// partLeft says that nobody makes a part any more.
func partLeft(path string) bool {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
