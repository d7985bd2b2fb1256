package store

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestDestroyLeavesNothingOfTheProfile(t *testing.T) {
	ring := &fakeKeyring{m: map[string]string{}}
	o := Options{Keyring: ring, KDF: cheapKDF}
	dir := filepath.Join(t.TempDir(), "profile")
	must(t, Destroy(dir, o)) // nothing there
	s, err := Create(dir, "local", Protection{Keyring: true}, o)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(s.AttachmentsDir(), "a"), []byte("sealed"), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, databaseName+compactSuffix), nil, 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "letter.txt"), []byte("not of the store"), 0o600))
	if len(ring.m) != 1 {
		t.Fatalf("%d entries in the key ring", len(ring.m))
	}
	if err := Destroy(dir, o); !errors.Is(err, ErrLocked) {
		t.Fatalf("an open profile was destroyed: %v", err)
	}
	must(t, s.Close())
	must(t, Destroy(dir, o))
	if len(ring.m) != 0 {
		t.Error("the key ring still has the key")
	}
	entries, err := os.ReadDir(dir)
	must(t, err)
	if len(entries) != 1 || entries[0].Name() != "letter.txt" {
		t.Errorf("left in the folder: %v", entries)
	}
	if i, err := Inspect(dir); err != nil || i.Exists {
		t.Errorf("there still is a profile: %+v, %v", i, err)
	}
	s, err = Create(dir, "local", Protection{None: true}, o)
	must(t, err)
	must(t, s.Close())
}
