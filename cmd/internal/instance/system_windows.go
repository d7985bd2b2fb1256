package instance

import (
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

var shortBases []string

// userName is constant: the temporary folder is the user's own.
func userName() string { return "run" }

// private trusts the access rights that a folder inherits from the user's.
func private(fs.FileInfo) bool { return true }

// protect does nothing: the folder's rights hold for the socket.
func protect(string) error { return nil }

// tryLock takes an exclusive lock that ends with the process.
func tryLock(f *os.File) (taken bool, err error) {
	err = windows.LockFileEx(windows.Handle(f.Fd()),
		windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, new(windows.Overlapped))
	if err == windows.ERROR_LOCK_VIOLATION || err == windows.ERROR_IO_PENDING {
		return false, nil
	}
	return err == nil, err
}
