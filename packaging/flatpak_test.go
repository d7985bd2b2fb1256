package packaging

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

type source struct {
	Type, URL, SHA256, Dest string
}

func load(t *testing.T, into any, path ...string) {
	t.Helper()
	if err := json.Unmarshal([]byte(read(t, path...)), into); err != nil {
		t.Fatal(err)
	}
}

func TestTheManifestOfFlatpak(t *testing.T) {
	id := said(t, "ID")
	var m struct {
		ID      string
		Command string
		Args    []string `json:"finish-args"`
		Modules []struct {
			Commands []string `json:"build-commands"`
			Sources  []any
		}
	}
	load(t, &m, "flatpak", id+".json")
	if m.ID != id || m.Command != "sotto" {
		t.Errorf("id %q, command %q", m.ID, m.Command)
	}
	for _, arg := range m.Args {
		// Files lie in the folder for downloads, and nothing may talk to everybody.
		if strings.HasPrefix(arg, "--filesystem") && arg != "--filesystem=xdg-download" || arg == "--device=all" || strings.HasSuffix(arg, "-bus") {
			t.Errorf("%s opens too much", arg)
		}
	}
	for _, want := range []string{
		"--share=network", "--socket=wayland", "--socket=fallback-x11", "--socket=pulseaudio", "--device=dri",
		"--talk-name=org.freedesktop.secrets", "--talk-name=org.kde.StatusNotifierWatcher", "--system-talk-name=org.freedesktop.login1",
	} {
		if !slices.Contains(m.Args, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if len(m.Modules) != 1 || !slices.Contains(m.Modules[0].Sources, any("modules.json")) {
		t.Fatalf("modules: %+v", m.Modules)
	}
	for _, command := range m.Modules[0].Commands {
		if info, err := os.Stat(filepath.Join("..", command)); err != nil || info.Mode()&0o100 == 0 {
			t.Errorf("%s cannot be run: %v", command, err)
		}
	}
}

// TestModulesOfFlatpak wants every module that the programs are built of, and the
// requirements of all that go.mod names.
func TestModulesOfFlatpak(t *testing.T) {
	var sources []source
	load(t, &sources, "flatpak", "modules.json")
	const proxy = "https://proxy.golang.org/"
	sum := regexp.MustCompile(`^[0-9a-f]{64}$`)
	capital := regexp.MustCompile(`![a-z]`)
	have := map[string]bool{} // "path version zip"
	for _, s := range sources {
		path, file, ok := strings.Cut(strings.TrimPrefix(s.URL, proxy), "/@v/")
		dot := strings.LastIndex(file, ".")
		if !ok || dot < 0 || s.Type != "file" || !sum.MatchString(s.SHA256) || s.Dest != "modules/"+path+"/@v" {
			t.Fatalf("%+v", s)
		}
		path = capital.ReplaceAllStringFunc(path, func(s string) string { return strings.ToUpper(s[1:]) })
		have[path+" "+file[:dot]+" "+file[dot+1:]] = true
	}
	want := func(kind string, cmd *exec.Cmd) {
		t.Helper()
		cmd.Dir = ".."
		cmd.Env = append(os.Environ(), "GOOS=linux", "CGO_ENABLED=1")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %v", cmd, err)
		}
		for line := range strings.Lines(string(out)) {
			if line = strings.TrimSpace(line); line != "" && !have[line+" "+kind] {
				t.Errorf("%s (%s) is not in modules.json: run packaging/flatpak/modules.sh", line, kind)
			}
		}
	}
	want("zip", exec.Command("go", "list", "-tags", "flatpak", "-deps", "-f",
		"{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", "./cmd/sotto", "./cmd/sotto-cli", "./packaging/..."))
	named := regexp.MustCompile(`(?m)^\t(\S+ v\S+)`).FindAllStringSubmatch(read(t, "..", "go.mod"), -1)
	if len(named) < 20 {
		t.Fatalf("go.mod names only %d modules", len(named))
	}
	for _, m := range named {
		if !have[m[1]+" mod"] {
			t.Errorf("%s (mod) is not in modules.json: run packaging/flatpak/modules.sh", m[1])
		}
	}
}
