package engine

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestWhatACrashLeftGoes: of files in the making, those of a process that is gone go
// when the folder is written to again, and nothing else.
func TestWhatACrashLeftGoes(t *testing.T) {
	dir := t.TempDir()
	long := time.Now().Add(-time.Hour)
	put := func(name string, folder bool, changed time.Time) string {
		path := filepath.Join(dir, name)
		file := path
		if folder {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
			file = filepath.Join(path, "index.html")
		}
		if err := os.WriteFile(file, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, changed, changed); err != nil {
			t.Fatal(err)
		}
		return path
	}
	hold := func(path string) {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		holdPart(f)
	}
	gone := []string{put(".sotto-1.part", false, long), put(".sotto-2.part", true, long)}
	stay := []string{
		put(".sotto-3.part", false, long), put(".sotto-4.part", true, long), // being made
		put(".sotto-5.part", false, time.Now()), // about to be held
		put(".sotto-6.txt", false, long), put("7.part", false, long), put("sotto", true, long),
	}
	hold(stay[0])
	hold(stay[1])
	made := filepath.Join(dir, "made")
	err := WriteNewFolder(made, func(folder string) error {
		return WriteNew(filepath.Join(folder, "a"), func(w io.Writer) error { _, err := w.Write([]byte("whole")); return err })
	})
	if err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(filepath.Join(made, "a")); err != nil || string(data) != "whole" {
		t.Errorf("made is %q, %v", data, err)
	}
	for _, path := range gone {
		if _, err := os.Lstat(path); !os.IsNotExist(err) {
			t.Errorf("%s is there: %v", filepath.Base(path), err)
		}
	}
	for _, path := range stay {
		if _, err := os.Lstat(path); err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
		}
	}
}
