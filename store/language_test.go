package store

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheLanguageIsKnownWithoutOpening(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "profile")
	if err := SetLanguage(dir, "de"); err == nil {
		t.Error("a folder without a profile keeps a language")
	}
	s, err := Create(dir, "testnet", Protection{None: true}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	says := func(want string) {
		t.Helper()
		info, err := Inspect(dir)
		if err != nil || info.Language != want {
			t.Errorf("language %q, %v; want %q", info.Language, err, want)
		}
	}
	says("")
	if err := SetLanguage(dir, "pt-BR"); err != nil {
		t.Fatal(err)
	}
	says("pt-BR")
	for _, hostile := range []string{"../../etc", "de fr", "\x00", "a-very-long-code-that-nobody-speaks-at-all-anywhere"} {
		if err := os.WriteFile(filepath.Join(dir, languageName), []byte(hostile), 0o600); err != nil {
			t.Fatal(err)
		}
		says("")
	}
	if err := SetLanguage(dir, ""); err != nil {
		t.Fatal(err)
	}
	says("")
}
