//go:build unix

package drive

import (
	"os"
	"syscall"
)

// mapFile shares the memory of a file, to read.
func mapFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	about, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return syscall.Mmap(int(f.Fd()), 0, int(about.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
}

func unmap(memory []byte) error { return syscall.Munmap(memory) }
