package profile

import (
	"os"
	"path/filepath"
	"runtime"

	"sotto/engine/model"
)

// Variable is the environment variable that holds the passphrase.
const Variable = "SOTTO_PASSPHRASE"

// BackupVariable is the environment variable that holds the passphrase of a
// backup.
const BackupVariable = "SOTTO_BACKUP_PASSPHRASE"

// PINVariable is the environment variable that holds the PIN of a security key.
const PINVariable = "SOTTO_KEY_PIN"

// DefaultFolder returns where this system keeps the data of programs, and there
// the profile: $XDG_DATA_HOME/sotto/default or ~/.local/share/sotto/default,
// ~/Library/Application Support/Sotto/default, %LOCALAPPDATA%\Sotto\default.
func DefaultFolder() (string, error) {
	return defaultFolder(runtime.GOOS, os.Getenv, os.UserHomeDir)
}

func defaultFolder(system string, getenv func(string) string, userHome func() (string, error)) (string, error) {
	const folder = "default"
	base, name := "", "sotto"
	switch system {
	case "windows":
		base, name = getenv("LOCALAPPDATA"), "Sotto"
	case "darwin":
		name = "Sotto"
	default:
		if dir := getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
			base = dir
		}
	}
	if base == "" {
		home, err := userHome()
		if err != nil {
			return "", model.Fail(model.ReasonNotFound, "there is no home folder: name one with --profile", err)
		}
		switch system {
		case "windows":
			base = filepath.Join(home, "AppData", "Local")
		case "darwin":
			base = filepath.Join(home, "Library", "Application Support")
		default:
			base = filepath.Join(home, ".local", "share")
		}
	}
	return filepath.Join(base, name, folder), nil
}
