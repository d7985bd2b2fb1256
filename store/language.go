package store

import (
	"io"
	"os"
	"path/filepath"
	"strings"
)

// The language of the window is kept in a file of its own, in the clear: the
// lock screen speaks it before anything is open. It tells a thief of the folder
// no more than the desktop's own settings do.
const languageName = "language"

// maxLanguage bounds a language code ("pt-BR", RFC 5646 §4.4.1).
const maxLanguage = 35

// SetLanguage keeps the language code of a profile's window; an empty one means
// that of the system. A folder without a profile keeps none.
func SetLanguage(dir, code string) error {
	path := filepath.Join(dir, languageName)
	if code == "" {
		return explain(remove(path))
	}
	if !isLanguage(code) {
		panic("store: not a language code")
	}
	if _, err := readProfileFile(dir); err != nil {
		return err
	}
	return replaceFile(path, []byte(code+"\n"))
}

// language returns what SetLanguage kept; empty for anything else.
func language(dir string) string {
	f, err := os.Open(filepath.Join(dir, languageName))
	if err != nil {
		return ""
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxLanguage+2))
	if code := strings.TrimSpace(string(b)); err == nil && isLanguage(code) {
		return code
	}
	return ""
}

func isLanguage(code string) bool {
	for _, r := range code {
		if r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return code != "" && len(code) <= maxLanguage
}
