package assets

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed licences
var licenceFiles embed.FS

// Licence is a part of the program that others made (or the program itself) and
// the terms under which it may be used.
type Licence struct {
	Name string // module path, or what it is called
	Kind string // "MIT", "BSD 3-clause" ...; "other" when it is none of the well-known
	Text string // of all licence files, with their names between where there are several
}

// licenceNames are parts that are no Go modules.
var licenceNames = map[string]string{
	"sotto": "Sotto",
	"go":    "Go",
	"glfw":  "GLFW",
	"fonts": "Inter, JetBrains Mono, Noto Color Emoji",
	"emoji": "emojibase-data",

	"lame":    "LAME",
	"faad2":   "FAAD2",
	"libheif": "libheif and libde265",
}

// Licences lists everything that is in the programs: Sotto first, then by name.
// packaging/licences.sh collects the files, a test compares them with what is
// linked.
var Licences = sync.OnceValue(func() []Licence {
	byPart := map[string][]string{}
	err := fs.WalkDir(licenceFiles, "licences", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			part := strings.TrimPrefix(path.Dir(name), "licences/")
			byPart[part] = append(byPart[part], name)
		}
		return err
	})
	if err != nil {
		panic(fmt.Sprintf("assets: %v", err))
	}
	var all []Licence
	for part, names := range byPart {
		l := Licence{Name: part}
		if name, ok := licenceNames[part]; ok {
			l.Name = name
		}
		// The licence itself first, then patents and fonts.
		slices.SortFunc(names, func(a, b string) int {
			return cmp.Or(cmp.Compare(licenceRank(a), licenceRank(b)), strings.Compare(a, b))
		})
		for i, name := range names {
			data, err := licenceFiles.ReadFile(name)
			if err != nil {
				panic(fmt.Sprintf("assets: %v", err))
			}
			text := strings.TrimSpace(strings.ReplaceAll(string(data), "\r\n", "\n"))
			if i == 0 {
				l.Kind = licenceKind(text)
			}
			if len(names) > 1 {
				text = strings.TrimSuffix(path.Base(name), ".txt") + "\n\n" + text + "\n\n\n"
			}
			l.Text += text
		}
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b Licence) int {
		switch {
		case a.Name == b.Name:
			return 0
		case a.Name == licenceNames["sotto"]:
			return -1
		case b.Name == licenceNames["sotto"]:
			return 1
		}
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return all
})

func licenceRank(file string) int {
	switch base := path.Base(file); {
	case strings.HasPrefix(base, "LICENSE"), strings.HasPrefix(base, "UNLICENSE"), strings.HasPrefix(base, "COPYING"):
		return 0
	case strings.HasPrefix(base, "PATENTS"):
		return 1
	}
	return 2
}

// licenceKind recognises the well-known texts by words that only they have.
func licenceKind(text string) string {
	flat := strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, k := range []struct {
		kind  string
		words []string
	}{
		{"LGPL 3", []string{"gnu lesser general public license version 3"}},
		{"LGPL 2", []string{"gnu library general public license version 2"}},
		{"GPL 3", []string{"gnu general public license version 3"}},
		{"GPL 2", []string{"gnu general public license version 2"}},
		{"OFL 1.1", []string{"sil open font license version 1.1"}},
		{"Apache 2.0", []string{"apache license version 2.0"}},
		{"zlib", []string{"altered source versions must be plainly marked"}},
		{"BSD 3-clause", []string{"redistribution and use in source and binary forms", "neither the name"}},
		{"BSD 3-clause", []string{"redistribution and use in source and binary forms", "may be used to endorse"}},
		{"BSD 2-clause", []string{"redistribution and use in source and binary forms"}},
		{"Unlicense", []string{"free and unencumbered software released into the public domain"}},
		{"ISC", []string{"permission to use, copy, modify, and/or distribute this software"}},
		{"ISC", []string{"permission to use, copy, modify, and distribute this software"}},
		{"MIT", []string{"permission is hereby granted, free of charge", "without restriction"}},
	} {
		all := true
		for _, w := range k.words {
			all = all && strings.Contains(flat, w)
		}
		if all {
			return k.kind
		}
	}
	return "other"
}
