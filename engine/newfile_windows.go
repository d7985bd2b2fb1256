package engine

import (
	"os"
	"syscall"
)

// holdPart has nothing to do: a file or folder that is open is held.
func holdPart(*os.File) {}

// partLeft says that nobody makes a part any more: it can be opened for this process
// alone.
func partLeft(path string) bool {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return false
	}
	h, err := syscall.CreateFile(name, syscall.GENERIC_READ, 0, nil, syscall.OPEN_EXISTING, syscall.FILE_FLAG_BACKUP_SEMANTICS, 0)
	if err != nil {
		return false
	}
	return syscall.CloseHandle(h) == nil
}
