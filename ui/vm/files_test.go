package vm

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sotto/engine/model"
)

// cabinet is an engine that saves and opens files.
type cabinet struct {
	data  []byte
	after int   // files that can be saved until the disk is full
	read  error // what reading ends with, in place of the end
	saved int
}

func (c *cabinet) SaveAttachment(_ context.Context, _ model.MessageID, _ int, path string) (string, error) {
	if c.saved++; c.saved > c.after {
		return "", model.Fail(model.ReasonDisk, "full", nil)
	}
	return filepath.Join(path, "report.pdf"), nil
}

func (c *cabinet) OpenAttachment(model.MessageID, int) (io.ReadSeekCloser, error) {
	return &broken{bytes.NewReader(c.data), c.read}, nil
}

type broken struct {
	*bytes.Reader
	err error
}

func (b *broken) Close() error { return nil }
func (b *broken) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) && b.err != nil {
		err = b.err
	}
	return n, err
}

// WriteTo is hidden: io.Copy would not see the error.
func (b *broken) WriteTo(w io.Writer) (int64, error) {
	n, err := b.Reader.WriteTo(w)
	if err == nil {
		err = b.err
	}
	return n, err
}

func TestSaveTellsHowFarItCame(t *testing.T) {
	for _, c := range []struct {
		files, room int
		want        string
	}{
		{1, 9, "Saved as /home/robin/report.pdf"},
		{3, 9, "3 files saved in /home/robin"},
		{1, 0, "Not saved: there is no room on the disk, or it cannot be written. Make some room and try again."},
		{3, 2, "2 files saved in /home/robin, the rest was not. Not saved: there is no room on the disk, or it cannot be written. Make some room and try again."},
		{3, 1, "One file saved in /home/robin, the rest was not. Not saved: there is no room on the disk, or it cannot be written. Make some room and try again."},
	} {
		d := newDesktop(t)
		f := NewFiles(d.Desk, &cabinet{after: c.room}, func() string { return "/home/robin" })
		said := ""
		f.Save(make([]FileRef, c.files), func(s string) { said = s })
		d.until("a sentence", func() bool { return said != "" })
		if !strings.EqualFold(said, c.want) {
			t.Errorf("%d files, room for %d: %q, want %q", c.files, c.room, said, c.want)
		}
	}
}

// A copy for another program is whole or not there.
func TestOpenLeavesNoHalfCopy(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", dir)
	d := newDesktop(t)
	c := &cabinet{data: bytes.Repeat([]byte("page "), 100_000)}
	f := NewFiles(d.Desk, c, t.TempDir)
	copies := func() (n int) {
		err := filepath.WalkDir(dir, func(_ string, e os.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				n++
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	var path, said string
	open := func(name string) {
		t.Helper()
		path, said = "", ""
		f.Open(FileRef{}, name, func(p string) { path = p }, func(s string) { said = s })
		d.until("an answer", func() bool { return path != "" || said != "" })
	}
	open("../../report.pdf")
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, c.data) || filepath.Base(path) != "report.pdf" || !strings.HasPrefix(path, dir) {
		t.Errorf("opened %s: %v", path, err)
	}
	for _, e := range []struct {
		err  error
		want string
	}{
		{model.Fail(model.ReasonDamaged, "damaged", nil), "The file is damaged on this disk. Ask for it to be sent again."},
		{errors.New("write: no space left on device"), "Not opened: there is no room on the disk for the copy that the other program reads. Make some, then try again."},
	} {
		c.read = e.err
		if open("report.pdf"); said != e.want || path != "" {
			t.Errorf("%v: %q", e.err, said)
		}
		if n := copies(); n != 1 {
			t.Errorf("%d copies lie there, want the one that was opened", n)
		}
	}
	f.Close()
	if n := copies(); n != 0 {
		t.Errorf("%d copies are left", n)
	}
}
