package desktop

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestAutostartIsReadByOthers has GLib start what the file says, with a path and
// arguments that need every rule of quoting. (A per cent sign in the path itself
// GLib does not find again.)
func TestAutostartIsReadByOthers(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", home)
	dir := filepath.Join(home, `My "apps" $HOME \n`)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	seen := filepath.Join(home, "seen")
	program := filepath.Join(dir, "So`tto")
	if err := os.WriteFile(program, []byte("#!/bin/sh\nfor a in \"$@\"; do printf '%s\\n' \"$a\"; done >'"+seen+".new'\nmv '"+seen+".new' '"+seen+"'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	args := []string{"--hidden", "--profile", `/a b/%u 'c' "d" $e \f`, "", "-p=1"}
	a := Autostart{App: App{ID: "im.sotto.Sotto", Name: "Sotto"}, Program: program, Args: args}
	want := func(on bool) {
		t.Helper()
		if got, err := a.On(); got != on || err != nil {
			t.Errorf("on: %v, %v", got, err)
		}
	}
	want(false)
	if err := a.Set(false); err != nil { // nothing to switch off
		t.Fatal(err)
	}
	if err := a.Set(true); err != nil {
		t.Fatal(err)
	}
	want(true)
	path := filepath.Join(home, "autostart", "im.sotto.Sotto.desktop")
	if gio, err := exec.LookPath("gio"); err == nil {
		if out, err := exec.Command(gio, "launch", path).CombinedOutput(); err != nil {
			t.Fatalf("gio launch: %v: %s", err, out)
		}
		var got []byte
		await(t, "the program that GLib starts", func() bool {
			var err error
			got, err = os.ReadFile(seen)
			return err == nil
		})
		if string(got) != strings.Join(args, "\n")+"\n" {
			t.Errorf("started with\n%s", got)
		}
	}
	moved := a
	moved.Program += "2"
	if on, err := moved.On(); on || err != nil {
		t.Errorf("a program that was moved counts as started: %v", err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"Hidden=true\n", "X-GNOME-Autostart-enabled = false\n"} { // as desktops switch it off
		write(t, path, strings.Replace(string(text), "X-GNOME-Autostart-enabled=true\n", line, 1))
		want(false)
	}
	if err := a.Set(true); err != nil {
		t.Fatal(err)
	}
	want(true)
	if err := a.Set(false); err != nil {
		t.Fatal(err)
	}
	want(false)
}

func TestAutostartOfAProfile(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	usual := Autostart{App: App{ID: "im.sotto.Sotto", Name: "Sotto"}, Program: "/usr/bin/sotto", Args: []string{"--hidden"}}
	other := usual
	other.Variant = "1a2b"
	if err := other.Set(true); err != nil {
		t.Fatal(err)
	}
	if on, err := usual.On(); on || err != nil {
		t.Errorf("the usual profile starts with another one: %v", err)
	}
	if on, err := other.On(); !on || err != nil {
		t.Errorf("on: %v, %v", on, err)
	}
}

// TestAutostartWhereTheDesktopLooks has settings of the process apart from those
// of the user, as in an AppImage with a portable home.
func TestAutostartWhereTheDesktopLooks(t *testing.T) {
	own, users := t.TempDir(), t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", own)
	a := Autostart{App: App{ID: "im.sotto.Sotto", Name: "Sotto"}, Program: "/media/stick/Sotto.AppImage", Args: []string{"--hidden"}, Config: users}
	if err := a.Set(true); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(users, "autostart", "im.sotto.Sotto.desktop"))
	if err != nil || !strings.Contains(string(text), "\nExec=/media/stick/Sotto.AppImage --hidden\n") {
		t.Errorf("%q, %v", text, err)
	}
	if on, err := a.On(); !on || err != nil {
		t.Errorf("on: %v, %v", on, err)
	}
	if left, err := os.ReadDir(own); err != nil || len(left) != 0 {
		t.Errorf("written where no desktop looks: %v, %v", left, err)
	}
}

func TestAutostartWithoutAPlace(t *testing.T) {
	home := t.TempDir()
	write(t, filepath.Join(home, "autostart"), "a file in the place of the folder")
	t.Setenv("XDG_CONFIG_HOME", home)
	if err := (Autostart{App: App{ID: "x"}, Program: "/x"}).Set(true); err == nil {
		t.Error("written into a file")
	}
}
