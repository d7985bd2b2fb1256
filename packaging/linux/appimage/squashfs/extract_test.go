package squashfs

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func image(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func extract(b []byte, folder string, want func(string) bool) error {
	i, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return err
	}
	defer i.Close()
	return Extract(i, folder, want)
}

// The images in testdata were made by mksquashfs (testdata/make.sh).
func TestExtractWritesWhatMksquashfsPacked(t *testing.T) {
	var numbers strings.Builder
	for n := 1; n <= 5000; n++ {
		numbers.WriteString(strconv.Itoa(n) + "\n")
	}
	for _, name := range []string{"packed.squashfs", "plain.squashfs"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := extract(image(t, name), dir, nil); err != nil {
				t.Fatal(err)
			}
			for file, want := range map[string]string{
				"usr/share/deep/er/numbers.txt": numbers.String(),
				"usr/share/zeros":               strings.Repeat("\x00", 9000),
				"usr/share/empty":               "",
				"usr/share/small":               "small\n",
				"usr/share/deep/bin/other":      "#!/bin/sh\necho other\n",
			} {
				if got, err := os.ReadFile(filepath.Join(dir, file)); err != nil || string(got) != want {
					t.Errorf("%s: %d bytes instead of %d, %v", file, len(got), len(want), err)
				}
			}
			for file, want := range map[string]fs.FileMode{"usr/bin/hello": 0o755, "usr/share/small": 0o640, "usr/share/deep": fs.ModeDir | 0o755} {
				if info, err := os.Stat(filepath.Join(dir, file)); err != nil || info.Mode() != want {
					t.Errorf("%s: %v, %v", file, info, err)
				}
			}
			if target, err := os.Readlink(filepath.Join(dir, "AppRun")); err != nil || target != "usr/bin/hello" {
				t.Errorf("AppRun leads to %q, %v", target, err)
			}
		})
	}
}

func TestExtractOnlyWhatIsWanted(t *testing.T) {
	dir := t.TempDir()
	err := extract(image(t, "packed.squashfs"), dir, func(name string) bool { return name == "usr/bin/other" })
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	err = filepath.WalkDir(dir, func(at string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, strings.TrimPrefix(at, dir+"/"))
		}
		return err
	})
	if err != nil || len(files) != 1 || files[0] != "usr/bin/other" {
		t.Errorf("%v, %v", files, err)
	}
}

func TestLinksThatStayInside(t *testing.T) {
	for _, c := range []struct {
		at, target string
		want       bool
	}{
		{"AppRun", "usr/bin/sotto", true},
		{"usr/lib/a", "../bin/b", true},
		{"usr/lib/a", "../..", true},
		{"usr/lib/a", "../../..", false},
		{"a", "..", false},
		{"a", "/etc/passwd", false},
		{"usr/lib/a", "b/../../../..", false}, // b may be a link
		{"usr/lib/a", "", false},
	} {
		if got := inside(c.at, c.target); got != c.want {
			t.Errorf("%s → %s: %v", c.at, c.target, got)
		}
	}
}

// patch changes bytes of an image whose tables and files are not compressed.
func patch(t *testing.T, b []byte, old, replacement string) {
	t.Helper()
	if len(old) != len(replacement) || bytes.Count(b, []byte(old)) != 1 {
		t.Fatalf("%q is there %d times", old, bytes.Count(b, []byte(old)))
	}
	copy(b[bytes.Index(b, []byte(old)):], replacement)
}

func TestHostileImages(t *testing.T) {
	put32 := func(at int, v uint32) func(*testing.T, []byte) {
		return func(_ *testing.T, b []byte) { le.PutUint32(b[at:], v) }
	}
	put64 := func(at int, v uint64) func(*testing.T, []byte) {
		return func(_ *testing.T, b []byte) { le.PutUint64(b[at:], v) }
	}
	rename := func(name string) func(*testing.T, []byte) {
		return func(t *testing.T, b []byte) { patch(t, b, "victim", name) }
	}
	link := func(target string) func(*testing.T, []byte) {
		return func(t *testing.T, b []byte) { patch(t, b, "usr/bin/hello", target) }
	}
	// size changes the size that the inode of "zeros" says: 9000 bytes.
	size := func(v uint32) func(*testing.T, []byte) {
		return func(t *testing.T, b []byte) {
			patch(t, b, "\x28\x23\x00\x00", string(le.AppendUint32(nil, v)))
		}
	}
	for name, c := range map[string]struct {
		change func(*testing.T, []byte)
		want   error
	}{
		"another file system":           {put32(0, 7), ErrMalformed},
		"another compressor":            {put32(20, 4|1<<16), ErrUnsupported},
		"another version":               {put32(28, 3), ErrUnsupported},
		"blocks of 4 GB":                {put32(12, 1<<31), ErrMalformed},
		"longer than its file":          {put64(40, 1<<40), ErrMalformed},
		"inodes outside":                {put64(64, 1<<50), ErrMalformed},
		"folders outside":               {put64(72, 1<<63), ErrMalformed},
		"fragments outside":             {put64(80, noTable), ErrMalformed},
		"a million fragments":           {put32(16, 1_000_000), ErrTooLarge},
		"a root that is nowhere":        {put64(32, 1<<47), ErrMalformed},
		"a root outside its block":      {put64(32, 0xffff), ErrMalformed},
		"a name with a step up":         {rename("../etc"), ErrOutside},
		"a name from the root":          {rename("/etc/x"), ErrOutside},
		"a name with a zero":            {rename("a\x00bcde"), ErrOutside},
		"a link up":                     {link("../bin/hellos"), ErrOutside},
		"a link up behind a folder":     {link("usr/../../etc"), ErrOutside},
		"a link from the root":          {link("/etc/passwd  "), ErrOutside},
		"a file of 4 GB":                {size(1<<32 - 1), ErrTooLarge},
		"a file longer than its blocks": {size(500 << 20), ErrMalformed},
		"a shorter file":                {size(8999), nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := image(t, "plain.squashfs")
			c.change(t, b)
			around := t.TempDir()
			dir := filepath.Join(around, "folder")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := extract(b, dir, nil); !errors.Is(err, c.want) {
				t.Errorf("%v instead of %v", err, c.want)
			}
			if left, err := os.ReadDir(around); err != nil || len(left) != 1 {
				t.Errorf("written outside the folder: %v, %v", left, err)
			}
		})
	}
}

// A name twice in a folder could write a file through a link of that name.
func TestANameTwice(t *testing.T) {
	b := image(t, "plain.squashfs")
	patch(t, b, "empty", "small")
	if err := extract(b, t.TempDir(), nil); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
}

// A folder that contains itself has no end.
func TestAFolderInItself(t *testing.T) {
	b := image(t, "plain.squashfs")
	// An entry is offset of the inode 2 · number 2 · kind 2 · length-1 2 · name.
	inner := bytes.Index(b, []byte("\x01\x00\x01\x00er"))
	outer := bytes.Index(b, []byte("\x01\x00\x03\x00deep"))
	if inner < 4 || outer < 4 {
		t.Fatal("no entries")
	}
	copy(b[inner-4:inner-2], b[outer-4:outer-2])
	if err := extract(b, t.TempDir(), nil); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}

func FuzzExtract(f *testing.F) {
	f.Add(image(f, "plain.squashfs"))
	f.Add(image(f, "packed.squashfs"))
	f.Fuzz(func(t *testing.T, b []byte) {
		around := t.TempDir()
		dir := filepath.Join(around, "folder")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		_ = extract(b, dir, nil)
		if left, err := os.ReadDir(around); err != nil || len(left) != 1 {
			t.Fatalf("written outside the folder: %v, %v", left, err)
		}
	})
}
