package packaging

import (
	"encoding/xml"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// nsisNames are what NSIS calls the languages of the window.
var nsisNames = map[string]string{
	"en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt-BR": "PortugueseBR",
	"ru": "Russian", "zh-CN": "SimpChinese", "ja": "Japanese", "ar": "Arabic",
}

// TestTheInstallerSpeaksTheLanguagesOfTheWindow: also that each sentence is
// there and written in that language.
func TestTheInstallerSpeaksTheLanguagesOfTheWindow(t *testing.T) {
	var want []string
	for _, l := range languages(t) {
		name, ok := nsisNames[l]
		if !ok {
			t.Fatalf("what NSIS calls %s is not known here", l)
		}
		want = append(want, name)
	}
	slices.Sort(want)
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^!insertmacro MUI_LANGUAGE (\w+)$`).FindAllStringSubmatch(read(t, "windows", "sotto.nsi"), -1) {
		got = append(got, m[1])
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("languages %v, the window has %v", got, want)
	}
	sentences := read(t, "windows", "strings.nsh")
	seen := map[string]string{}
	for _, name := range got {
		_, block, ok := strings.Cut(sentences, "!insertmacro SAY "+strings.ToUpper(name)+" \\\n")
		block, _, _ = strings.Cut(block, "!insertmacro")
		all := regexp.MustCompile(`(?m)^\t"([^"]+)"`).FindAllStringSubmatch(block, -1)
		if !ok || len(all) != 7 {
			t.Errorf("%s has %d sentences, not 7", name, len(all))
		}
		for _, s := range all {
			if other, twice := seen[s[1]]; twice {
				t.Errorf("%q is said in %s and in %s", s[1], other, name)
			}
			seen[s[1]] = name
		}
	}
}

// TestTheUninstallerKnowsWhatWasInstalled compares the files that package.sh
// lays out with those that are deleted.
func TestTheUninstallerKnowsWhatWasInstalled(t *testing.T) {
	script := read(t, "windows", "package.sh")
	laid := map[string]bool{"sotto.ico": true, "uninstall.exe": true}
	for _, m := range regexp.MustCompile(`(?m)^text \S+ "\$files/(\S+)"|^program (\S+) `).FindAllStringSubmatch(script, -1) {
		if m[1] != "" {
			laid[m[1]] = true
		} else {
			laid[m[2]+".exe"] = true
		}
	}
	if len(laid) < 6 {
		t.Fatalf("package.sh lays out %v", laid)
	}
	nsi := read(t, "windows", "sotto.nsi")
	for file := range laid {
		if name, program := strings.CutSuffix(file, ".exe"); program && name != "uninstall" {
			if n := strings.Count(nsi, "\t!insertmacro CLOSED "+name+"\n"); n != 2 {
				t.Errorf("%d of installer and uninstaller look whether %s runs", n, file)
			}
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^\tDelete "\$INSTDIR\\(.*)"$`).FindAllStringSubmatch(nsi, -1) {
		if !laid[m[1]] {
			t.Errorf("%s is deleted and was not installed", m[1])
		}
		delete(laid, m[1])
	}
	if len(laid) > 0 {
		t.Errorf("left behind: %v", laid)
	}
}

func TestTheManifestOfWindows(t *testing.T) {
	var m struct {
		Windows struct {
			Awareness string `xml:"dpiAwareness"`
			LongPaths string `xml:"longPathAware"`
			CodePage  string `xml:"activeCodePage"`
		} `xml:"application>windowsSettings"`
		Level struct {
			Level string `xml:"level,attr"`
		} `xml:"trustInfo>security>requestedPrivileges>requestedExecutionLevel"`
	}
	if err := xml.Unmarshal([]byte(read(t, "windows", "sotto.manifest")), &m); err != nil {
		t.Fatal(err)
	}
	w := m.Windows
	if !strings.HasPrefix(w.Awareness, "PerMonitorV2") || w.LongPaths != "true" || w.CodePage != "UTF-8" || m.Level.Level != "asInvoker" {
		t.Errorf("%+v", m)
	}
}
