// Package archtest holds the rules of the house: who may import whom, that the
// rooms named in ARCHITECTURE.md exist, and that links in documents lead
// somewhere.
package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const module = "sotto/"

// rule says what the packages of a room may import of the house and of the
// world. A package belongs to the first rule whose room is a prefix of its
// path; one without a rule has no room in the house.
type rule struct {
	room  string
	house []string // allowed prefixes inside the module
	deny  []string // forbidden standard and third-party prefixes
}

// Third-party libraries that only one room may touch.
const (
	fyne  = "fyne.io/"
	malgo = "github.com/gen2brain/malgo"
	bbolt = "go.etcd.io/bbolt"
)

// sockets are the packages that can open a connection.
var sockets = []string{"net", "net/http", "net/rpc", "crypto/tls"}

// impure is what pure code must not touch: connections, files, logs, clocks
// behind its back. (crypto/rand is refused by source, see TestPureCode.)
var impure = []string{"net", "net/http", "net/rpc", "crypto/tls", "os", "log", "log/slog", "syscall"}

var rules = []rule{
	{"cmd", []string{"cmd", "ui", "engine", "media", "store", "assets", "internal"}, nil},
	{"ui", []string{"ui", "engine", "engine/model", "media", "assets", "internal"}, append([]string{malgo, bbolt}, sockets...)},
	{"engine/protocol", []string{"engine/protocol"}, append([]string{fyne, malgo, bbolt}, impure...)},
	{"engine/model", []string{"engine/protocol/identity"}, append([]string{fyne, malgo, bbolt}, impure...)},
	{"engine/transport", []string{"engine/transport", "engine/protocol", "engine/model", "internal"}, []string{fyne, malgo, bbolt}},
	{"engine/localnet", []string{"engine/localnet", "engine/protocol", "internal"}, []string{fyne, malgo}},
	{"engine", []string{"engine", "engine/protocol", "engine/transport", "engine/model", "store", "media/picture", "internal"}, append([]string{fyne, malgo, bbolt}, sockets...)},
	{"store", []string{"store", "engine/model", "engine/protocol/identity", "internal"}, append([]string{fyne, malgo}, sockets...)},
	{"media", []string{"media", "internal"}, append([]string{fyne, bbolt}, sockets...)},
	{"assets", nil, append([]string{fyne, malgo, bbolt}, sockets...)},
	{"packaging", []string{"packaging", "assets"}, append([]string{fyne, malgo, bbolt}, sockets...)},
	{"internal", []string{"engine", "store", "internal"}, []string{fyne, malgo, bbolt}},
}

// exceptions are single imports outside the table, each with its reason.
var exceptions = map[[2]string]string{
	{"internal/testkit", "engine/localnet"}: "people for tests live on a real network",
}

// refusedHouse are imports that a broader allowed prefix would let through.
var refusedHouse = map[string][]string{
	"ui":       {"engine/protocol", "engine/transport", "engine/localnet", "store"},
	"engine":   {"engine/localnet"},
	"internal": {"engine/localnet"},
}

type pkg struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "sotto/...")
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		if err := dec.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func under(path, room string) bool { return path == room || strings.HasPrefix(path, room+"/") }

func ruleFor(path string) (rule, bool) {
	for _, r := range rules {
		if under(path, r.room) {
			return r, true
		}
	}
	return rule{}, false
}

// violations returns what a package of the module imports against the rules.
func violations(p pkg) []string {
	path := strings.TrimPrefix(p.ImportPath, module)
	r, ok := ruleFor(path)
	if !ok {
		return []string{path + " has no room in the house"}
	}
	var bad []string
	for _, imp := range p.Imports {
		if house, inside := strings.CutPrefix(imp, module); inside {
			if _, ok := exceptions[[2]string{path, house}]; ok || allowedInside(r, house) {
				continue
			}
			bad = append(bad, path+" may not import "+house)
			continue
		}
		for _, d := range r.deny {
			if imp == d || (strings.HasSuffix(d, "/") && strings.HasPrefix(imp, d)) ||
				(strings.Contains(d, ".") && under(imp, strings.TrimSuffix(d, "/"))) {
				if _, ok := exceptions[[2]string{path, imp}]; !ok {
					bad = append(bad, path+" may not import "+imp)
				}
			}
		}
	}
	return bad
}

func allowedInside(r rule, house string) bool {
	for _, no := range refusedHouse[r.room] {
		if under(house, no) {
			return false
		}
	}
	for _, yes := range r.house {
		if under(house, yes) {
			return true
		}
	}
	return false
}

func TestImports(t *testing.T) {
	all := packages(t)
	if len(all) < 10 {
		t.Fatalf("go list shows only %d packages", len(all))
	}
	for _, p := range all {
		for _, v := range violations(p) {
			t.Error(v)
		}
	}
}

// TestRulesBite makes sure that the rules refuse what they are there for.
func TestRulesBite(t *testing.T) {
	for _, c := range []struct{ from, imports string }{
		{"ui/chat", "sotto/engine/protocol/seal"},
		{"ui/chat", "sotto/store"},
		{"ui/chat", "net/http"},
		{"engine", "fyne.io/fyne/v2"},
		{"engine", "net/http"},
		{"engine", "sotto/engine/localnet"},
		{"engine/protocol/onion", "os"},
		{"engine/protocol/onion", "sotto/engine/model"},
		{"engine/localnet", "sotto/engine"},
		{"engine/localnet", "sotto/store"},
		{"media/audio", "go.etcd.io/bbolt"},
		{"store", "github.com/gen2brain/malgo"},
		{"assets", "sotto/engine/model"},
		{"gadgets", "fmt"},
	} {
		if v := violations(pkg{ImportPath: module + c.from, Imports: []string{c.imports}}); len(v) == 0 {
			t.Errorf("%s importing %s passes", c.from, c.imports)
		}
	}
	for _, c := range []struct{ from, imports string }{
		{"ui/chat", "sotto/engine/model"},
		{"engine/transport", "net/http"},
		{"engine/localnet", "go.etcd.io/bbolt"},
		{"cmd/sotto", "sotto/engine/localnet"},
	} {
		if v := violations(pkg{ImportPath: module + c.from, Imports: []string{c.imports}}); len(v) != 0 {
			t.Errorf("%s importing %s is refused: %v", c.from, c.imports, v)
		}
	}
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestPureCode refuses clocks, entropy, goroutines and environment behind the
// back of pure protocol code.
func TestPureCode(t *testing.T) {
	forbidden := regexp.MustCompile(`\btime\.(Now|Sleep|After|NewTimer|Since)\(|\brand\.(Reader|Read|Int)\b|^\s*go func|\bos\.Getenv`)
	seen := 0
	err := filepath.WalkDir(filepath.Join(root(t), "engine", "protocol"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		seen++
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for n, line := range strings.Split(string(text), "\n") {
			code, _, _ := strings.Cut(line, "//")
			if forbidden.MatchString(code) {
				t.Errorf("%s:%d is not pure: %s", path, n+1, strings.TrimSpace(line))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 10 {
		t.Fatalf("only %d files of protocol code found", seen)
	}
}

// TestRoomsNamedInTheArchitectureExist holds ARCHITECTURE.md against the tree.
func TestRoomsNamedInTheArchitectureExist(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root(t), "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	rooms := regexp.MustCompile("(?m)^\\| `([a-z0-9/_-]+)` \\|").FindAllStringSubmatch(string(text), -1)
	if len(rooms) < 15 {
		t.Fatalf("ARCHITECTURE.md names only %d rooms", len(rooms))
	}
	named := map[string]bool{}
	for _, m := range rooms {
		named[strings.TrimSuffix(m[1], "/")] = true
		if info, err := os.Stat(filepath.Join(root(t), m[1])); err != nil || !info.IsDir() {
			t.Errorf("ARCHITECTURE.md names %s, which is not there", m[1])
		}
	}
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		found := false
		for room := range named {
			found = found || under(path, room)
		}
		if !found {
			t.Errorf("%s is not in ARCHITECTURE.md", path)
		}
	}
}

// TestLinksInDocumentsLeadSomewhere follows the links between documents, and
// from them into the code: who moves a file finds what tells of it.
func TestLinksInDocumentsLeadSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#\s]+)`)
	found := 0
	for _, dir := range []string{".", "docs", "docs/decisions", "docs/protocol"} {
		documents, err := filepath.Glob(filepath.Join(root(t), dir, "*.md"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range documents {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range link.FindAllStringSubmatch(string(text), -1) {
				if strings.Contains(m[1], "://") {
					continue
				}
				found++
				if _, err := os.Stat(filepath.Join(filepath.Dir(path), filepath.FromSlash(m[1]))); err != nil {
					t.Errorf("%s leads to %s, which is not there", path, m[1])
				}
			}
		}
	}
	if found < 50 {
		t.Fatalf("only %d links found", found)
	}
}
