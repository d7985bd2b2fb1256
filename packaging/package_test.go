package packaging

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/release"
)

// runPackage runs package.sh with these variables and no others of its own.
func runPackage(t *testing.T, dist string, env ...string) (string, error) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("packages are made on Linux")
	}
	cmd := exec.Command("bash", "package.sh", dist)
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(e, "="); !strings.HasPrefix(name, "SOTTO_") && name != "VERSION" && name != "SYSTEMS" {
			cmd.Env = append(cmd.Env, e)
		}
	}
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// What cannot end well is said before anything is built, and what lies in the
// folder stays there.
func TestPackagesThatAreNotBegun(t *testing.T) {
	inside, err := filepath.Abs("package.sh") // any file of the repository
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		env  string
		want string
	}{
		"an unknown system":       {"SYSTEMS=linus", `no packages for "linus"`},
		"a version of two lines":  {"VERSION=1.2.3\n4", "no version"},
		"a version with a slash":  {"VERSION=1.2/3", "no version"},
		"a key that is not there": {"SOTTO_SIGNING_KEY=/nowhere/key", "/nowhere/key cannot be read"},
		"a key in the repository": {"SOTTO_SIGN_KEY=" + inside, "lies in the repository"},
	} {
		dist := filepath.Join(t.TempDir(), "dist")
		out, err := runPackage(t, dist, "SYSTEMS=macos", c.env)
		if err == nil || !strings.Contains(out, c.want) {
			t.Errorf("%s: %v, %s", name, err, out)
		}
		if _, err := os.Stat(dist); err == nil {
			t.Errorf("%s: the folder was made", name)
		}
	}
	dist := t.TempDir()
	letter := filepath.Join(dist, "letter.txt")
	if err := os.WriteFile(letter, []byte("Dear Maya"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := runPackage(t, dist, "SYSTEMS=macos")
	if err == nil || !strings.Contains(out, "holds other things") {
		t.Errorf("%v, %s", err, out)
	}
	if _, err := os.Stat(letter); err != nil {
		t.Error("what lay in the folder is gone")
	}
}

// TestASignedReleaseIsBelieved makes a release without programs and has the
// program read its statement, and minisign its sums.
func TestASignedReleaseIsBelieved(t *testing.T) {
	if _, err := exec.LookPath("minisign"); err != nil {
		t.Skip("minisign is not installed; packaging/setup.sh package installs it")
	}
	if _, err := exec.Command("git", "rev-parse", "HEAD").Output(); err != nil {
		t.Skip("not a clone of the repository")
	}
	safe := t.TempDir()
	secret, public := filepath.Join(safe, "sotto.key"), filepath.Join(safe, "sotto.pub")
	if out, err := exec.Command("minisign", "-G", "-W", "-f", "-s", secret, "-p", public).CombinedOutput(); err != nil {
		t.Fatalf("minisign: %v: %s", err, out)
	}
	dist := filepath.Join(t.TempDir(), "dist")
	const page = "https://sotto.example/releases?of=1.2.3&in=en"
	env := []string{"SYSTEMS=macos", "SOTTO_SIGNING_KEY=" + secret, "SOTTO_RELEASE_PAGE=" + page}
	out, err := runPackage(t, dist, env...)
	if _, there := os.Stat("release.pub"); there == nil {
		if err == nil {
			t.Error("signed with a key that no program believes")
		}
		return // the one that is believed is not here
	}
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if _, key, _ := strings.Cut(strings.TrimSpace(read(t, secret)), "\n"); key == "" || strings.Contains(out, key) {
		t.Error("the key was printed")
	}
	key, err := release.ParseKey(read(t, public))
	if err != nil {
		t.Fatal(err)
	}
	statement, signature := read(t, dist, "sotto.json"), read(t, dist, "sotto.json.minisig")
	answer := onion.V4Response{Code: 200, Body: release.Encode([]byte(statement), []byte(signature))}
	if s, err := release.Verify(answer, key); err != nil || s.Version.String() != said(t, "Version") || s.Page != page {
		t.Errorf("%+v, %v", s, err)
	}
	if out, err := exec.Command("minisign", "-V", "-p", public, "-m", filepath.Join(dist, "SHA256SUMS")).CombinedOutput(); err != nil {
		t.Errorf("minisign: %v: %s", err, out)
	}
	// Once more over what is there: the same files, and nothing beside them.
	before := map[string]string{}
	for _, name := range []string{"SHA256SUMS", "SHA256SUMS.minisig", "sotto.json", "sotto.json.minisig"} {
		before[name] = read(t, dist, name)
	}
	if out, err := runPackage(t, dist, env...); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	files, err := os.ReadDir(dist)
	if err != nil || len(files) != len(before) {
		t.Errorf("%v, %v", files, err)
	}
	for name, old := range before {
		if read(t, dist, name) != old {
			t.Errorf("%s differs the second time", name)
		}
	}
	if beside, err := os.ReadDir(filepath.Dir(dist)); err != nil || len(beside) != 1 {
		t.Errorf("left beside the folder: %v, %v", beside, err)
	}

	// Nobody is told of a version that is not finished, nor sent to a page that no
	// program would take.
	if out, err := runPackage(t, dist, append(env, "VERSION=9.9.9-rc1")...); err != nil {
		t.Errorf("%v: %s", err, out)
	} else if _, err := os.Stat(filepath.Join(dist, "sotto.json")); err == nil {
		t.Error("a statement of a version that is not finished")
	}
	if out, err := runPackage(t, dist, append(env, `SOTTO_RELEASE_PAGE=https://x/"`)...); err == nil || !strings.Contains(out, "no https address") {
		t.Errorf("%v: %s", err, out)
	}
	if _, err := os.Stat(filepath.Join(dist, "SHA256SUMS")); err != nil {
		t.Error("what was there is gone after a failure")
	}
}
