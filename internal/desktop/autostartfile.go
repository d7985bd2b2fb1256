//go:build linux || darwin

package desktop

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Set switches it on or off.
func (a Autostart) Set(on bool) error {
	path, err := a.path()
	if err != nil {
		return err
	}
	if !on {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	// Whole or not at all: half a file would start something else.
	next := path + ".new"
	err = os.WriteFile(next, []byte(a.file()), 0o600)
	if err == nil {
		err = os.Rename(next, path)
	}
	if err != nil {
		_ = os.Remove(next)
	}
	return err
}
