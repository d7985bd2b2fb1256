package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
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

func TestWhereThePortableAppImageIsStartedFrom(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no AppImages here")
	}
	const image = "/media/stick/Sotto.AppImage"
	for _, c := range []struct {
		name string
		env  map[string]string
		want string
	}{
		{"not portable", map[string]string{"HOME": "/home/maya", "REAL_HOME": "/home/other"}, ""},
		{"portable home", map[string]string{"HOME": image + ".home", "REAL_HOME": "/home/maya"}, "/home/maya/.config"},
		{"portable home, settings apart", map[string]string{"HOME": image + ".home", "REAL_HOME": "/home/maya", "REAL_XDG_CONFIG_HOME": "/home/maya/etc"}, "/home/maya/etc"},
		{"portable settings", map[string]string{"HOME": "/home/maya", "XDG_CONFIG_HOME": image + ".config", "REAL_HOME": "/home/maya"}, "/home/maya/.config"},
		{"a runtime that does not say it", map[string]string{"HOME": image + ".home"}, ""},
		{"the home of another program", map[string]string{"HOME": "/media/stick/Terminal.AppImage.home", "REAL_HOME": "/home/maya"}, ""},
	} {
		if got := userConfig(image, func(name string) string { return c.env[name] }); filepath.ToSlash(got) != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

// TestAutostartOfAPortableAppImage reads the record that such a window writes: the
// file of the AppImage, in the user's own settings, beside that of another Sotto.
func TestAutostartOfAPortableAppImage(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no AppImages here")
	}
	// The running program is this test: its folder is the unpacked one.
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	image := filepath.Join(dir, "My Sotto.AppImage")
	users := filepath.Join(dir, "maya")
	for name, value := range map[string]string{
		"APPIMAGE": image, "APPDIR": filepath.Dir(self), "HOME": image + ".home", "REAL_HOME": users, "XDG_CONFIG_HOME": "",
	} {
		t.Setenv(name, value)
	}
	window := &host{o: options{usual: true}}
	if err := window.Autostart().Set(true); err != nil {
		t.Fatal(err)
	}
	if on, err := window.Autostart().On(); !on || err != nil {
		t.Errorf("on: %v, %v", on, err)
	}
	records, err := filepath.Glob(filepath.Join(users, ".config", "autostart", "im.sotto.Sotto-*.desktop"))
	if err != nil || len(records) != 1 {
		t.Fatalf("records: %v, %v", records, err)
	}
	text, err := os.ReadFile(records[0])
	if err != nil || !strings.Contains(string(text), "\nExec=\""+image+"\" --hidden\n") {
		t.Errorf("%s, %v", text, err)
	}
	if _, err := os.Stat(image + ".home"); err == nil {
		t.Error("something was written where no desktop looks")
	}
}
