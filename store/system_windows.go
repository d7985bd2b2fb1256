package store

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// diskFull reports errors that mean "no room": the disk or a quota.
func diskFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL) ||
		errors.Is(err, windows.ERROR_DISK_QUOTA_EXCEEDED)
}

// lockFile takes the exclusive lock; taken is false when somebody has it.
func lockFile(f *os.File) (taken bool, err error) {
	err = windows.LockFileEx(windows.Handle(f.Fd()),
		windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, new(windows.Overlapped))
	if err == windows.ERROR_LOCK_VIOLATION || err == windows.ERROR_IO_PENDING {
		return false, nil
	}
	return err == nil, err
}

// abandon closes a database file of which bbolt may keep a memory map.
func abandon(f *os.File) error { return f.Close() }

// syncDir does nothing: Windows has no handle to flush a folder by, and
// MoveFileEx is journaled.
func syncDir(string) error { return nil }
