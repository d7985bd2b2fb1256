package packaging

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// desktopEntry is the desktop entry by key.
func desktopEntry(t *testing.T) map[string]string {
	t.Helper()
	entry := map[string]string{}
	for line := range strings.Lines(read(t, "linux", "share", said(t, "ID")+".desktop")) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			entry[key] = value
		}
	}
	return entry
}

// translations are the languages besides English, with what stands between
// language and country.
func translations(t *testing.T, separator string) []string {
	t.Helper()
	var all []string
	for _, l := range languages(t) {
		if l != "en" {
			all = append(all, strings.ReplaceAll(l, "-", separator))
		}
	}
	return all
}

func list(s, quote, separator string) []string {
	var all []string
	for part := range strings.SplitSeq(strings.Trim(s, "[]"), separator) {
		if part = strings.Trim(strings.TrimSpace(part), quote); part != "" {
			all = append(all, part)
		}
	}
	return all
}

func TestTheProgramIsTheOneThatIsDescribed(t *testing.T) {
	for path, want := range map[string]string{
		"../cmd/sotto/host.go": `version    = "` + said(t, "Version") + `"`,
		"../cmd/sotto/run.go":  `const appID = "` + said(t, "ID") + `"`,
	} {
		if !strings.Contains(read(t, path), want) {
			t.Errorf("%s does not say %s", path, want)
		}
	}
	if _, err := os.Stat(filepath.Join("..", said(t, "Icon"))); err != nil {
		t.Error(err)
	}
}

func TestTheDesktopEntrySaysWhatTheProgramSays(t *testing.T) {
	entry := desktopEntry(t)
	for key, want := range map[string]string{
		"Name": said(t, "Name"), "Icon": said(t, "ID"), "Comment": said(t, "Comment"), "GenericName": said(t, "GenericName"),
		"StartupWMClass": said(t, "Name"), "MimeType": "x-scheme-handler/sotto;",
	} {
		if entry[key] != want {
			t.Errorf("%s is %q instead of %q", key, entry[key], want)
		}
	}
	for _, key := range []string{"Categories", "Keywords"} {
		if got, want := list(entry[key], "", ";"), list(said(t, key), `"`, ","); !slices.Equal(got, want) {
			t.Errorf("%s are %q instead of %q", key, got, want)
		}
	}
	for _, l := range translations(t, "_") {
		for _, key := range []string{"Comment", "GenericName"} {
			if entry[key+"["+l+"]"] == "" {
				t.Errorf("no %s in %s", key, l)
			}
		}
	}
}

func TestTheManualNamesEveryOption(t *testing.T) {
	manual := strings.ReplaceAll(read(t, "linux", "share", "sotto.1"), `\-`, "-")
	options := regexp.MustCompile(`f\.\w+\((?:&\S+, )?"([a-z-]+)"`).FindAllStringSubmatch(read(t, "..", "cmd", "sotto", "flags.go"), -1)
	if len(options) < 5 {
		t.Fatalf("options: %q", options)
	}
	for _, o := range options {
		// What is for tests only is none of a reader's business.
		if named := strings.Contains(manual, `\fB--`+o[1]+`\fR`); named == (o[1] == "inspect") {
			t.Errorf("--%s: named %v", o[1], named)
		}
	}
}

func TestTheMetainfoSaysWhatTheDesktopEntrySays(t *testing.T) {
	type words struct {
		Lang string `xml:"lang,attr"`
		Text string `xml:",chardata"`
	}
	var m struct {
		ID         string   `xml:"id"`
		Name       string   `xml:"name"`
		Summary    []words  `xml:"summary"`
		Paragraphs []words  `xml:"description>p"`
		Launchable string   `xml:"launchable"`
		Categories []string `xml:"categories>category"`
		Keywords   []string `xml:"keywords>keyword"`
	}
	id := said(t, "ID")
	if err := xml.Unmarshal([]byte(read(t, "linux", "share", id+".metainfo.xml")), &m); err != nil {
		t.Fatal(err)
	}
	entry := desktopEntry(t)
	if m.ID != id || m.Name != said(t, "Name") || m.Launchable != id+".desktop" {
		t.Errorf("%q, %q, %q", m.ID, m.Name, m.Launchable)
	}
	if !slices.Equal(m.Categories, list(entry["Categories"], "", ";")) || !slices.Equal(m.Keywords, list(entry["Keywords"], "", ";")) {
		t.Errorf("%q, %q", m.Categories, m.Keywords)
	}
	in := func(all []words, lang string) string {
		for _, w := range all {
			if w.Lang == lang {
				return w.Text
			}
		}
		return ""
	}
	for _, l := range append(translations(t, "-"), "") {
		key := "Comment"
		if l != "" {
			key += "[" + strings.ReplaceAll(l, "-", "_") + "]"
		}
		if in(m.Summary, l) != entry[key] || in(m.Paragraphs, l) == "" {
			t.Errorf("language %q: summary %q, description %q", l, in(m.Summary, l), in(m.Paragraphs, l))
		}
	}
}

// Packages come from one place, each with its hash, and the libraries of the
// AppImage are among them.
func TestTheLibrariesAreThoseOfTheSysroot(t *testing.T) {
	sysroot := read(t, "linux", "sysroot.sha256")
	form := regexp.MustCompile(`^[0-9a-f]{64}  pool/main/\S+/[^/\s]+_(amd64|all)\.deb$`)
	for line := range strings.Lines(sysroot) {
		if !form.MatchString(strings.TrimSuffix(line, "\n")) {
			t.Errorf("%q", line)
		}
	}
	carried := regexp.MustCompile(`(?m)^packages=\((.*)\)$`).FindStringSubmatch(read(t, "linux", "package.sh"))
	if carried == nil {
		t.Fatal("package.sh carries nothing")
	}
	for _, name := range strings.Fields(carried[1]) {
		if !strings.Contains(sysroot, "/"+name+"_") {
			t.Errorf("%s is not in the sysroot", name)
		}
	}
}
