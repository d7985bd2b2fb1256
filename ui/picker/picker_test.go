package picker

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestFoldersThenPictures(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.PNG", "a.webp", "notes.txt", ".hidden.png", "sub/inner.png", "Zoo/x.gif"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "sub"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	got, err := read(dir, isPicture)
	if err != nil {
		t.Fatal(err)
	}
	want := []entry{{"link", true}, {"sub", true}, {"Zoo", true}, {"a.webp", false}, {"b.PNG", false}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("shows %v, want %v", got, want)
	}
	if _, err := read(filepath.Join(dir, "nowhere"), isPicture); err == nil {
		t.Error("a folder that is not there can be read")
	}
}
