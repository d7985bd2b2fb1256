package accounts

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"unicode/utf8"
)

// Index is the accounts of a base folder. Its methods may be called from any
// goroutine.
type Index struct {
	base string

	mu     sync.Mutex
	list   []Entry
	last   string
	frozen bool // a newer version's file is not written over
}

// Open reads the accounts of a base folder, which need not exist. Beside the
// index, which is always there to be used, the error tells what was wrong with
// the file: ErrDamaged, ErrNewer, or that it cannot be read.
//
// A profile that the file does not name comes after those that it names; a name
// without a profile is left out.
func Open(base string) (*Index, error) {
	x, err := Look(base)
	if errors.Is(err, ErrDamaged) {
		err = errors.Join(err, x.putAside())
	}
	return x, err
}

// Look is Open for who changes nothing: a damaged file stays where it is.
func Look(base string) (*Index, error) {
	x := &Index{base: base}
	data, err := readBounded(filepath.Join(base, fileName))
	if err == nil {
		x.list, x.last, err = Parse(data)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = nil
	case err != nil && !errors.Is(err, ErrDamaged):
		x.frozen = true
	}
	x.list = slices.DeleteFunc(x.list, func(e Entry) bool { return !x.holds(e.Folder) })
	x.list = append(x.list, x.unlisted()...)
	if len(x.list) == 0 {
		x.list = []Entry{{Folder: First}}
	}
	if x.at(x.last) < 0 {
		x.last = x.list[0].Folder
	}
	return x, err
}

// readBounded reads a file and one byte more than it may have, so that Parse
// refuses what is longer.
func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}

// putAside keeps a damaged file under another name.
func (x *Index) putAside() error {
	path := filepath.Join(x.base, fileName)
	return os.Rename(path, path+".damaged")
}

// holds says whether there is a profile in a folder, readable or not.
func (x *Index) holds(folder string) bool {
	_, err := os.Stat(filepath.Join(x.base, folder, "profile.json"))
	return err == nil || !errors.Is(err, fs.ErrNotExist)
}

// unlisted lists profiles that are not in the index, by name, the first one
// first.
func (x *Index) unlisted() []Entry {
	entries, err := os.ReadDir(x.base)
	if err != nil {
		return nil
	}
	var out []Entry
	for _, e := range entries {
		if name := e.Name(); e.IsDir() && folderName.MatchString(name) && x.at(name) < 0 && x.holds(name) {
			out = append(out, Entry{Folder: name})
		}
	}
	slices.SortStableFunc(out, func(a, b Entry) int {
		switch {
		case a.Folder == First:
			return -1
		case b.Folder == First:
			return 1
		}
		return 0
	})
	return out
}

func (x *Index) at(folder string) int {
	return slices.IndexFunc(x.list, func(e Entry) bool { return e.Folder == folder })
}

// Accounts lists the accounts in their order, at least one, and which of them was
// shown last. Where there is none yet, it is the place of the first.
func (x *Index) Accounts() (list []Entry, last int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.list), max(x.at(x.last), 0)
}

// Path is the profile folder of an account.
func (x *Index) Path(folder string) string { return filepath.Join(x.base, folder) }

// NewFolder draws the name of a folder for another account; random gives 8 bytes.
// Nothing is made or kept until Add. Errors: ErrFull, or that random fails.
func (x *Index) NewFolder(random io.Reader) (string, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.list) >= Max {
		return "", ErrFull
	}
	for {
		var b [8]byte
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return "", fmt.Errorf("name a folder: %w", err)
		}
		folder := "account-" + hex.EncodeToString(b[:])
		if _, err := os.Lstat(filepath.Join(x.base, folder)); errors.Is(err, fs.ErrNotExist) {
			return folder, nil
		}
	}
}

// Add keeps an account at the end; its profile was made. One that is there
// already stays where it is, and the place of a first that never came goes.
func (x *Index) Add(folder string) error {
	return x.change(func() error {
		x.list = slices.DeleteFunc(x.list, func(e Entry) bool { return e.Folder != folder && !x.holds(e.Folder) })
		if x.at(folder) < 0 {
			x.list = append(x.list, Entry{Folder: folder})
		}
		return nil
	})
}

// Remove forgets an account; its profile was removed. Without any, the place of
// the first is left.
func (x *Index) Remove(folder string) error {
	return x.change(func() error {
		i := x.at(folder)
		if i < 0 {
			return ErrUnknown
		}
		x.list = slices.Delete(x.list, i, i+1)
		if len(x.list) == 0 {
			x.list = []Entry{{Folder: First}}
		}
		if x.last == folder {
			x.last = x.list[max(i-1, 0)].Folder
		}
		return nil
	})
}

// Show keeps which account is shown.
func (x *Index) Show(folder string) error {
	return x.change(func() error {
		if x.at(folder) < 0 {
			return ErrUnknown
		}
		x.last = folder
		return nil
	})
}

// Label keeps what is told of an account while it is locked; empty is nothing.
func (x *Index) Label(folder, label string) error {
	return x.change(func() error {
		i := x.at(folder)
		if i < 0 {
			return ErrUnknown
		}
		x.list[i].Label = cut(label)
		return nil
	})
}

// cut shortens a label to what the file takes, between characters.
func cut(label string) string {
	for len(label) > maxLabel {
		_, n := utf8.DecodeLastRuneInString(label)
		label = label[:len(label)-n]
	}
	return label
}

// change changes the index and writes it: to another name first, so that a crash
// leaves the old file or the new one.
func (x *Index) change(f func() error) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := f(); err != nil {
		return err
	}
	if x.at(x.last) < 0 {
		x.last = x.list[0].Folder
	}
	if x.frozen {
		return nil
	}
	data, err := encode(x.list, x.last)
	if err != nil {
		return fmt.Errorf("keep the list of accounts: %w", err)
	}
	if err := os.MkdirAll(x.base, 0o700); err != nil {
		return fmt.Errorf("keep the list of accounts: %w", err)
	}
	path := filepath.Join(x.base, fileName)
	if err := write(path+".new", data); err != nil {
		return fmt.Errorf("keep the list of accounts: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("keep the list of accounts: %w", err)
	}
	return nil
}

func write(path string, data []byte) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Sync()
}
