package attach

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxName bounds a file name in bytes: what common file systems allow, with
// room for " (2)".
const MaxName = 240

// unnamed is what is left of a name that consisted of nothing usable.
const unnamed = "file"

// CleanName makes of a sender's file name one that can be shown and saved: the
// last part of a path, without control characters, without characters that turn
// the direction of text (photo‮gpj.exe), without characters that are
// invisible, without those that Windows refuses, not a device name of Windows,
// no dot in front or behind, at most MaxName bytes. It never returns "".
func CleanName(name string) string {
	name = strings.ToValidUTF8(name, "")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	var b strings.Builder
	for _, r := range name {
		switch {
		case refused(r):
		case strings.ContainsRune(`<>:"|?*`, r):
			b.WriteByte('_')
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	name = trimName(b.String())
	stem, ext := name, ""
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		stem, ext = name[:i], name[i:]
	}
	if reserved(stem) {
		stem = "_" + stem
	}
	name = shorten(stem, ext)
	if name == "" {
		return unnamed
	}
	return name
}

// refused are characters that do not show or that change how others show.
func refused(r rune) bool {
	switch {
	case r == utf8.RuneError, unicode.IsControl(r) && !unicode.IsSpace(r):
		return true
	case unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp):
		// Format characters: direction marks and overrides, zero width, tags,
		// soft hyphen. The joiner of emoji sequences goes with them.
		return true
	case unicode.Is(unicode.Variation_Selector, r), r == '\u2800', r == '\u3164', r == '\uffa0', r == '\u115f', r == '\u1160':
		return true // blank without being a space
	}
	return false
}

func trimName(s string) string {
	return strings.TrimRight(strings.TrimLeft(s, " ."), " .")
}

// reserved are the device names of Windows, with any extension.
func reserved(stem string) bool {
	stem, _, _ = strings.Cut(strings.ToUpper(stem), ".")
	stem = strings.TrimRight(stem, " ")
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	if len(stem) < 4 || (stem[:3] != "COM" && stem[:3] != "LPT") {
		return false
	}
	switch stem[3:] {
	case "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³":
		return true
	}
	return false
}

// shorten keeps the extension, which says what the file is.
func shorten(stem, ext string) string {
	if len(ext) > 20 {
		stem, ext = stem+ext, ""
	}
	if limit := MaxName - len(ext); len(stem) > limit {
		stem = stem[:limit]
		for !utf8.ValidString(stem) {
			stem = stem[:len(stem)-1]
		}
		stem = strings.TrimRight(stem, " .")
	}
	return trimName(stem + ext)
}

// programs are extensions that the three systems run or let run on opening.
var programs = map[string]bool{}

func init() {
	for _, ext := range strings.Fields(`exe com scr pif bat cmd ps1 psm1 vbs vbe js jse wsf wsh hta msi msp mst msix msixbundle
		appx appxbundle cpl dll sys drv ocx lnk url reg inf scf jar jnlp gadget application chm hlp iso img vhd vhdx
		sh bash zsh fish csh ksh run bin out elf appimage deb rpm snap flatpak flatpakref desktop service py pyw pyc rb pl
		php lua app command dmg pkg mpkg workflow action scpt scptd applescript terminal apk xapk aab ipa
		docm dotm xlsm xltm xlam pptm potm ppam ppsm sldm xll iqy slk library-ms search-ms settingcontent-ms website webloc`) {
		programs[ext] = true
	}
}

// IsProgram reports whether opening a file of this name may run what is in it:
// programs, scripts, installers, disk images, documents with macros. The window
// warns before it hands one to the system.
func IsProgram(name string) bool {
	name = strings.ToLower(CleanName(name))
	i := strings.LastIndexByte(name, '.')
	return i >= 0 && programs[name[i+1:]]
}
