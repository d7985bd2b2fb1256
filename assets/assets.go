// Package assets embeds what the program carries with it: icons, the logo,
// fonts, translations. Callers ask by typed names; nothing here can be missing
// at run time, because a test asks for every name.
//
// Drawing and text lookup are left to ui. Sources, versions, hashes and
// licences of what others made are in THIRD_PARTY.md.
package assets

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed icons/*.svg logo/* translations
var files embed.FS

// File is an embedded file. It has the methods of a fyne.Resource.
type File struct {
	name string
	data []byte
}

// Name returns the file's base name, unique among all assets.
func (f *File) Name() string { return f.name }

// Content returns the bytes; callers do not change them.
func (f *File) Content() []byte { return f.data }

var (
	icons = load("icons", ".svg")
	logos = load("logo", "")
)

// load runs at start: the folders are part of the binary, so that an error
// means a broken build.
func load(folder, suffix string) map[string]*File {
	entries, err := fs.ReadDir(files, folder)
	if err != nil {
		panic(fmt.Sprintf("assets: %v", err))
	}
	out := make(map[string]*File, len(entries))
	for _, e := range entries {
		data, err := files.ReadFile(path.Join(folder, e.Name()))
		if err != nil {
			panic(fmt.Sprintf("assets: %v", err))
		}
		out[strings.TrimSuffix(e.Name(), suffix)] = &File{name: folder + "-" + e.Name(), data: data}
	}
	return out
}

// Icon returns the drawing of an icon, or that of IconHelp for an unknown name.
func Icon(name IconName) *File {
	if f, ok := icons[string(name)]; ok {
		return f
	}
	return icons[string(IconHelp)]
}

// LogoName names a form of the logo.
type LogoName string

// The logo: Mark is two bubbles in the accent, App is the mark on its tile, Mono is one
// colour for the tray; AppPNG is App at 512 pixels for window and task bar.
const (
	LogoMark LogoName = "logo.svg"
	LogoApp  LogoName = "logo-app.svg"
	LogoMono LogoName = "logo-mono.svg"
	AppPNG   LogoName = "app.png"
)

// Logos lists every form of the logo.
var Logos = []LogoName{LogoMark, LogoApp, LogoMono, AppPNG}

// Logo returns a form of the logo; LogoApp for an unknown name.
func Logo(name LogoName) *File {
	if f, ok := logos[string(name)]; ok {
		return f
	}
	return logos[string(LogoApp)]
}

// Languages lists the folders of translations.
func Languages() []string {
	entries, err := fs.ReadDir(files, "translations")
	if err != nil {
		panic(fmt.Sprintf("assets: %v", err))
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out
}

// Translations returns the JSON files of a language by their base name
// ("chat" for chat.json); nil for a language without a folder.
func Translations(language string) map[string][]byte {
	entries, err := fs.ReadDir(files, path.Join("translations", language))
	if err != nil {
		return nil
	}
	out := make(map[string][]byte, len(entries))
	for _, e := range entries {
		data, err := files.ReadFile(path.Join("translations", language, e.Name()))
		if err != nil || path.Ext(e.Name()) != ".json" {
			continue
		}
		out[strings.TrimSuffix(e.Name(), ".json")] = data
	}
	return out
}
