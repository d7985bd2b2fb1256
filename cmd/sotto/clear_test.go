package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sotto/engine"
	"sotto/internal/testkit"
)

// TestClearEmptiesTheFolder makes a profile, clears it, and makes another in the
// same place with the same program.
func TestClearEmptiesTheFolder(t *testing.T) {
	k := testkit.New(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "network.json")
	if err := os.WriteFile(file, k.Net.File(), 0o600); err != nil {
		t.Fatal(err)
	}
	o := options{folder: filepath.Join(dir, "profile"), network: file}
	log, files := newLog(o, &bytes.Buffer{})
	h := newHost(o, log, files)
	damaged := o.folder + ".damaged-20261123-101112"
	other := o.folder + ".damaged-by-me"
	for _, d := range []string{damaged, other} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	first, err := h.Create(t.Context(), engine.Protection{None: true}, engine.Origin{}, "Robin")
	if err != nil {
		t.Fatal(err)
	}
	id := first.Me().ID
	log.Warn("something to log")
	if h.Logs().Size() == 0 {
		t.Error("nothing was logged")
	}
	if err := h.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(o.folder); err != nil || len(entries) != 0 {
		t.Errorf("left in the profile: %v, %v", entries, err)
	}
	if _, err := os.Stat(damaged); !os.IsNotExist(err) {
		t.Error("a damaged copy of the profile is left")
	}
	if _, err := os.Stat(other); err != nil {
		t.Error("something that is not ours went as well")
	}
	second, err := h.Create(t.Context(), engine.Protection{None: true}, engine.Origin{}, "Robin again")
	if err != nil {
		t.Fatal(err)
	}
	if second.Me().ID == id {
		t.Error("the account came back")
	}
	if err := h.close(); err != nil {
		t.Error(err)
	}
	if err := files.Close(); err != nil {
		t.Error(err)
	}
}

// TestWhatWasNotUsedIsNotStarted closes a place that never had a profile, as an
// account has that stayed locked or was not made after all.
func TestWhatWasNotUsedIsNotStarted(t *testing.T) {
	base := t.TempDir()
	o := options{folder: filepath.Join(base, "profile"), network: "local"}
	log, files := newLog(o, &bytes.Buffer{})
	h := newHost(o, log, files)
	if err := h.close(); err != nil {
		t.Error(err)
	}
	if err := files.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(base); err != nil || len(left) > 0 {
		t.Errorf("closing made %v, %v", left, err)
	}
	if _, err := h.Create(t.Context(), engine.Protection{None: true}, engine.Origin{}, "Robin"); err == nil {
		t.Error("a profile is made after the end")
	}
}

func TestExportedLogSaysWhatMadeIt(t *testing.T) {
	o := options{folder: t.TempDir()}
	log, files := newLog(o, &bytes.Buffer{})
	log.Info("told in the file only")
	to := filepath.Join(t.TempDir(), "log.txt")
	l := logs{files}
	if err := l.Export(to); err != nil {
		t.Fatal(err)
	}
	if err := l.Export(to); !os.IsExist(err) {
		t.Errorf("a file that was there was written over: %v", err)
	}
	got, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Sotto " + version, "told in the file only"} {
		if !strings.Contains(string(got), want) {
			t.Errorf("the export lacks %q", want)
		}
	}
	if err := files.Close(); err != nil {
		t.Error(err)
	}
}
