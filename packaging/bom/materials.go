package main

import (
	"cmp"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"sotto/assets"
)

// library is a package of Debian 11.
type library struct{ name, version string }

// spdx are the names that bills of materials use.
var spdx = map[string]string{
	"LGPL 3": "LGPL-3.0-or-later", "LGPL 2": "LGPL-2.0-or-later",
	"GPL 3": "GPL-3.0-or-later", "GPL 2": "GPL-2.0-or-later",
	"OFL 1.1": "OFL-1.1", "Apache 2.0": "Apache-2.0", "zlib": "Zlib",
	"BSD 3-clause": "BSD-3-Clause", "BSD 2-clause": "BSD-2-Clause",
	"Unlicense": "Unlicense", "ISC": "ISC", "MIT": "MIT",
}

// The part of CycloneDX 1.5 that is used.
type (
	document struct {
		Format     string      `json:"bomFormat"`
		Spec       string      `json:"specVersion"`
		Serial     string      `json:"serialNumber"`
		Version    int         `json:"version"`
		Metadata   metadata    `json:"metadata"`
		Components []component `json:"components"`
	}
	metadata struct {
		Time      string    `json:"timestamp"`
		Component component `json:"component"`
	}
	component struct {
		Type       string     `json:"type"` // application, library, data, file
		Ref        string     `json:"bom-ref"`
		Name       string     `json:"name"`
		Version    string     `json:"version,omitempty"`
		Purl       string     `json:"purl,omitempty"`
		Hashes     []hash     `json:"hashes,omitempty"`
		Licences   []licence  `json:"licenses,omitempty"`
		Properties []property `json:"properties,omitempty"`
	}
	hash struct {
		Alg     string `json:"alg"`
		Content string `json:"content"`
	}
	licence struct {
		Licence struct {
			ID string `json:"id"`
		} `json:"license"`
	}
	property struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
)

// programs are what was built and what it is made of.
type programs struct {
	files   []component
	modules map[string]*debug.Module
	goes    string // "1.26.8"
}

func readPrograms(paths []string) (programs, error) {
	p := programs{modules: map[string]*debug.Module{}}
	for _, path := range paths {
		info, err := buildinfo.ReadFile(path)
		if err != nil {
			return p, fmt.Errorf("%s: %w", path, err)
		}
		p.goes = strings.TrimPrefix(info.GoVersion, "go")
		for _, m := range info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			p.modules[m.Path] = m
		}
		sum, err := sha256File(path)
		if err != nil {
			return p, err
		}
		name := filepath.Base(path)
		p.files = append(p.files, component{Type: "file", Ref: "file:" + name, Name: name, Hashes: []hash{{"SHA-256", sum}}})
	}
	slices.SortFunc(p.files, func(a, b component) int { return cmp.Compare(a.Ref, b.Ref) })
	return p, nil
}

func sha256File(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
}

func materials(version string, at time.Time, made programs, carried []library, all []assets.Licence) document {
	kinds := map[string]string{}
	for _, l := range all {
		kinds[l.Name] = spdx[l.Kind]
	}
	licences := func(name string) []licence {
		if kinds[name] == "" {
			return nil
		}
		var l licence
		l.Licence.ID = kinds[name]
		return []licence{l}
	}
	d := document{Format: "CycloneDX", Spec: "1.5", Version: 1, Metadata: metadata{
		Time: at.UTC().Format(time.RFC3339),
		Component: component{Type: "application", Ref: "sotto", Name: "Sotto", Version: version,
			Licences: licences("Sotto")},
	}}
	d.Components = append(d.Components, component{Type: "library", Ref: "pkg:golang/std@" + made.goes, Name: "Go standard library",
		Version: made.goes, Purl: "pkg:golang/std@" + made.goes, Licences: licences("Go")})
	for _, path := range slices.Sorted(maps.Keys(made.modules)) {
		m := made.modules[path]
		purl := "pkg:golang/" + strings.ToLower(m.Path) + "@" + m.Version
		c := component{Type: "library", Ref: purl, Name: m.Path, Version: m.Version, Purl: purl, Licences: licences(m.Path)}
		if m.Sum != "" {
			c.Properties = []property{{"go:sum", m.Sum}}
		}
		d.Components = append(d.Components, c)
	}
	// Parts that are no modules: codecs, letters, names of emoji.
	for _, l := range all {
		if _, module := made.modules[l.Name]; module || strings.Contains(l.Name, "/") || l.Name == "Sotto" || l.Name == "Go" {
			continue
		}
		d.Components = append(d.Components, component{Type: "library", Ref: "part:" + l.Name, Name: l.Name, Licences: licences(l.Name)})
	}
	slices.SortFunc(carried, func(a, b library) int { return cmp.Compare(a.name, b.name) })
	for _, l := range carried {
		purl := "pkg:deb/debian/" + l.name + "@" + l.version + "?arch=amd64&distro=debian-11"
		c := component{Type: "library", Ref: purl, Name: l.name, Version: l.version, Purl: purl,
			Properties: []property{{"sotto:in", "AppImage"}}}
		d.Components = append(d.Components, c)
	}
	d.Components = append(d.Components, made.files...)
	d.Serial = "urn:uuid:" + identifier(d)
	return d
}

// identifier is a UUID (version 8: of the maker's own choice) of what the
// programs are, so that the same release has the same.
func identifier(d document) string {
	h := sha256.New()
	for _, c := range d.Components {
		fmt.Fprintf(h, "%s %v\n", c.Ref, c.Hashes)
	}
	s := h.Sum(nil)[:16]
	s[6], s[8] = s[6]&0x0f|0x80, s[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", s[:4], s[4:6], s[6:8], s[8:10], s[10:])
}
