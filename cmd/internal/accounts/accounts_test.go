package accounts

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// base is a folder with profiles in it, as far as an index looks.
func base(t *testing.T, folders ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range folders {
		if err := os.MkdirAll(filepath.Join(dir, f), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, f, "profile.json"), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func putFile(t *testing.T, dir, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, fileName), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

const (
	one = "account-0000000000000001"
	two = "account-0000000000000002"
)

// tells is the index in one line: folders in their order, the one shown last
// with a star.
func tells(x *Index) string {
	list, last := x.Accounts()
	var out []string
	for i, e := range list {
		s := e.Folder
		if e.Label != "" {
			s += "=" + e.Label
		}
		if i == last {
			s += "*"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func reopen(t *testing.T, dir string) *Index {
	t.Helper()
	x, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestOpen finds all profiles, whatever the file says.
func TestOpen(t *testing.T) {
	entry := func(f string) string { return fmt.Sprintf(`{"folder":%q}`, f) }
	list := func(last string, folders ...string) string {
		var all []string
		for _, f := range folders {
			all = append(all, entry(f))
		}
		return fmt.Sprintf(`{"format":1,"accounts":[%s],"last":%q}`, strings.Join(all, ","), last)
	}
	for name, c := range map[string]struct {
		folders []string
		file    string // empty: none
		want    string
		err     error
	}{
		"nothing at all":     {nil, "", "default*", nil},
		"one profile of old": {[]string{First}, "", "default*", nil},
		"no file":            {[]string{two, First, one}, "", "default* " + one + " " + two, nil},
		"order and last":     {[]string{First, one, two}, list(one, two, one, First), two + " " + one + "* default", nil},
		"one is not listed":  {[]string{First, one, two}, list(two, two, First), two + "* default " + one, nil},
		"one is gone":        {[]string{First, two}, list(one, First, one, two), "default* " + two, nil},
		"the first is gone":  {[]string{one}, list(one, First, one), one + "*", nil},
		"cut off":            {[]string{First, one}, list(one, First, one)[:40], "default* " + one, ErrDamaged},
		"another thing":      {[]string{First, one}, "[]", "default* " + one, ErrDamaged},
		"out of the folder":  {[]string{First, one}, list("", First, "../../etc"), "default* " + one, ErrDamaged},
		"absolute":           {[]string{First, one}, list("", First, "/etc"), "default* " + one, ErrDamaged},
		"twice":              {[]string{First, one}, list("", one, one), "default* " + one, ErrDamaged},
		"last is not there":  {[]string{First, one}, list(two, one), "default* " + one, ErrDamaged},
		"unknown field":      {[]string{First}, `{"format":1,"accounts":[{"folder":"default","name":"Robin"}]}`, "default*", ErrDamaged},
		"too long":           {[]string{First}, `{"format":1}` + strings.Repeat(" ", maxFile), "default*", ErrDamaged},
		"newer":              {[]string{one, First}, `{"format":2,"people":{}}`, "default* " + one, ErrNewer},
	} {
		t.Run(name, func(t *testing.T) {
			dir := base(t, c.folders...)
			if c.file != "" {
				putFile(t, dir, c.file)
			}
			x, err := Open(dir)
			if got := tells(x); got != c.want || !errors.Is(err, c.err) || c.err == nil && err != nil {
				t.Errorf("%s, %v; want %s, %v", got, err, c.want, c.err)
			}
			path := filepath.Join(dir, fileName)
			switch {
			case errors.Is(err, ErrDamaged): // what was in it is still there
				if kept, err := os.ReadFile(path + ".damaged"); err != nil || string(kept) != c.file {
					t.Errorf("the damaged file is not kept: %v", err)
				}
			case errors.Is(err, ErrNewer):
				list, _ := x.Accounts()
				if err := x.Show(list[0].Folder); err != nil {
					t.Error(err)
				}
				if kept, err := os.ReadFile(path); err != nil || string(kept) != c.file {
					t.Errorf("the newer file was written over: %v", err)
				}
			}
		})
	}
}

// TestChangesAreKept goes through the life of some accounts.
func TestChangesAreKept(t *testing.T) {
	dir := base(t)
	x := reopen(t, dir)
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	makes := func(folder string) {
		t.Helper()
		do(os.MkdirAll(x.Path(folder), 0o700))
		do(os.WriteFile(filepath.Join(x.Path(folder), "profile.json"), nil, 0o600))
		do(x.Add(folder))
	}
	same := func(want string) {
		t.Helper()
		if got, again := tells(x), tells(reopen(t, dir)); got != want || again != want {
			t.Errorf("%s, opened again %s, want %s", got, again, want)
		}
	}
	makes(First)
	added, err := x.NewFolder(bytes.NewReader(make([]byte, 7+1)))
	do(err)
	if added != "account-0000000000000000" {
		t.Errorf("the folder is %s", added)
	}
	same("default*")
	makes(added)
	makes(one)
	do(x.Show(added))
	do(x.Label(one, "At the desk"))
	same("default " + added + "* " + one + "=At the desk")
	do(os.RemoveAll(x.Path(added)))
	do(x.Remove(added))
	same("default* " + one + "=At the desk")
	do(x.Label(one, ""))
	do(os.RemoveAll(x.Path(First)))
	do(x.Remove(First))
	same(one + "*")
	if err := x.Show(two); !errors.Is(err, ErrUnknown) {
		t.Errorf("shows what is not there: %v", err)
	}
	do(os.RemoveAll(x.Path(one)))
	do(x.Remove(one))
	same("default*")
	// The window goes on in the folder that it has; the place of the first goes.
	makes(one)
	same(one + "*")
	do(x.Label(one, strings.Repeat("é", maxLabel)))
	if list, _ := reopen(t, dir).Accounts(); list[0].Label != strings.Repeat("é", maxLabel/2) {
		t.Errorf("a long label became %q", list[0].Label)
	}
}

func TestNewFolderIsFree(t *testing.T) {
	dir := base(t, First)
	x := reopen(t, dir)
	if err := os.MkdirAll(x.Path(one), 0o700); err != nil { // no profile, and not ours to use
		t.Fatal(err)
	}
	random := bytes.NewReader([]byte{0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2})
	if got, err := x.NewFolder(random); got != two || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := x.NewFolder(random); err == nil {
		t.Error("a folder without a name")
	}
	for i := range Max {
		if err := os.MkdirAll(filepath.Join(dir, fmt.Sprintf("account-%016x", i)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("account-%016x", i), "profile.json"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := reopen(t, dir).NewFolder(bytes.NewReader(make([]byte, 64))); !errors.Is(err, ErrFull) {
		t.Errorf("more than %d accounts: %v", Max, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"format":1,"accounts":[{"folder":"default"},{"folder":"` + one + `","label":"x"}],"last":"default"}`))
	f.Add([]byte(`{"format":2}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, last, err := Parse(data)
		if err != nil {
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNewer) {
				t.Errorf("an error without a type: %v", err)
			}
			return
		}
		out, err := encode(list, last)
		if err != nil {
			t.Fatal(err)
		}
		again, lastAgain, err := Parse(out)
		if err != nil || fmt.Sprint(again, lastAgain) != fmt.Sprint(list, last) {
			t.Errorf("%v %s became %v %s, %v", list, last, again, lastAgain, err)
		}
	})
}
