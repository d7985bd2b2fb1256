package app

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sotto/ui/text"
)

// TestEverySentenceIsThere looks for the keys that the window's packages name
// in full. Keys that are put together stand in the lists below them.
func TestEverySentenceIsThere(t *testing.T) {
	one := regexp.MustCompile(`text\.(T|F|N)\("([a-z0-9_.]+)"[,)]`)
	seen := 0
	err := filepath.WalkDir("..", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range one.FindAllStringSubmatch(string(source), -1) {
			seen++
			key := m[2]
			if m[1] == "N" {
				key += ".other"
			}
			if !text.Has(key) {
				t.Errorf("%s: no sentence %q", path, key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 100 {
		t.Fatalf("only %d sentences found", seen)
	}
}

func TestEveryTroubleHasItsPage(t *testing.T) {
	for _, kind := range []TroubleKind{TroubleDamaged, TroubleInUse, TroubleKeyring, TroubleNewer, TroubleNetwork, TroubleDisk, TroubleClear, TroubleOther} {
		for _, key := range []string{"trouble." + string(kind), "trouble." + string(kind) + "_body"} {
			if !text.Has(key) {
				t.Errorf("no sentence %q", key)
			}
		}
	}
}
