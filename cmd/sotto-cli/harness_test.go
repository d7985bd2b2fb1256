package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"sotto/engine/localnet"
	"sotto/internal/testkit"
)

// actAsCLI in the environment makes the test binary sotto-cli itself, so that
// tests run real processes, which can be killed.
const actAsCLI = "SOTTO_TEST_ACT_AS_CLI"

func TestMain(m *testing.M) {
	if os.Getenv(actAsCLI) != "" {
		main()
	}
	os.Exit(m.Run())
}

// logLevel is that of processes that live for the length of a test.
var logLevel = cmp.Or(os.Getenv("SOTTO_TEST_LOG"), "error")

// patience is how long anything may take.
const patience = 60 * time.Second

// person is somebody who uses sotto-cli with a profile.
type person struct {
	t       testing.TB
	name    string
	dir     string
	network string
	env     []string
	id      string
	phrase  string
}

// people starts a network and makes accounts on it.
func people(t testing.TB, names ...string) []*person {
	t.Helper()
	return peopleOn(t, ownNetwork(t).Path(), names...)
}

// ownNetwork starts a network. Where it can it has an address of its own, since
// networks that start and restart beside each other would take ports away from
// each other.
func ownNetwork(t testing.TB) *localnet.Network {
	t.Helper()
	o := localnet.Options{NoEcho: true}
	if runtime.GOOS == "linux" {
		o.Listen = fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(250), rand.IntN(250), 1+rand.IntN(250))
	}
	return testkit.NewWith(t, o).Net
}

func peopleOn(t testing.TB, network string, names ...string) []*person {
	t.Helper()
	home := t.TempDir()
	var list []*person
	for _, name := range names {
		p := &person{t: t, name: name, dir: filepath.Join(home, strings.ToLower(name)), network: network}
		made := p.one("--network", network, "--insecure-no-passphrase", "account", "create", "--name", name)
		p.id, p.phrase = made["session_id"].(string), made["recovery_phrase"].(string)
		list = append(list, p)
	}
	return list
}

func (p *person) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], append([]string{"--profile", p.dir}, args...)...)
	cmd.Env = append(append(os.Environ(), actAsCLI+"=1"), p.env...)
	return cmd
}

// result is what a command left behind.
type result struct {
	code     int
	out, err string
}

// run runs a command to its end.
func (p *person) run(args ...string) result {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := p.command(ctx, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		p.t.Fatalf("%s: sotto-cli %q: %v\n%s%s", p.name, args, err, &out, &errs)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// lines runs a command with --json that must succeed.
func (p *person) lines(args ...string) []map[string]any {
	p.t.Helper()
	r := p.run(append([]string{"--json"}, args...)...)
	if r.code != exitDone {
		p.t.Fatalf("%s: sotto-cli %q: exit code %d\n%s%s", p.name, args, r.code, r.out, r.err)
	}
	return objects(p.t, r.out)
}

// one is lines for a command with one answer.
func (p *person) one(args ...string) map[string]any {
	p.t.Helper()
	list := p.lines(args...)
	if len(list) != 1 {
		p.t.Fatalf("%s: sotto-cli %q answered with %d lines: %v", p.name, args, len(list), list)
	}
	return list[0]
}

// fails runs a command that must fail with a reason.
func (p *person) fails(reason string, args ...string) {
	p.t.Helper()
	r := p.run(append([]string{"--json"}, args...)...)
	got := objects(p.t, r.out)
	if r.code != exitError || len(got) != 1 {
		p.t.Fatalf("%s: sotto-cli %q: exit code %d\n%s%s", p.name, args, r.code, r.out, r.err)
	}
	e, _ := got[0]["error"].(map[string]any)
	if message, _ := e["message"].(string); e["reason"] != reason || message == "" {
		p.t.Fatalf("%s: sotto-cli %q: %v, want reason %s", p.name, args, got[0], reason)
	}
}

// send sends a text and returns its sent time.
func (p *person) send(to *person, text string) string {
	p.t.Helper()
	return number(p.one("send", "--to", to.id, "--text", text)["timestamp"])
}

// awaitText receives until a message with this text comes.
func (p *person) awaitText(text string) {
	p.t.Helper()
	for p.await("message")["text"] != text {
	}
}

// await receives until one event is of this kind and returns it.
func (p *person) await(kind string) map[string]any {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		for _, ev := range p.lines("receive", "--count", "1", "--timeout", "30") {
			if ev["event"] == kind {
				return ev
			}
		}
	}
	p.t.Fatalf("%s: no %s came", p.name, kind)
	return nil
}

func number(v any) string { return fmt.Sprintf("%.0f", v) }

// objects reads one JSON object a line.
func objects(t testing.TB, text string) []map[string]any {
	t.Helper()
	var list []map[string]any
	for line := range strings.Lines(text) {
		var o map[string]any
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatalf("%q is not a JSON object: %v", line, err)
		}
		list = append(list, o)
	}
	return list
}

// session is a running `sotto-cli rpc`.
type session struct {
	p      *person
	cmd    *exec.Cmd
	in     io.WriteCloser
	events chan map[string]any
	ended  chan struct{} // its output has ended

	mu      sync.Mutex
	last    int
	waiting map[int]chan answer
}

type answer struct {
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Code    int            `json:"code"`
		Message string         `json:"message"`
		Data    map[string]any `json:"data"`
	} `json:"error"`
}

// rpc starts `sotto-cli rpc`, which ends with the test.
func (p *person) rpc() *session {
	p.t.Helper()
	cmd := p.command(context.Background(), "rpc", "--log-level", logLevel)
	in, err := cmd.StdinPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	s := &session{
		p: p, cmd: cmd, in: in, events: make(chan map[string]any, 100_000), ended: make(chan struct{}),
		waiting: make(map[int]chan answer),
	}
	go s.read(out)
	p.t.Cleanup(s.kill)
	return s
}

func (s *session) read(out io.Reader) {
	defer close(s.ended)
	defer close(s.events)
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var m struct {
			ID     *int           `json:"id"`
			Method string         `json:"method"`
			Params map[string]any `json:"params"`
			answer
		}
		if json.Unmarshal(lines.Bytes(), &m) != nil {
			return // cut off by a kill
		}
		if m.ID == nil {
			s.events <- m.Params
			continue
		}
		s.mu.Lock()
		waiting := s.waiting[*m.ID]
		s.mu.Unlock()
		waiting <- m.answer
	}
}

var errEnded = errors.New("the process has ended")

// call asks; ok is false when the process was killed before it answered.
func (s *session) call(method string, params any) (answer, error) {
	s.mu.Lock()
	s.last++
	id := s.last
	reply := make(chan answer, 1)
	s.waiting[id] = reply
	line, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": id, "method": method, "params": params})
	if err == nil {
		_, err = s.in.Write(append(line, '\n'))
	}
	s.mu.Unlock()
	if err != nil {
		return answer{}, errEnded
	}
	select {
	case a := <-reply:
		return a, nil
	case <-s.ended:
		select {
		case a := <-reply:
			return a, nil
		default:
			return answer{}, errEnded
		}
	}
}

// ask is call for what must succeed.
func (s *session) ask(method string, params, into any) {
	s.p.t.Helper()
	a, err := s.call(method, params)
	if err != nil || a.Error != nil {
		s.p.t.Fatalf("%s: %s: %v %+v", s.p.name, method, err, a.Error)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(a.Result, into); err != nil {
		s.p.t.Fatalf("%s: %s: %s: %v", s.p.name, method, a.Result, err)
	}
}

// await waits for an event of a kind.
func (s *session) await(kind string) map[string]any {
	s.p.t.Helper()
	ctx, cancel := context.WithTimeout(s.p.t.Context(), patience)
	defer cancel()
	for {
		select {
		case ev, ok := <-s.events:
			if !ok {
				s.p.t.Fatalf("%s: the process ended before %s came", s.p.name, kind)
			}
			if ev["event"] == kind {
				return ev
			}
		case <-ctx.Done():
			s.p.t.Fatalf("%s: no %s came", s.p.name, kind)
		}
	}
}

// awaitText waits for a message with this text.
func (s *session) awaitText(text string) {
	s.p.t.Helper()
	for s.await("message")["text"] != text {
	}
}

// close closes the input and waits for the end.
func (s *session) close() {
	s.p.t.Helper()
	s.in.Close()
	if err := s.cmd.Wait(); err != nil {
		s.p.t.Errorf("%s: rpc: %v", s.p.name, err)
	}
	<-s.ended
}

// kill is kill -9.
func (s *session) kill() {
	if s.cmd.ProcessState != nil {
		return
	}
	_ = s.cmd.Process.Kill() // may have ended by itself
	_ = s.cmd.Wait()
	<-s.ended
}
