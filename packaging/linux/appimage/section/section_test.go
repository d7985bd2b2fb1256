package section

import (
	"bytes"
	"errors"
	"os"
	"testing"
)

// self is a program that is surely there: this test.
func self(t testing.TB) []byte {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAddedSectionsAreFoundAgain(t *testing.T) {
	old := self(t)
	b, err := Add(old, "zsync|https://sotto.example/x")
	if err != nil {
		t.Fatal(err)
	}
	if end, err := End(bytes.NewReader(b)); err != nil || end != int64(len(b)) {
		t.Errorf("ends at %d of %d, %v", end, len(b), err)
	}
	behind := append(bytes.Clone(b), "an image"...)
	if end, err := End(bytes.NewReader(behind)); err != nil || end != int64(len(b)) {
		t.Errorf("ends at %d of %d with something behind, %v", end, len(b), err)
	}
	for name, want := range map[string]string{Update: "zsync|https://sotto.example/x", Signature: "", Key: ""} {
		if got, err := Content(bytes.NewReader(behind), name); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if string(b[8:11]) != "AI\x02" {
		t.Errorf("magic % x", b[8:11])
	}
	// What the system loads is untouched.
	if !bytes.Equal(b[headerSize:len(old)], old[headerSize:]) {
		t.Error("the program was changed")
	}
}

func TestWhatIsNoProgram(t *testing.T) {
	good := self(t)
	for name, change := range map[string]func([]byte) []byte{
		"empty":              func([]byte) []byte { return nil },
		"text":               func([]byte) []byte { return bytes.Repeat([]byte("#!/bin/sh\n"), 20) },
		"32 bits":            func(b []byte) []byte { b[4] = 1; return b },
		"a table outside":    func(b []byte) []byte { le.PutUint64(b[tableAt:], 1<<39); return b },
		"a table of nothing": func(b []byte) []byte { le.PutUint16(b[rowsAt:], 0); return b },
		"cut":                func(b []byte) []byte { return b[:100] },
		"names nowhere":      func(b []byte) []byte { le.PutUint16(b[namesAt:], 60000); return b },
	} {
		if _, err := Add(change(bytes.Clone(good)), ""); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Add(good, string(make([]byte, UpdateSize))); err == nil {
		t.Error("too much update information")
	}
}

func FuzzEnd(f *testing.F) {
	f.Add(self(f)[:4096])
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = End(bytes.NewReader(b))
		_, _ = Add(b, "x")
	})
}
