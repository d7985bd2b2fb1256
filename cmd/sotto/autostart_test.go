package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestWhatStartsAgain lays out an AppImage that runs, beside a program that is
// installed.
func TestWhatStartsAgain(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	unpacked := filepath.Join(dir, "unpacked")
	if err := os.Mkdir(unpacked, 0o700); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "tmp")
	if err := os.Symlink(unpacked, link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	image := filepath.Join(dir, "Sotto.AppImage")
	inside := filepath.Join(unpacked, "usr", "bin", "sotto")
	installed := filepath.Join(dir, "usr", "bin", "sotto")
	for _, c := range []struct{ name, path, image, folder, want string }{
		{"installed", installed, "", "", installed},
		{"AppImage", inside, image, unpacked, image},
		{"AppImage, unpacked by way of a link", inside, image, link, image},
		{"installed, started by the AppImage of another program", installed, filepath.Join(dir, "Terminal.AppImage"), unpacked, installed},
		{"beside a folder with the same beginning", unpacked + "2/sotto", image, unpacked, unpacked + "2/sotto"},
		{"unpacked by hand", inside, "", unpacked, inside},
		{"a name that depends on the folder", inside, "Sotto.AppImage", unpacked, inside},
		{"a folder that is gone", inside, image, filepath.Join(dir, "gone"), inside},
	} {
		if got := startsAgain(filepath.FromSlash(c.path), c.image, c.folder); got != filepath.FromSlash(c.want) {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}
