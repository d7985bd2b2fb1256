package desktop

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// path is where launchd looks for what it starts with the user's session.
func (a Autostart) path() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, "Library", "LaunchAgents", a.record()+".plist"), nil
}

// On reports whether the program is started.
func (a Autostart) On() (bool, error) {
	path, err := a.path()
	if err != nil {
		return false, err
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && string(data) == a.plist(), err
}

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
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(a.plist()), 0o644)
}
