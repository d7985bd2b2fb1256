package instance_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"sotto/cmd/internal/instance"
	"sotto/cmd/internal/jsonrpc"
)

// TestMain is also the process that serves a profile until it is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("INSTANCE_TEST_SERVE"); dir != "" {
		s, err := instance.Listen(dir)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("ready")
		if err := s.Serve(context.Background(), echo); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func echo(_ context.Context, c jsonrpc.Call) (any, error) {
	if c.Method == "no" {
		return nil, jsonrpc.Errorf(jsonrpc.CodeFailed, "No.")
	}
	return json.RawMessage(`"` + c.Method + `"`), nil
}

// serve serves dir until stop is called or the test ends.
func serve(t *testing.T, dir string) (stop func()) {
	t.Helper()
	s, err := instance.Listen(dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, echo) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func ask(t *testing.T, dir string) {
	t.Helper()
	got, err := instance.Call(t.Context(), dir, "hello", nil)
	if err != nil || string(got) != `"hello"` {
		t.Fatalf("Call: %s, %v", got, err)
	}
}

func TestServeAndCall(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "profile")
	if _, err := instance.Call(t.Context(), dir, "hello", nil); !errors.Is(err, instance.ErrNone) {
		t.Fatalf("without a server: %v", err)
	}
	stop := serve(t, dir)
	ask(t, dir)
	var refused *jsonrpc.Error
	if _, err := instance.Call(t.Context(), dir, "no", nil); !errors.As(err, &refused) || refused.Message != "No." {
		t.Fatalf("refused call: %v", err)
	}
	if _, err := instance.Listen(dir); !errors.Is(err, instance.ErrServed) {
		t.Fatalf("second server: %v", err)
	}
	ask(t, dir) // the second one did no harm
	stop()
	if _, err := instance.Call(t.Context(), dir, "hello", nil); !errors.Is(err, instance.ErrNone) {
		t.Fatalf("after the end: %v", err)
	}
	serve(t, dir)
	ask(t, dir)
}

func TestLongPath(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 20), strings.Repeat("long", 20))
	stop := serve(t, dir)
	ask(t, dir)
	stop()
	serve(t, dir)
	ask(t, dir)
}

func TestOnlyTheOwnerMayEnter(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // the folder's rights come from the system
	}
	dir := t.TempDir()
	serve(t, dir)
	run := filepath.Join(dir, "run")
	info, err := os.Stat(run)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Fatalf("folder: %v, %v", info, err)
	}
	info, err = os.Stat(filepath.Join(run, "socket"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("socket: %v, %v", info, err)
	}
	if err := os.Chmod(run, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := instance.Call(t.Context(), dir, "hello", nil); !errors.Is(err, instance.ErrForeign) {
		t.Fatalf("asking through an open folder: %v", err)
	}
	other := t.TempDir()
	if err := os.Symlink(run, filepath.Join(other, "run")); err != nil {
		t.Fatal(err)
	}
	if _, err := instance.Listen(other); !errors.Is(err, instance.ErrForeign) {
		t.Fatalf("serving behind a link: %v", err)
	}
}

// TestKilledServer leaves a socket behind, as kill -9 does.
func TestKilledServer(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "INSTANCE_TEST_SERVE="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "ready\n" {
		t.Fatalf("server: %q, %v", line, err)
	}
	ask(t, dir)
	if _, err := instance.Listen(dir); !errors.Is(err, instance.ErrServed) {
		t.Fatalf("beside a living server: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	if _, err := os.Lstat(filepath.Join(dir, "run", "socket")); err != nil {
		t.Fatalf("no leftover to test with: %v", err)
	}
	if _, err := instance.Call(t.Context(), dir, "hello", nil); !errors.Is(err, instance.ErrNone) {
		t.Fatalf("asking the dead: %v", err)
	}
	serve(t, dir)
	ask(t, dir)
}

// TestOneOfManyServes starts many servers at once.
func TestOneOfManyServes(t *testing.T) {
	dir := t.TempDir()
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		served []*instance.Server
	)
	for range 8 {
		wg.Go(func() {
			s, err := instance.Listen(dir)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				served = append(served, s)
			} else if !errors.Is(err, instance.ErrServed) {
				t.Errorf("Listen: %v", err)
			}
		})
	}
	wg.Wait()
	if len(served) != 1 {
		t.Fatalf("%d servers", len(served))
	}
	if err := served[0].Close(); err != nil {
		t.Fatal(err)
	}
}
