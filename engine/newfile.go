package engine

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"sotto/engine/model"
	"sotto/store"
)

// What is written for the user, outside of the profile, has another name beside its
// own until it is whole: ".sotto-NUMBER.part". Whoever makes it holds it open, so
// that what a crash has left can be told from what is being made; it is removed when
// the same folder is written to the next time.
const (
	partPrefix = ".sotto-"
	partSuffix = ".part"
)

// WriteNew makes a file that is there as a whole or not at all. A file of that
// name is left alone (ErrFileExists).
func WriteNew(path string, write func(io.Writer) error) (err error) {
	if err := freeName(path); err != nil {
		return err
	}
	sweepParts(filepath.Dir(path))
	f, err := os.CreateTemp(filepath.Dir(path), partPrefix+"*"+partSuffix)
	if err != nil {
		return saveError(err)
	}
	holdPart(f)
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	w := bufio.NewWriterSize(f, pieces)
	if err := write(w); err != nil {
		return spaceError(err)
	}
	if err = w.Flush(); err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return spaceError(err)
	}
	// A link does not replace what came meanwhile; not every file system knows
	// links.
	if err := os.Link(f.Name(), path); err == nil {
		_ = os.Remove(f.Name())
		return nil
	} else if errors.Is(err, fs.ErrExist) {
		return errNameTaken()
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return saveError(err)
	}
	return nil
}

// WriteNewFolder is WriteNew for a folder, which fill fills.
func WriteNewFolder(path string, fill func(folder string) error) (err error) {
	if err := freeName(path); err != nil {
		return err
	}
	sweepParts(filepath.Dir(path))
	folder, err := os.MkdirTemp(filepath.Dir(path), partPrefix+"*"+partSuffix)
	if err != nil {
		return saveError(err)
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(folder)
		}
	}()
	d, err := os.Open(folder)
	if err != nil {
		return saveError(err)
	}
	holdPart(d)
	err = fill(folder)
	if cerr := d.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return spaceError(err)
	}
	if err := os.Rename(folder, path); err != nil {
		return saveError(err)
	}
	return nil
}

// freeName refuses a name that is taken.
func freeName(path string) error {
	_, err := os.Lstat(path)
	switch {
	case err == nil:
		return errNameTaken()
	case !errors.Is(err, fs.ErrNotExist):
		return saveError(err)
	}
	return nil
}

func errNameTaken() error {
	return model.Fail(model.ReasonNotAllowed, "there is a file of that name: choose another one", ErrFileExists)
}

// spaceError says that there is no room where that is why writing ended.
func spaceError(err error) error {
	if errors.Is(err, store.ErrDiskFull) || errors.Is(err, syscall.ENOSPC) {
		return model.Fail(model.ReasonDisk, "there is not enough room on the disk: choose another place", plainPath(err))
	}
	return err
}

// swept are folders in which this process has removed what was left behind: after
// that, nothing there is older than the process.
var swept sync.Map

// freshPart is how long a part is left alone although nobody holds it: whoever makes
// it needs a moment from its making to its holding.
const freshPart = 10 * time.Second

// sweepParts removes what a crash has left in a folder. What cannot be removed is
// somebody else's trouble: the folder is the user's.
func sweepParts(folder string) {
	if whole, err := filepath.Abs(folder); err == nil {
		folder = whole
	}
	if _, done := swept.LoadOrStore(folder, true); done {
		return
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), partPrefix) || !strings.HasSuffix(e.Name(), partSuffix) {
			continue
		}
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() && !info.IsDir() || time.Since(info.ModTime()) < freshPart {
			continue
		}
		if path := filepath.Join(folder, e.Name()); partLeft(path) {
			_ = os.RemoveAll(path)
		}
	}
}
