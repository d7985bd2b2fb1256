package model

import (
	"errors"
	"slices"
	"strings"
)

// FolderNames are the names of the user's folders in their order, one in a
// line: a value that can be compared, as all settings are. A name is one line.
type FolderNames string

// MaxFolders bounds how many folders there are.
const MaxFolders = 30

// ErrFolders says that there are MaxFolders already.
var ErrFolders = errors.New("model: too many folders")

// List returns the names.
func (f FolderNames) List() []string {
	if f == "" {
		return nil
	}
	return strings.Split(string(f), "\n")
}

// With adds a name at the end, unless it is there already.
func (f FolderNames) With(name string) (FolderNames, error) {
	list := f.List()
	switch {
	case slices.Contains(list, name):
		return f, nil
	case len(list) >= MaxFolders:
		return f, ErrFolders
	}
	return joinFolders(append(list, name)), nil
}

// Renamed gives a folder another name, which may be that of another one, or
// takes it out with an empty one.
func (f FolderNames) Renamed(name, to string) FolderNames {
	var out []string
	for _, n := range f.List() {
		if n == name {
			n = to
		}
		if n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return joinFolders(out)
}

func joinFolders(list []string) FolderNames { return FolderNames(strings.Join(list, "\n")) }
