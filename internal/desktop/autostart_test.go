package desktop

import (
	"encoding/xml"
	"slices"
	"testing"
)

// TestPlistIsWellFormed reads the launch agent back.
func TestPlistIsWellFormed(t *testing.T) {
	a := Autostart{App: App{ID: "im.sotto.Sotto"}, Program: `/Applications/A & "B".app`, Args: []string{"--hidden", "<x>"}}
	var p struct {
		Keys    []string `xml:"dict>key"`
		Strings []string `xml:"dict>string"`
		Args    []string `xml:"dict>array>string"`
	}
	if err := xml.Unmarshal([]byte(a.plist()), &p); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.Args, []string{a.Program, "--hidden", "<x>"}) || p.Strings[0] != "im.sotto.Sotto" ||
		!slices.Equal(p.Keys, []string{"Label", "ProgramArguments", "RunAtLoad", "ProcessType"}) {
		t.Errorf("read back: %+v", p)
	}
}
