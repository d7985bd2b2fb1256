package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sotto/cmd/internal/instance"
)

// TestServedByTheFirst is a profile that `sotto-cli rpc` has open: one-shot
// commands, a second rpc and the socket's callers are served by it.
func TestServedByTheFirst(t *testing.T) {
	t.Parallel()
	both := people(t, "Alice", "Bob")
	alice, bob := both[0], both[1]
	first := bob.rpc()
	first.ask("subscribe", nil, nil)

	if got := bob.one("account", "show"); got["session_id"] != bob.id {
		t.Fatalf("account show: %v", got)
	}
	if r := bob.run("account", "show"); r.code != 0 || !strings.Contains(r.out, bob.id) {
		t.Fatalf("account show for people: %+v", r)
	}
	bob.fails("not_found", "messages", "--with", alice.id)
	bob.fails("locked", "backup", "x") // no passphrase for it
	bob.fails("not_allowed", "--network", "testnet", "conversations")
	sent := bob.send(alice, "from a second process")
	if ev := first.await("message"); number(ev["timestamp"]) != sent || ev["outgoing"] != true {
		t.Fatalf("the first process did not see it: %v", ev)
	}
	alice.awaitText("from a second process")
	alice.send(bob, "to whoever listens")
	bob.awaitText("to whoever listens")

	second := bob.rpc() // a relay
	second.ask("subscribe", map[string]any{}, nil)
	var list []map[string]any
	second.ask("messages", map[string]any{"with": alice.id}, &list)
	if len(list) != 3 || list[0]["text"] != "from a second process" || list[2]["text"] != "to whoever listens" {
		t.Fatalf("messages over the relay: %v", list)
	}
	alice.send(bob, "to both")
	first.awaitText("to both")
	second.awaitText("to both")
	if a, err := second.call("messages", map[string]any{"with": "05"}); err != nil || a.Error == nil || a.Error.Data["reason"] != "invalid" {
		t.Fatalf("an error over the relay: %+v, %v", a.Error, err)
	}

	raw, err := instance.Call(t.Context(), bob.dir, "account.show", map[string]any{})
	if err != nil || !strings.Contains(string(raw), bob.id) {
		t.Fatalf("over the socket: %s, %v", raw, err)
	}
	second.close()
	first.close()
	bob.one("account", "show") // by itself again
}

// TestLocked is a profile that a one-shot command has open, which serves nobody.
func TestLocked(t *testing.T) {
	t.Parallel()
	alice := people(t, "Alice")[0]
	cmd := alice.command(t.Context(), "receive", "--follow", "--log-level", "debug")
	logs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	log := bufio.NewReader(logs)
	if _, err := log.ReadString('\n'); err != nil { // it talks to the network: it has the profile
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, log) // else it waits for a reader once the pipe is full
	}()
	alice.fails("locked", "account", "show")
	alice.fails("locked", "rpc")
	if r := alice.run("conversations"); r.code != 1 || r.out != "" {
		t.Errorf("a list that could not be read ends with %d and says %q", r.code, r.out)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	<-ended
	if err := cmd.Wait(); err != nil {
		t.Fatalf("interrupted receive: %v", err)
	}
	alice.one("account", "show")
}

// TestKilledRPC leaves a locked profile and a socket behind.
func TestKilledRPC(t *testing.T) {
	t.Parallel()
	both := people(t, "Alice", "Bob")
	alice, bob := both[0], both[1]
	s := alice.rpc()
	s.ask("send", map[string]any{"to": bob.id, "text": "before"}, nil)
	s.kill()
	alice.send(bob, "after")
	again := alice.rpc()
	var list []map[string]any
	again.ask("messages", map[string]any{"with": bob.id}, &list)
	if len(list) != 2 || list[0]["text"] != "before" || list[1]["text"] != "after" {
		t.Fatalf("after the kill: %v", list)
	}
	again.close()
}

// TestReceiveGoesOnWhereItStopped has messages arrive while others have the
// profile open: the reader still gets each once.
func TestReceiveGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	both := people(t, "Alice", "Bob")
	alice, bob := both[0], both[1]
	alice.send(bob, "one")
	bob.one("sync") // arrives while somebody else has the profile open
	alice.send(bob, "two")
	got := bob.lines("receive", "--count", "2", "--timeout", "30")
	if len(got) < 2 || got[0]["text"] != "one" {
		t.Fatalf("got %v", got)
	}
	alice.send(bob, "three")
	if ev := bob.await("message"); ev["text"] != "three" {
		t.Fatalf("got %v", ev)
	}
}

func TestPassphrase(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	network := filepath.Join(home, "net.json")
	if err := os.WriteFile(network, []byte(`{"name":"nowhere","seeds":[{"url":"http://127.0.0.1:9","pins":[]}],`+
		`"file_server":{"url":"http://127.0.0.1:9","x25519":"`+strings.Repeat("a1", 32)+`"},"allow_loopback":true,"min_pool":6}`), 0o600); err != nil {
		t.Fatal(err)
	}
	ada := &person{t: t, name: "Ada", dir: filepath.Join(home, "ada"), env: []string{"SOTTO_PASSPHRASE=swordfish"}}
	made := ada.one("--network", network, "account", "create", "--name", "Ada")
	ada.id = made["session_id"].(string)
	if err := os.Remove(network); err != nil {
		t.Fatal(err)
	}
	if got := ada.one("account", "show", "--recovery-phrase"); got["network"] != "nowhere" || got["recovery_phrase"] != made["recovery_phrase"] {
		t.Fatalf("account show: %v", got)
	}
	ada.env = []string{"SOTTO_PASSPHRASE=sword"}
	ada.fails("locked", "account", "show")
	ada.env = []string{"SOTTO_PASSPHRASE="}
	ada.fails("locked", "account", "show")
	ada.fails("locked", "rpc")

	// While rpc has it open, the phrase still needs the passphrase.
	ada.env = []string{"SOTTO_PASSPHRASE=swordfish"}
	s := ada.rpc()
	s.ask("account.show", nil, nil)
	if got := ada.one("account", "show", "--recovery-phrase"); got["recovery_phrase"] != made["recovery_phrase"] {
		t.Fatalf("account show: %v", got)
	}
	ada.env = []string{"SOTTO_PASSPHRASE=sword"}
	ada.fails("locked", "account", "show", "--recovery-phrase")
	ada.one("account", "show")
	s.close()

	// No network is there: a message waits, and says so.
	ada.env = []string{"SOTTO_PASSPHRASE=swordfish"}
	ada.fails("offline", "send", "--to", ada.id, "--text", "later", "--timeout", "1")
	if got := ada.one("messages", "--with", ada.id); got["state"] != "queued" || got["text"] != "later" {
		t.Fatalf("the message that waits: %v", got)
	}
	ada.fails("offline", "sync", "--timeout", "2")
	ada.fails("offline", "path", "--timeout", "1")
}

// TestRestore brings an account back on a second device.
func TestRestore(t *testing.T) {
	t.Parallel()
	both := people(t, "Alice", "Bob")
	alice, bob := both[0], both[1]
	alice.send(bob, "before the restore")
	bob.await("message")
	bob.send(alice, "an answer")

	second := &person{t: t, name: "Alice", dir: alice.dir + "2"}
	second.fails("invalid", "--insecure-no-passphrase", "--network", alice.network, "account", "restore", "--phrase", "one two three")
	got := second.one("--insecure-no-passphrase", "--network", alice.network, "account", "restore",
		"--phrase", alice.phrase, "--name", "Alice", "--wait", "30")
	if got["session_id"] != alice.id || got["name"] != "Alice" || got["contacts"] != 1.0 || got["groups"] != 0.0 || got["communities"] != 0.0 {
		t.Fatalf("restored: %v", got)
	}
	list := second.lines("messages", "--with", bob.id)
	texts := []any{}
	for _, m := range list {
		if m["kind"] == "text" {
			texts = append(texts, m["text"])
		}
	}
	if fmt.Sprint(texts) != "[before the restore an answer]" {
		t.Fatalf("messages on the second device: %v", list)
	}
}

// TestRPC speaks to rpc without a profile, makes one, and asks many things at
// once.
func TestRPC(t *testing.T) {
	t.Parallel()
	both := people(t, "Alice", "Bob")
	alice, bob := both[0], both[1]
	carol := &person{t: t, name: "Carol", dir: filepath.Join(t.TempDir(), "carol"), network: alice.network}
	cmd := carol.command(t.Context(), "--network", carol.network, "--insecure-no-passphrase", "rpc")
	cmd.Stdin = strings.NewReader(strings.Join([]string{
		`{"jsonrpc":"2.0","id":1,"method":"account.show"}`,
		`{"jsonrpc":"2.0","id":2,"method":"nothing"}`,
		`{"jsonrpc":"2.0","id":3,"method":"send","params":{"text":"x"}}`,
		`{"jsonrpc":"2.0","id":4,"method":"receive","params":{"follow":true}}`,
		`{"jsonrpc":"2.0","id":5,"method":"backup","params":{"file":"x"}}`,
		`not JSON`,
	}, "\n"))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, o := range objects(t, string(out)) {
		e := o["error"].(map[string]any)
		reason := ""
		if data, ok := e["data"].(map[string]any); ok {
			reason = data["reason"].(string)
		}
		got[fmt.Sprint(o["id"])] = fmt.Sprint(e["code"], " ", reason)
	}
	want := map[string]string{"1": "-32000 not_found", "2": "-32601 ", "3": "-32602 ", "4": "-32602 ", "5": "-32000 not_found", "<nil>": "-32700 "}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("got  %v\nwant %v", got, want)
	}

	s := alice.rpc()
	s.ask("subscribe", nil, nil)
	s.ask("subscribe", nil, nil) // once is enough
	type done struct {
		text string
		err  string
	}
	const many = 20
	answers := make(chan done, many)
	for i := range many {
		go func() {
			text := fmt.Sprint("number ", i)
			a, err := s.call("send", map[string]any{"to": bob.id, "text": text})
			switch {
			case err != nil:
				answers <- done{text, err.Error()}
			case a.Error != nil:
				answers <- done{text, a.Error.Message}
			default:
				answers <- done{text, ""}
			}
		}()
	}
	for range many {
		if d := <-answers; d.err != "" {
			t.Errorf("%s: %s", d.text, d.err)
		}
	}
	seen := map[any]int{}
	for len(seen) < many {
		seen[s.await("message")["text"]]++
	}
	for text, n := range seen {
		if n != 1 {
			t.Errorf("%v was told %d times", text, n)
		}
	}
	var list []json.RawMessage
	s.ask("messages", map[string]any{"with": bob.id}, &list)
	if len(list) != many {
		t.Errorf("%d messages", len(list))
	}
	s.ask("conversations", nil, &list)
	s.close()
}

// TestLocalNetwork is two profiles side by side on --network local, in which
// the one who runs the network leaves while the other one needs it.
func TestLocalNetwork(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	var both []*person
	for _, name := range []string{"ada", "ben"} {
		p := &person{t: t, name: name, dir: filepath.Join(home, name)}
		p.id = p.one("--network", "local", "--insecure-no-passphrase", "account", "create", "--name", name)["session_id"].(string)
		both = append(both, p)
	}
	ada, ben := both[0], both[1]
	owner := ada.rpc()
	owner.ask("account.show", nil, nil)
	guest := ben.rpc()
	guest.ask("subscribe", nil, nil)
	owner.ask("send", map[string]any{"to": ben.id, "text": "hello"}, nil)
	guest.awaitText("hello")
	owner.close() // and with it the network, until ben takes over
	start := time.Now()
	guest.ask("send", map[string]any{"to": ada.id, "text": "are you there?", "timeout": 50}, nil)
	t.Logf("the network was taken over and used in %v", time.Since(start).Round(time.Millisecond))
	ada.awaitText("are you there?")
	guest.close()
	ada.one("account", "show")
}

func TestHelp(t *testing.T) {
	t.Parallel()
	p := &person{t: t, name: "reader", dir: t.TempDir()}
	for _, c := range []struct{ args, has string }{
		{"--help", "Usage: sotto-cli [options] command [options]"},
		{"send --help", "--reply-to TIMESTAMP"},
		{"group create --help", "Make a group and invite its members."},
		{"backup --help", "Write everything to an encrypted file."},
		{"account --help", "Usage: sotto-cli"},
	} {
		r := p.run(strings.Fields(c.args)...)
		if r.code != 0 || !strings.Contains(r.out, c.has) || r.err != "" {
			t.Errorf("%s: %+v", c.args, r)
		}
	}
	if r := p.run(); r.code != exitUsage || r.out != "" || !strings.Contains(r.err, "no command given") {
		t.Errorf("without arguments: %+v", r)
	}
	if r := p.run("dance", "--help"); r.code != exitUsage {
		t.Errorf("help for nothing: %+v", r)
	}
	p.fails("not_found", "account", "show")
}

// TestProfilePicture sets a picture, by itself and through another process, and
// takes it away.
func TestProfilePicture(t *testing.T) {
	alice := people(t, "Alice", "Bob")[0] // not beside others: it changes the folder
	file := filepath.Join(t.TempDir(), "me.png")
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 90, 60))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := alice.run("profile", "set", "--picture", file, "--name", "Alice the Grey"); r.code != 0 || r.err != "" {
		t.Fatalf("not delivered: %+v", r)
	}
	if got := alice.one("account", "show"); got["name"] != "Alice the Grey" {
		t.Errorf("account show: %v", got)
	}
	alice.fails("invalid", "profile", "set", "--picture", filepath.Join(t.TempDir(), "none.png"))
	if err := os.WriteFile(file, []byte("<svg/>"), 0o600); err != nil {
		t.Fatal(err)
	}
	alice.fails("invalid", "profile", "set", "--picture", file)
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = alice.rpc()
	t.Chdir(filepath.Dir(file))
	alice.one("profile", "set", "--picture", "me.png")
	alice.one("profile", "set", "--picture", "")
}
