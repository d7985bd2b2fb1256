package packaging

import (
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// parsePlist reads a property list: dictionaries, arrays, strings and truths.
func parsePlist(text string) (any, error) {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		if start, ok := token.(xml.StartElement); ok {
			if start.Name.Local != "plist" {
				return nil, fmt.Errorf("<%s> instead of <plist>", start.Name.Local)
			}
			return value(d)
		}
	}
}

var errEnd = errors.New("end of the element")

// value reads the next value; errEnd when there is none any more.
func value(d *xml.Decoder) (any, error) {
	for {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		if _, ok := token.(xml.EndElement); ok {
			return nil, errEnd
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			if text, ok := token.(xml.CharData); ok && strings.TrimSpace(string(text)) != "" {
				return nil, fmt.Errorf("text %q between values", text)
			}
			continue
		}
		switch start.Name.Local {
		case "key", "string":
			var s string
			err := d.DecodeElement(&s, &start)
			return s, err
		case "true", "false":
			return start.Name.Local == "true", d.Skip()
		case "array", "dict":
			var all []any
			for {
				v, err := value(d)
				if err == errEnd {
					break
				}
				if err != nil {
					return nil, err
				}
				all = append(all, v)
			}
			if start.Name.Local == "array" {
				return all, nil
			}
			dict := map[string]any{}
			for pair := range slices.Chunk(all, 2) {
				key, ok := pair[0].(string)
				if _, twice := dict[key]; !ok || twice || len(pair) != 2 {
					return nil, fmt.Errorf("dictionary with %v", pair)
				}
				dict[key] = pair[1]
			}
			return dict, nil
		default:
			return nil, fmt.Errorf("<%s> is not used here", start.Name.Local)
		}
	}
}

func dict(t *testing.T, path ...string) map[string]any {
	t.Helper()
	v, err := parsePlist(read(t, path...))
	if err != nil {
		t.Fatal(err)
	}
	d, ok := v.(map[string]any)
	if !ok {
		t.Fatalf("%s is no dictionary", filepath.Join(path...))
	}
	return d
}

func TestTheBundleForMacOS(t *testing.T) {
	programs, out := t.TempDir(), t.TempDir()
	for _, name := range []string{"sotto", "sotto-cli"} {
		if err := os.WriteFile(filepath.Join(programs, name), []byte(name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("sh", "macos/bundle.sh", programs, out)
	cmd.Env = append(os.Environ(), "VERSION=1.2.3-rc1")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	contents := filepath.Join(out, said(t, "Name")+".app", "Contents")
	for name, mode := range map[string]os.FileMode{
		"PkgInfo": 0o644, "MacOS/sotto": 0o755, "MacOS/sotto-cli": 0o755, "Resources/LICENSE.txt": 0o644,
		"Resources/licences/fyne.io/fyne/v2/LICENSE.txt": 0o644,
	} {
		if info, err := os.Stat(filepath.Join(contents, name)); err != nil || info.Mode() != mode {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	info := dict(t, contents, "Info.plist")
	for key, want := range map[string]any{
		"CFBundleIdentifier":         said(t, "ID"),
		"CFBundleName":               said(t, "Name"),
		"CFBundleVersion":            said(t, "Build"),
		"CFBundleShortVersionString": "1.2.3",
		"CFBundleExecutable":         "sotto",
		"CFBundlePackageType":        "APPL",
		"NSHighResolutionCapable":    true,
		"LSMinimumSystemVersion":     strings.TrimSpace(read(t, "macos", "minimum")),
	} {
		if info[key] != want {
			t.Errorf("%s is %v, want %v", key, info[key], want)
		}
	}
	if links := fmt.Sprint(info["CFBundleURLTypes"]); !strings.Contains(links, "CFBundleURLSchemes:[sotto]") {
		t.Errorf("links: %v", links)
	}
	icon, _ := info["CFBundleIconFile"].(string)
	if !strings.HasPrefix(read(t, contents, "Resources", icon), "icns") {
		t.Errorf("%q is no icon", icon)
	}

	named, _ := info["CFBundleLocalizations"].([]any)
	var all []string
	for _, l := range named {
		all = append(all, l.(string))
	}
	slices.Sort(all)
	var want []string
	for _, l := range languages(t) {
		want = append(want, strings.Replace(l, "zh-CN", "zh-Hans", 1)) // as macOS names it
	}
	slices.Sort(want)
	if !slices.Equal(all, want) {
		t.Errorf("languages %v, the window has %v", all, want)
	}
	line := regexp.MustCompile(`^"(NS\w+)" = "([^"\\]+)";$`)
	for _, language := range all {
		texts := map[string]string{}
		for text := range strings.Lines(read(t, contents, "Resources", language+".lproj", "InfoPlist.strings")) {
			m := line.FindStringSubmatch(strings.TrimSuffix(text, "\n"))
			if m == nil {
				t.Fatalf("%s: %q", language, text)
			}
			texts[m[1]] = m[2]
		}
		for _, key := range []string{"NSMicrophoneUsageDescription", "NSCameraUsageDescription"} {
			if text, ok := texts[key]; !ok || (language == "en") != (text == info[key]) {
				t.Errorf("%s: %s is %q", language, key, text)
			}
		}
	}
}

func TestEntitlementsOfMacOS(t *testing.T) {
	// Recording, and codecs that are compiled in memory.
	d := dict(t, "macos", "entitlements.plist")
	for _, key := range []string{"device.audio-input", "device.camera", "cs.allow-unsigned-executable-memory"} {
		if d["com.apple.security."+key] != true {
			t.Errorf("%s is not asked for", key)
		}
	}
	if len(d) != 3 {
		t.Errorf("%d are asked for", len(d))
	}
}
