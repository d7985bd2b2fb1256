// Package logfile keeps the log of a program in two files of bounded size,
// sotto.log and sotto.log.1, which hold what a report of a fault needs and
// nothing about people: every line goes through redact.Line once more.
//
// [New] is given to a slog handler; [File.Export] writes both files in the order
// of time. Levels and formats are the caller's.
package logfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"sotto/internal/redact"
)

// Limit is the size at which a file makes way for the next: two of it at most
// lie on the disk.
const Limit = 1 << 20

const (
	name = "sotto.log"
	old  = name + ".1"
)

// File is a log on the disk. It is opened with the first line, so that a folder
// is made only where there is something to say. Its methods may be called from
// any goroutine.
type File struct {
	dir   string
	limit int64

	mu   sync.Mutex
	f    *os.File
	size int64
}

// New makes a log in a folder; limit bounds each of its two files.
func New(dir string, limit int64) *File { return &File{dir: dir, limit: limit} }

// Folder is where the files lie.
func (l *File) Folder() string { return l.dir }

// Write implements io.Writer for one line. A program goes on where its log
// cannot be written, so the line counts as written then, too.
func (l *File) Write(line []byte) (int, error) {
	clean := redact.Line(line)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.open(int64(len(clean))); err == nil {
		n, _ := l.f.Write(clean)
		l.size += int64(n)
	}
	return len(line), nil
}

// open makes sure that there is a file with room for n bytes more.
func (l *File) open(n int64) error {
	if l.f != nil && l.size+n > l.limit {
		err := l.f.Close()
		l.f = nil
		if err = errors.Join(err, os.Rename(l.path(name), l.path(old))); err != nil {
			// Better a shorter log than one that grows.
			_ = os.Remove(l.path(name))
		}
	}
	if l.f != nil {
		return nil
	}
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(l.path(name), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	st, err := f.Stat()
	if err != nil {
		f.Close()
		return err
	}
	l.f, l.size = f, st.Size()
	if l.size > 0 && l.size+n > l.limit {
		return l.open(n)
	}
	return nil
}

func (l *File) path(file string) string { return filepath.Join(l.dir, file) }

// Size is what both files take.
func (l *File) Size() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	total := int64(0)
	for _, file := range []string{old, name} {
		if st, err := os.Stat(l.path(file)); err == nil {
			total += st.Size()
		}
	}
	return total
}

// Export writes the log, the oldest line first.
func (l *File) Export(w io.Writer) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, file := range []string{old, name} {
		f, err := os.Open(l.path(file))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		_, err = io.Copy(w, f)
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// Delete removes the files, and the folder if nothing else is in it. The next
// line begins anew.
func (l *File) Delete() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.close()
	for _, file := range []string{old, name} {
		if e := os.Remove(l.path(file)); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	_ = os.Remove(l.dir) // stays when it is not empty
	return err
}

// Close closes the file; a later line opens it again.
func (l *File) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.close()
}

func (l *File) close() error {
	if l.f == nil {
		return nil
	}
	err := l.f.Close()
	l.f = nil
	return err
}
