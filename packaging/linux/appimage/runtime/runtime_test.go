//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sotto/packaging/linux/appimage/section"
)

const updates = "zsync|https://sotto.example/Sotto.AppImage.zsync"

// appImage joins the runtime with the test image.
var appImage = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "appimage-test-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	build := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(dir, "runtime"), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	program, err := os.ReadFile(filepath.Join(dir, "runtime"))
	if err != nil {
		return nil, err
	}
	if program, err = section.Add(program, updates); err != nil {
		return nil, err
	}
	files, err := os.ReadFile(filepath.Join("..", "squashfs", "testdata", "packed.squashfs"))
	return append(program, files...), err
})

// bench is where an AppImage runs: a folder to be called in and one to unpack in.
type bench struct {
	t        *testing.T
	app      string
	cwd, tmp string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	file, err := appImage()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "Test.AppImage")
	if err := os.WriteFile(path, file, 0o755); err != nil {
		t.Fatal(err)
	}
	return &bench{t, path, t.TempDir(), t.TempDir()}
}

func (b *bench) command(args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(b.t.Context(), 30*time.Second)
	b.t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, b.app, args...)
	cmd.Dir = b.cwd
	cmd.Env = append(os.Environ(), "TMPDIR="+b.tmp)
	return cmd
}

// run returns what was said and the exit code.
func (b *bench) run(args ...string) (string, int) {
	b.t.Helper()
	out, err := b.command(args...).CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return string(out), 0
	case errors.As(err, &exit):
		return string(out), exit.ExitCode()
	}
	b.t.Fatal(err)
	return "", 0
}

func (b *bench) clean() {
	b.t.Helper()
	if left, err := os.ReadDir(b.tmp); err != nil || len(left) != 0 {
		b.t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestTheApplicationRunsAndNothingIsLeft(t *testing.T) {
	b := newBench(t)
	out, code := b.run("env", "an argument")
	words := strings.Split(strings.TrimSpace(out), "|")
	if code != 0 || len(words) != 6 {
		t.Fatalf("%d: %s", code, out)
	}
	if words[0] != b.app || !strings.HasPrefix(words[1], b.tmp+"/") || words[2] != b.app || words[3] != b.cwd || words[5] != "an argument" {
		t.Errorf("%q", words)
	}
	if _, code := b.run("code", "41"); code != 41 {
		t.Errorf("exit code %d", code)
	}
	if out, code := b.run("--appimage-extract-and-run", "code", "3"); code != 3 {
		t.Errorf("%d: %s", code, out)
	}
	b.clean()
}

func TestALinkNamedLikeAProgramStartsIt(t *testing.T) {
	b := newBench(t)
	link := filepath.Join(t.TempDir(), "other")
	if err := os.Symlink(b.app, link); err != nil {
		t.Fatal(err)
	}
	b.app = link
	if out, code := b.run(); code != 0 || out != "other\n" {
		t.Errorf("%d: %s", code, out)
	}
	b.clean()
}

func TestPortableHome(t *testing.T) {
	b := newBench(t)
	if out, code := b.run("--appimage-portable-home"); code != 0 {
		t.Fatal(out)
	}
	out, _ := b.run("env")
	if words := strings.Split(out, "|"); len(words) != 6 || words[4] != b.app+".home" {
		t.Errorf("%q", out)
	}
}

// TestWhereAPortableApplicationKeepsThings makes the folders and looks at every
// variable that says where things are.
func TestWhereAPortableApplicationKeepsThings(t *testing.T) {
	names := []string{"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "REAL_HOME", "REAL_XDG_CONFIG_HOME"}
	for name, c := range map[string]struct {
		folders []string // beside the file, "~" in want is the file
		env     []string
		want    string
	}{
		"not portable": {nil, []string{"HOME=/h", "XDG_DATA_HOME=/d"}, "HOME=/h XDG_DATA_HOME=/d"},
		"home":         {[]string{".home"}, []string{"HOME=/h"}, "HOME=~.home REAL_HOME=/h"},
		"home, of somebody whose folders are set apart": {[]string{".home"},
			[]string{"HOME=/h", "XDG_CONFIG_HOME=/c", "XDG_DATA_HOME=/d", "XDG_STATE_HOME=/s", "XDG_CACHE_HOME=/x"},
			"HOME=~.home REAL_HOME=/h REAL_XDG_CONFIG_HOME=/c"},
		"settings": {[]string{".config"}, []string{"HOME=/h", "XDG_DATA_HOME=/d"},
			"HOME=/h XDG_CONFIG_HOME=~.config XDG_DATA_HOME=/d REAL_HOME=/h"},
		"home and settings": {[]string{".home", ".config"}, []string{"HOME=/h", "XDG_CONFIG_HOME=/c"},
			"HOME=~.home XDG_CONFIG_HOME=~.config REAL_HOME=/h REAL_XDG_CONFIG_HOME=/c"},
		"home, started by a portable application": {[]string{".home"},
			[]string{"HOME=/p.home", "REAL_HOME=/h", "REAL_XDG_CONFIG_HOME=/c"}, "HOME=~.home REAL_HOME=/h REAL_XDG_CONFIG_HOME=/c"},
		"home, with a variable of something else": {[]string{".home"}, []string{"HOME=/h", "REAL_XDG_CONFIG_HOME=/c"}, "HOME=~.home REAL_HOME=/h"},
	} {
		self := filepath.Join(t.TempDir(), "Test.AppImage")
		for _, suffix := range c.folders {
			if err := os.Mkdir(self+suffix, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		env := environment(append(c.env, "LANG=C"), self, "/unpacked", "sotto", "/")
		for _, n := range names {
			for _, e := range env {
				if strings.HasPrefix(e, n+"=") {
					got = append(got, strings.Replace(e, self, "~", 1))
				}
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s", name, s)
		}
		if !slices.Contains(env, "LANG=C") || !slices.Contains(env, "APPDIR=/unpacked") {
			t.Errorf("%s: %q", name, env)
		}
	}
}

// A name that depends on the folder would mean another one once somebody went
// elsewhere.
func TestTheFolderHasAWholeName(t *testing.T) {
	b := newBench(t)
	b.tmp = "here"
	out, code := b.run("env")
	words := strings.Split(strings.TrimSpace(out), "|")
	if code != 0 || len(words) != 6 || !strings.HasPrefix(words[1], filepath.Join(b.cwd, "here")+"/") {
		t.Errorf("%d: %s", code, out)
	}
}

// begin starts the application and returns once it runs, with its folder.
func (b *bench) begin(args ...string) (*exec.Cmd, *bufio.Reader, string) {
	b.t.Helper()
	cmd := b.command(args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	r := bufio.NewReader(out)
	folder, err := r.ReadString('\n')
	if err != nil {
		b.t.Fatal(err)
	}
	return cmd, r, strings.TrimSpace(folder)
}

func TestASignalEndsTheApplicationAndTheFolderGoes(t *testing.T) {
	b := newBench(t)
	cmd, said, folder := b.begin("wait")
	if _, err := os.Stat(filepath.Join(folder, "usr", "bin", "hello")); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if last, err := said.ReadString('\n'); err != nil || last != "ended by TERM\n" {
		t.Errorf("%q, %v", last, err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 7 {
		t.Errorf("%v", err)
	}
	b.clean()
}

// What a killed runtime left is removed by the next start, what somebody uses is
// not, and the application does not stay behind alone.
func TestTheNextStartRemovesWhatAKilledOneLeft(t *testing.T) {
	b := newBench(t)
	killed, said, left := b.begin("wait")
	used, _, kept := b.begin("wait")
	if err := killed.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if last, err := said.ReadString('\n'); err != nil || last != "ended by TERM\n" {
		t.Errorf("%q, %v", last, err)
	}
	_ = killed.Wait()
	if _, code := b.run("code", "0"); code != 0 {
		t.Error("the next one does not start")
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the leftover: %v", err)
	}
	if _, err := os.Stat(filepath.Join(kept, "AppRun")); err != nil {
		t.Errorf("the one in use: %v", err)
	}
	_ = used.Process.Signal(syscall.SIGTERM)
	_ = used.Wait()
	b.clean()
}

func TestExtractHere(t *testing.T) {
	b := newBench(t)
	if out, code := b.run("--appimage-extract", "usr/share/deep"); code != 0 {
		t.Fatal(out)
	}
	root := filepath.Join(b.cwd, "squashfs-root")
	if _, err := os.Stat(filepath.Join(root, "usr/share/deep/er/numbers.txt")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(root, "usr/bin")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("more than was wanted: %v", err)
	}
	if out, code := b.run("--appimage-extract"); code != 1 || !strings.Contains(out, "squashfs-root is there already") {
		t.Errorf("%d: %s", code, out)
	}
	b.clean()
}

func TestMountGivesAFolderUntilItIsEnded(t *testing.T) {
	b := newBench(t)
	cmd, _, folder := b.begin("--appimage-mount")
	if _, err := os.Stat(filepath.Join(folder, "AppRun")); err != nil {
		t.Error(err)
	}
	_ = cmd.Process.Signal(syscall.SIGINT)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	b.clean()
}

func TestWhatToolsAsk(t *testing.T) {
	b := newBench(t)
	file, err := os.ReadFile(b.app)
	if err != nil {
		t.Fatal(err)
	}
	if string(file[8:11]) != "AI\x02" {
		t.Errorf("magic % x", file[8:11])
	}
	out, _ := b.run("--appimage-offset")
	if at, err := strconv.Atoi(strings.TrimSpace(out)); err != nil || at >= len(file) || string(file[at:at+4]) != "hsqs" {
		t.Errorf("offset %q, %v", out, err)
	}
	if out, _ := b.run("--appimage-updateinformation"); out != updates+"\n" {
		t.Errorf("updates %q", out)
	}
	if out, code := b.run("--appimage-version"); code != 0 || !strings.Contains(out, "type 2") {
		t.Errorf("%d %q", code, out)
	}
	if out, code := b.run("--appimage-help"); code != 0 || !strings.Contains(out, "--appimage-extract") {
		t.Errorf("%d %q", code, out)
	}
	if out, code := b.run("--appimage-dance"); code != 1 || !strings.Contains(out, "--appimage-help lists them") {
		t.Errorf("%d %q", code, out)
	}
}

func TestADamagedFileSaysSoAndLeavesNothing(t *testing.T) {
	b := newBench(t)
	file, err := os.ReadFile(b.app)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b.app, file[:len(file)-8192], 0o755); err != nil {
		t.Fatal(err)
	}
	if out, code := b.run("env"); code != 1 || !strings.Contains(out, "this file is damaged") {
		t.Errorf("%d %q", code, out)
	}
	b.clean()
}
