package assets

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestEveryModuleHasItsLicence compares with what is linked on this system.
func TestEveryModuleHasItsLicence(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", "sotto/cmd/sotto", "sotto/cmd/sotto-cli")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	have := map[string]bool{}
	for _, l := range Licences() {
		have[l.Name] = true
		if l.Kind == "other" || len(l.Text) < 400 {
			t.Errorf("%s: kind %q, %d bytes of text", l.Name, l.Kind, len(l.Text))
		}
	}
	modules := map[string]bool{}
	for _, m := range strings.Fields(string(out)) {
		modules[m] = true
	}
	if len(modules) < 20 {
		t.Fatalf("only %d modules are linked", len(modules))
	}
	for m := range modules {
		if !have[m] {
			t.Errorf("no licence of %s: run packaging/licences.sh", m)
		}
	}
	for _, name := range licenceNames {
		if !have[name] {
			t.Errorf("no licence of %s", name)
		}
	}
}

func TestOwnLicenceIsTheOneInTheRepository(t *testing.T) {
	want, err := os.ReadFile("../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	if l := Licences()[0]; l.Name != "Sotto" || l.Text != strings.TrimSpace(string(want)) {
		t.Error("the licence shown is not the one of the repository")
	}
}
