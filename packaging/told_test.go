// Package packaging holds what is told to systems about Sotto against what the
// program says of itself: one file for each system, whose packages lie in the
// folder of that name.
package packaging

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func read(t *testing.T, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// said is a value of FyneApp.toml.
func said(t *testing.T, key string) string {
	t.Helper()
	m := regexp.MustCompile(`(?m)^ *` + key + ` = (.*)$`).FindStringSubmatch(read(t, "..", "FyneApp.toml"))
	if m == nil {
		t.Fatalf("FyneApp.toml has no %s", key)
	}
	return strings.Trim(m[1], `"`)
}

// languages are those of the window, as its folders name them.
func languages(t *testing.T) []string {
	t.Helper()
	folders, err := os.ReadDir(filepath.Join("..", "assets", "translations"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range folders {
		all = append(all, f.Name())
	}
	return all
}
