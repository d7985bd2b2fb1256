//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// A folder's name begins with prefix while somebody uses it. It is made under
// another name and renamed once it is locked, so that nobody takes it for a
// leftover in between.
const (
	prefix    = "sotto-appimage-"
	unlocked  = ".sotto-appimage-"
	noExec    = 0x8 // ST_NOEXEC of statvfs(3)
	folderFor = "appimage"
)

// place is a private folder that is removed at the end.
type place struct {
	path string
	lock *os.File // held while the folder is used
}

// newPlace makes a folder where programs may be started: under TMPDIR, or in the
// user's cache where temporary files cannot be programs. Folders that nobody
// uses any more, because somebody was killed, are removed first.
func newPlace() (*place, error) {
	var failed error
	for _, base := range bases() {
		if err := os.MkdirAll(base, 0o700); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		var st syscall.Statfs_t
		if err := syscall.Statfs(base, &st); err == nil && st.Flags&noExec != 0 {
			failed = errors.Join(failed, fmt.Errorf("programs cannot be started in %s; set TMPDIR to another folder", base))
			continue
		}
		removeLeftovers(base)
		p, err := makePlace(base)
		if err == nil {
			return p, nil
		}
		failed = errors.Join(failed, err)
	}
	return nil, failed
}

func bases() []string {
	temporary := os.TempDir()
	if whole, err := filepath.Abs(temporary); err == nil {
		temporary = whole // the application may go to another folder
	}
	all := []string{temporary}
	if cache, err := os.UserCacheDir(); err == nil {
		all = append(all, filepath.Join(cache, "sotto", folderFor))
	}
	return all
}

func makePlace(base string) (*place, error) {
	fresh, err := os.MkdirTemp(base, unlocked)
	if err != nil {
		return nil, err
	}
	lock, err := lockFolder(fresh)
	if err == nil {
		p := &place{filepath.Join(base, prefix+strings.TrimPrefix(filepath.Base(fresh), unlocked)), lock}
		if err = os.Rename(fresh, p.path); err == nil {
			return p, nil
		}
		lock.Close()
	}
	return nil, errors.Join(err, os.Remove(fresh))
}

// lockFolder fails when another process holds the lock.
func lockFolder(path string) (*os.File, error) {
	fd, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NOFOLLOW|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		syscall.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), path), nil
}

// remove removes the folder and everything in it.
func (p *place) remove() error {
	return errors.Join(os.RemoveAll(p.path), p.lock.Close())
}

// removeLeftovers removes this user's folders that nobody has locked. What
// cannot be removed is left.
func removeLeftovers(base string) {
	entries, err := os.ReadDir(base)
	if err != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.IsDir() || !strings.HasPrefix(e.Name(), prefix) {
			continue
		}
		if st, ok := info.Sys().(*syscall.Stat_t); !ok || int(st.Uid) != os.Getuid() {
			continue
		}
		if lock, err := lockFolder(filepath.Join(base, e.Name())); err == nil {
			_ = (&place{filepath.Join(base, e.Name()), lock}).remove()
		}
	}
}
