package logfile

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/testkit"
)

func TestFilesTurnOverAndStayBounded(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs")
	l := New(dir, 1000)
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Fatal("a folder without a line")
	}
	const lines = 300
	for i := range lines {
		fmt.Fprintf(l, "line %03d of a story\n", i)
		if i == 100 { // the program ends and starts again
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			l = New(dir, 1000)
		}
	}
	if n := l.Size(); n > 2000 || n < 1000 {
		t.Errorf("the files take %d bytes", n)
	}
	var out bytes.Buffer
	if err := l.Export(&out); err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSpace(out.String()), "\n")
	for i, line := range got {
		if want := fmt.Sprintf("line %03d of a story", lines-len(got)+i); line != want {
			t.Fatalf("line %d of the export is %q, want %q", i, line, want)
		}
	}
	if len(got) < 50 {
		t.Errorf("only %d lines are left", len(got))
	}
	if err := l.Delete(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("deleted, yet the folder is there: %v", err)
	}
	fmt.Fprintln(l, "a new beginning")
	if l.Size() == 0 {
		t.Error("nothing is logged after deleting")
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestManyWriters(t *testing.T) {
	l := New(t.TempDir(), 4000)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 200 {
				fmt.Fprintf(l, "writer %d line %d\n", w, i)
				if i%50 == 0 {
					_ = l.Export(io.Discard)
				}
			}
		})
	}
	wg.Wait()
	var out bytes.Buffer
	if err := l.Export(&out); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if !strings.HasPrefix(line, "writer ") || !strings.HasSuffix(line, "\n") {
			t.Fatalf("a torn line: %q", line)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestUnwritableLogStopsNobody: what cannot be logged is lost, and that is all.
func TestUnwritableLogStopsNobody(t *testing.T) {
	file := filepath.Join(t.TempDir(), "in the way")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	l := New(filepath.Join(file, "logs"), 1000)
	if n, err := l.Write([]byte("hello\n")); n != 6 || err != nil {
		t.Errorf("wrote %d: %v", n, err)
	}
}

// TestNothingAboutPeopleGetsIn lets two people talk with everything logged, and
// programs log carelessly besides.
func TestNothingAboutPeopleGetsIn(t *testing.T) {
	k := testkit.New(t)
	l := New(filepath.Join(t.TempDir(), "logs"), Limit)
	log := slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
	bob := k.Bob(t)
	e, err := engine.Create(engine.Options{Dir: filepath.Join(t.TempDir(), "profile"), Network: k.Network, Logger: log},
		engine.Protection{None: true}, engine.Origin{}, "Alice Aardvark")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	const text = "the blue flowerpot by the gate"
	if _, err := e.SendText(bob.Ctx(), bob.ID(), model.Draft{Text: text}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Sync(bob.Ctx()); err != nil {
		t.Fatal(err)
	}
	phrase, _ := e.RecoveryPhrase(ctx)
	seed, _ := e.RecoverySeedHex(ctx)
	me := e.Me().ID.String()
	// Only the second net holds these.
	log.Error("careless", "err", fmt.Errorf("no such account %s, seed %s", me, seed))
	if _, err := e.ClearNetwork(bob.Ctx()); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := l.Export(&out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "careless") || out.Len() < 300 {
		t.Fatalf("only %d bytes were logged", out.Len())
	}
	for _, secret := range []string{text, "flowerpot", "Aardvark", me, me[2:], bob.Me().ID.String()[2:], seed, strings.Join(strings.Fields(phrase)[:2], " ")} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%.12q… stands in the log", secret)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}
