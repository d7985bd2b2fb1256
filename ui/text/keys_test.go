package text

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// call finds a key that is asked for by name in the program's source.
var call = regexp.MustCompile(`\btext\.([TFN])\("([a-z0-9_.]+)"`)

// TestEveryKeyInTheSourceExists walks the rooms that show text.
func TestEveryKeyInTheSourceExists(t *testing.T) {
	found := 0
	for _, room := range []string{"..", filepath.Join("..", "..", "cmd")} {
		err := filepath.WalkDir(room, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range call.FindAllStringSubmatch(string(source), -1) {
				found++
				key := m[2]
				if m[1] == "N" {
					key += ".other"
				}
				if strings.HasSuffix(m[2], ".") || strings.HasSuffix(m[2], "_") { // the rest is worked out: something has to begin so
					if !anyKey(m[2]) {
						t.Errorf("%s asks for keys that begin with %q, there are none", path, key)
					}
					continue
				}
				if !Has(key) {
					t.Errorf("%s asks for %q, which assets/translations/en lacks", path, key)
				}
			}
			return nil
		})
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	if found == 0 {
		t.Error("no key found: the search is broken")
	}
}

func anyKey(prefix string) bool {
	for k := range current.Load().english {
		if strings.HasPrefix(k, prefix) {
			return true
		}
	}
	return false
}
