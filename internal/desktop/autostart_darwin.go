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

// file is what the record says.
func (a Autostart) file() string { return a.plist() }
