package assets

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"image/png"
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestEveryIconHasItsDrawing(t *testing.T) {
	if len(Icons) != len(icons) {
		t.Errorf("%d names, %d drawings", len(Icons), len(icons))
	}
	for _, name := range Icons {
		f, ok := icons[string(name)]
		if !ok {
			t.Errorf("icon %s has no drawing", name)
			continue
		}
		var svg struct {
			XMLName xml.Name `xml:"svg"`
			ViewBox string   `xml:"viewBox,attr"`
			Stroke  string   `xml:"stroke-width,attr"`
		}
		if err := xml.Unmarshal(f.Content(), &svg); err != nil {
			t.Errorf("icon %s: %v", name, err)
		}
		// The widget that draws icons looks for these two.
		if svg.ViewBox != "0 0 24 24" || svg.Stroke != "1.75" || !bytes.Contains(f.Content(), []byte("#211D19")) {
			t.Errorf("icon %s is not on the grid: %+v", name, svg)
		}
	}
	// The reader draws an arc wrongly that follows another one without a letter
	// of its own.
	path, arc := regexp.MustCompile(` d="[^"]*"`), regexp.MustCompile(`a[^a-zA-Z]*`)
	number := regexp.MustCompile(`-?([0-9]+(\.[0-9]+)?|\.[0-9]+)`)
	for name, f := range icons {
		for _, d := range path.FindAll(f.Content(), -1) {
			for _, a := range arc.FindAll(d, -1) {
				if len(number.FindAll(a, -1)) > 7 {
					t.Errorf("icon %s has an arc without its letter: %s", name, a)
				}
			}
		}
	}
	if Icon("nonsense") != Icon(IconHelp) {
		t.Error("an unknown icon is not the question mark")
	}
}

func TestEveryLogoAndFontIsThere(t *testing.T) {
	for _, name := range Logos {
		if _, ok := logos[string(name)]; !ok {
			t.Errorf("no logo %s", name)
		}
	}
	for _, name := range Fonts {
		if _, ok := fonts[name]; !ok {
			t.Errorf("no font %s", name)
		}
	}
	img, err := png.Decode(bytes.NewReader(Logo(AppPNG).Content()))
	if err != nil || img.Bounds().Dx() != 512 || img.Bounds().Dy() != 512 {
		t.Errorf("application icon: %v, %v", img.Bounds(), err)
	}
}

// TestThirdParty holds the list of what others made against the files.
func TestThirdParty(t *testing.T) {
	list, err := os.ReadFile("THIRD_PARTY.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range Fonts {
		sum := sha256.Sum256(Font(name).Content())
		if !strings.Contains(string(list), hex.EncodeToString(sum[:])) {
			t.Errorf("THIRD_PARTY.md does not have the hash of %s", name)
		}
	}
}

func TestTranslations(t *testing.T) {
	if langs := Languages(); len(langs) == 0 || len(Translations("en")) == 0 || Translations("xx") != nil {
		t.Errorf("languages: %v", langs)
	}
}
