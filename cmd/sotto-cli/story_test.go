package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sotto/engine/model"
)

var update = flag.Bool("update", false, "write golden files anew")

// script writes down what people type and what they see, with names in place of
// what differs from run to run.
type script struct {
	t     *testing.T
	text  strings.Builder
	names []string // replacer pairs
	seen  map[string]string
}

var (
	times  = regexp.MustCompile(`\b1[0-9]{12}\b`)
	clocks = regexp.MustCompile(`\b20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9:]{8}\b`)
	hashes = regexp.MustCompile(`"hash":"[A-Za-z0-9+/]{43}"`)
	keys   = regexp.MustCompile(`"[0-9a-f]{64}"`)
	paths  = regexp.MustCompile(`(\{"nodes":\[[^]]*\],"failures":0\},?)+`)
	offset = regexp.MustCompile(`"clock_offset_ms":-?[0-9]+`)
)

func (s *script) know(name, value string) { s.names = append(s.names, value, "<"+name+">") }

// say writes what somebody typed and saw.
func (s *script) say(p *person, args []string, r result) {
	typed := strings.Join(args, " ")
	out := r.out + r.err
	if r.code != 0 {
		out += fmt.Sprintf("exit code %d\n", r.code)
	}
	fmt.Fprintf(&s.text, "%s$ sotto-cli %s\n%s\n", strings.ToLower(p.name), s.calm(typed), s.calm(out))
}

func (s *script) calm(text string) string {
	text = strings.NewReplacer(s.names...).Replace(text)
	text = times.ReplaceAllStringFunc(text, func(t string) string {
		if s.seen[t] == "" {
			s.seen[t] = fmt.Sprintf("<time %d>", len(s.seen)+1)
		}
		return s.seen[t]
	})
	for i := 0; i < len(s.names); i += 2 {
		if id, err := model.ParseID(s.names[i]); err == nil {
			text = strings.ReplaceAll(text, model.ShortID(id), "(short"+s.names[i+1]+")")
		}
	}
	text = clocks.ReplaceAllString(text, "<date and time>")
	text = hashes.ReplaceAllString(text, `"hash":"<hash>"`)
	text = keys.ReplaceAllString(text, `"<key>"`)
	text = paths.ReplaceAllString(text, "<paths>")
	return offset.ReplaceAllString(text, `"clock_offset_ms":<ms>`)
}

// types runs a command and writes it down.
func (s *script) types(p *person, line string, more ...string) result {
	s.t.Helper()
	args := append(strings.Fields(line), more...)
	r := p.run(args...)
	s.say(p, args, r)
	return r
}

// sees waits for an event and writes it down; others that come are left out,
// since their number depends on how answers of the network fall.
func (s *script) sees(p *person, kind string) map[string]any {
	s.t.Helper()
	deadline := 0
	for {
		r := p.run("--json", "receive", "--count", "1", "--timeout", "30")
		for i, ev := range objects(s.t, r.out) {
			if ev["event"] == kind {
				line := strings.Split(r.out, "\n")[i] + "\n"
				s.say(p, []string{"--json", "receive"}, result{out: line})
				return ev
			}
		}
		if deadline++; deadline == 5 {
			s.t.Fatalf("%s: no %s came", p.name, kind)
		}
	}
}

// TestStory is two people who go through all commands, line by line.
func TestStory(t *testing.T) {
	t.Parallel()
	both := people(t, "Alice", "Bob")
	alice, bob := both[0], both[1]
	s := &script{t: t, seen: map[string]string{}}
	s.know("alice", alice.id)
	s.know("bob", bob.id)
	s.know("phrase", alice.phrase)
	s.know("network", alice.network)

	s.types(alice, "--json account show")
	s.types(alice, "--json account show --recovery-phrase")
	s.types(alice, "account show")
	s.types(alice, "--json conversations")
	s.types(alice, "conversations")

	s.types(alice, "--json send --to", bob.id, "--text", "Hello Bob")
	first := s.sees(bob, "message")
	sent := number(first["timestamp"])
	s.types(bob, "--json requests list")
	s.types(bob, "requests list")
	s.types(bob, "--json conversations")
	s.types(bob, "--json requests accept", alice.id)
	s.types(bob, "--json requests accept", alice.id)
	s.sees(alice, "message") // accepted your request

	s.types(bob, "--json send --to", alice.id, "--text", "Hello Alice", "--reply-to", sent)
	s.sees(alice, "message")
	s.types(bob, "--json react --with", alice.id, "--timestamp", sent, "--author", alice.id, "--emoji", "👍")
	s.sees(alice, "reaction")
	s.types(bob, "--json read --with", alice.id)
	s.types(alice, "--json messages --with", bob.id)
	s.types(alice, "messages --with", bob.id)
	s.types(alice, "--json messages --limit 1 --with", bob.id)
	s.types(alice, "--json messages --with", bob.id, "--before", sent)
	s.types(bob, "--json react --remove --with", alice.id, "--timestamp", sent, "--author", alice.id, "--emoji", "👍")
	s.sees(alice, "reaction")

	s.types(alice, "--json delete --everyone --with", bob.id, "--timestamp", sent)
	s.sees(bob, "deleted")
	s.types(bob, "--json delete --everyone --with", alice.id, "--timestamp", sent)
	s.types(bob, "--json delete --with", alice.id, "--timestamp", sent)
	s.types(bob, "--json delete --with", alice.id, "--timestamp", sent)
	s.types(bob, "--json expire-timer --mode after-read --seconds 3600 --with", alice.id)
	s.sees(alice, "message")
	s.types(alice, "--json expire-timer --mode after-read --seconds 7 --with", bob.id)
	s.types(alice, "--json expire-timer --mode off --with", bob.id)
	s.sees(bob, "message")

	s.types(alice, "--json contacts")
	s.types(alice, "--json contact set --nickname", "Bobby", "--pin", bob.id)
	s.types(alice, "--json contacts")
	s.types(alice, "contacts")
	s.types(alice, "conversations")
	s.types(alice, "--json contact set --block", bob.id)
	s.types(alice, "--json send --text x --to", bob.id)
	s.types(alice, "--json contact set --unblock --unpin --nickname", "", bob.id)
	s.types(alice, "--json contact set --hide", bob.id)
	s.types(alice, "--json conversations")
	s.types(alice, "--json profile set --name", "Alice Liddell")
	s.types(alice, "--json account show")
	s.types(alice, "--json send --text note --to", alice.id)
	s.types(alice, "--json conversations")
	s.types(alice, "--json sync")
	s.types(alice, "sync")
	s.types(alice, "--json path")
	safety := alice.one("safety-number", "--with", bob.id)["safety_number"]
	if other := bob.one("safety-number", "--with", alice.id)["safety_number"]; safety != other || len(safety.(string)) != 71 {
		t.Errorf("safety numbers %q and %q", safety, other)
	}
	s.know("safety number", safety.(string))
	s.types(alice, "--json safety-number --with", bob.id)

	s.types(alice, "--json account create --name Again")
	s.types(alice, "--json --network mainnet account show")
	s.types(alice, "--json account show --network", alice.network)
	s.types(alice, "--json messages --with", strings.Repeat("05", 33))
	s.types(alice, "--json send --text x --to", "0123")
	s.types(alice, "--json send --text x --to", "!")
	s.types(alice, "--json send --text", "", "--to", bob.id)
	s.types(alice, "--json send --text", strings.Repeat("x", 2001), "--to", bob.id)
	s.types(alice, "--json backup x")
	s.types(alice, "backup x")
	s.types(alice, "--json send --attach x --to", bob.id)
	s.types(alice, "--json send --to", bob.id)
	s.types(alice, "--json dance")

	golden(t, "story.txt", strings.ReplaceAll(s.text.String(), strings.Repeat("x", 2001), "<2001 letters>"))
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	have, should := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(have), len(should)) {
		h, w := "(end)", "(end)"
		if i < len(have) {
			h = have[i]
		}
		if i < len(should) {
			w = should[i]
		}
		if h != w {
			t.Fatalf("%s:%d\ngot  %s\nwant %s", name, i+1, h, w)
		}
	}
}
