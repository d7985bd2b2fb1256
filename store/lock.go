package store

import (
	"fmt"
	"os"
	"path/filepath"
)

// lock is the exclusive right to a profile folder. The system drops it when the
// process ends, however it ends; the file stays.
type lock struct{ f *os.File }

func takeLock(dir string) (*lock, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, explain(fmt.Errorf("open lock: %w", err))
	}
	taken, err := lockFile(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("lock profile: %w", err)
	}
	if !taken {
		f.Close()
		return nil, ErrLocked
	}
	return &lock{f}, nil
}

func (l *lock) release() { l.f.Close() }
