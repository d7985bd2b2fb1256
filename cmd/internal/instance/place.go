package instance

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// FolderName is the folder inside a profile's that has the socket and what
// belongs to it.
const FolderName = "run"

const (
	lockName   = "lock"
	socketName = "socket"
	pathName   = "path" // holds the socket's path, when it lies elsewhere

	// maxSocketPath is what the sun_path of every system holds with its final
	// zero byte (macOS: 104).
	maxSocketPath = 103
	maxPathFile   = 4096
)

// folder returns PROFILE/run.
func folder(profile string) (string, error) {
	abs, err := filepath.Abs(profile)
	if err != nil {
		return "", fmt.Errorf("profile folder: %w", err)
	}
	return filepath.Join(abs, FolderName), nil
}

// makePrivate makes a folder that only the owner may enter, and checks one that
// is there.
func makePrivate(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make folder of the socket: %w", err)
	}
	return checkPrivate(dir)
}

// checkPrivate refuses a folder in which somebody else could have put a socket.
// A symbolic link is refused too: its target may change.
func checkPrivate(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() || !private(info) {
		return fmt.Errorf("%w: %s", ErrForeign, dir)
	}
	return nil
}

// places returns where the socket may lie, best first.
func places(run string) []string {
	var list []string
	if near := filepath.Join(run, socketName); len(near) <= maxSocketPath {
		list = append(list, near)
	}
	sum := sha256.Sum256([]byte(run))
	name := hex.EncodeToString(sum[:10])
	for _, base := range append([]string{os.Getenv("XDG_RUNTIME_DIR"), os.TempDir()}, shortBases...) {
		far := filepath.Join(base, "sotto-"+userName(), name)
		if filepath.IsAbs(base) && len(far) <= maxSocketPath {
			list = append(list, far)
		}
	}
	return list
}

// locate returns where the socket of a profile lies, if anywhere.
func locate(run string) (string, error) {
	if err := checkPrivate(run); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return "", ErrNone
		}
		return "", err
	}
	near := filepath.Join(run, socketName)
	if _, err := os.Lstat(near); err == nil {
		return near, nil
	}
	info, err := os.Stat(filepath.Join(run, pathName))
	if err != nil || info.Size() > maxPathFile {
		return "", ErrNone
	}
	text, err := os.ReadFile(filepath.Join(run, pathName))
	if err != nil {
		return "", ErrNone
	}
	far := strings.TrimSpace(string(text))
	if err := checkPrivate(filepath.Dir(far)); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return "", ErrNone
		}
		return "", err
	}
	return far, nil
}
