package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// childArgs makes the test program be sotto-localnet with these arguments.
const childArgs = "SOTTO_LOCALNET_TEST_ARGS"

func TestMain(m *testing.M) {
	if args, ok := os.LookupEnv(childArgs); ok {
		os.Args = append(os.Args[:1], strings.Split(args, "\n")...)
		main()
		return
	}
	os.Exit(m.Run())
}

// child starts the program and returns the line it prints.
func child(t *testing.T, args ...string) (*exec.Cmd, map[string]any) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childArgs+"="+strings.Join(args, "\n"))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	r := bufio.NewReader(out)
	line, err := r.ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, r) }()
	var ready map[string]any
	if err := json.Unmarshal(line, &ready); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	return cmd, ready
}

// The one line of the contract, and a clean stop by both signals; the second
// run is the first one's network.
func TestReadyLineAndSignals(t *testing.T) {
	dir := t.TempDir()
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if runtime.GOOS == "windows" {
		signals = []os.Signal{os.Kill} // the only one that a process can send there
	}
	var first string
	for _, sig := range signals {
		cmd, ready := child(t, "--dir", dir, "--nodes", "6", "--swarm-size", "2", "--seed", "5")
		for _, key := range []string{"ready", "network", "seed", "seed_http", "control", "file_server", "community", "echo", "nodes"} {
			if _, ok := ready[key]; !ok {
				t.Errorf("the line has no %q", key)
			}
		}
		if ready["ready"] != true || ready["network"] != filepath.Join(dir, "network.json") || len(ready["nodes"].([]any)) != 6 {
			t.Errorf("%v", ready)
		}
		for _, key := range []string{"index", "ip", "port", "ed25519", "x25519", "swarm"} {
			if _, ok := ready["nodes"].([]any)[0].(map[string]any)[key]; !ok {
				t.Errorf("a node has no %q", key)
			}
		}
		if !strings.HasPrefix(ready["seed"].(string), "https://127.0.0.1:") || !strings.HasPrefix(ready["echo"].(string), "05") {
			t.Errorf("seed %v, echo %v", ready["seed"], ready["echo"])
		}
		doc, err := json.Marshal(ready)
		if err != nil {
			t.Fatal(err)
		}
		if first != "" && string(doc) != first {
			t.Errorf("the second run is another network:\n%s\n%s", doc, first)
		}
		first = string(doc)
		resp, err := http.Get(ready["control"].(string) + "/state")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 200 {
			t.Errorf("control answers %d", resp.StatusCode)
		}
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil && sig != os.Kill {
			t.Errorf("after %v: %v", sig, err)
		}
	}
}

func TestUsage(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		args []string
		code int
	}{
		"nothing":          {nil, exitUsage},
		"unknown option":   {[]string{"--dir", dir, "--frobnicate"}, exitUsage},
		"extra argument":   {[]string{"--dir", dir, "more"}, exitUsage},
		"no nodes":         {[]string{"--dir", dir, "--nodes", "0"}, exitUsage},
		"too many nodes":   {[]string{"--dir", dir, "--nodes", "100000"}, exitUsage},
		"not a number":     {[]string{"--dir", dir, "--nodes", "many"}, exitUsage},
		"no swarm":         {[]string{"--dir", dir, "--swarm-size", "0"}, exitUsage},
		"public address":   {[]string{"--dir", dir, "--listen", "0.0.0.0"}, exitUsage},
		"bad log level":    {[]string{"--dir", dir, "--log-level", "loud"}, exitUsage},
		"help":             {[]string{"--help"}, exitOK},
		"folder in a file": {[]string{"--dir", filepath.Join(os.Args[0], "net")}, exitError},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		var stdout, stderr bytes.Buffer
		if code := run(ctx, c.args, &stdout, &stderr); code != c.code {
			t.Errorf("%s: exit code %d, want %d: %s", name, code, c.code, stderr.String())
		}
		if stdout.Len() > 0 || stderr.Len() == 0 {
			t.Errorf("%s: stdout %q, stderr %q", name, stdout.String(), stderr.String())
		}
		cancel()
	}
}

func TestFolderInUse(t *testing.T) {
	dir := t.TempDir()
	child(t, "--dir", dir, "--nodes", "3")
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"--dir", dir}, &stdout, &stderr); code != exitError || !strings.Contains(stderr.String(), "in use") {
		t.Errorf("exit code %d, %s", code, stderr.String())
	}
}
