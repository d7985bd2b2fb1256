package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sotto/engine/localnet"
)

// stress is how many messages each of two people sends in the stress stories.
// With `go test ./cmd/sotto-cli -run Stress -stress 2000 -timeout 2h` they are
// long enough to tell something about a real outage.
var stress = flag.Int("stress", 0, "messages each way in the stress stories (default: a short run)")

const (
	restartEvery = 2 * time.Second
	killPause    = 300 * time.Millisecond
	dropped      = 0.1
	inFlight     = 40 // texts that a writer has on their way
)

// TestStress has two processes write to each other while nodes of the network
// restart and a tenth of all requests is dropped: each message arrives once, in
// the order in which it was sent.
func TestStress(t *testing.T) { exchange(t, cmp.Or(*stress, 100), nobody) }

// TestStressKillSender also kills a process while it sends, again and again.
func TestStressKillSender(t *testing.T) { exchange(t, cmp.Or(*stress, 16), theSender) }

// TestStressKillReceiver also kills a process while it receives.
func TestStressKillReceiver(t *testing.T) { exchange(t, cmp.Or(*stress, 16), theReceiver) }

type victim int

const (
	nobody victim = iota
	theSender
	theReceiver
)

func exchange(t *testing.T, n int, killed victim) {
	t.Parallel()
	net := ownNetwork(t)
	both := peopleOn(t, net.Path(), "Alice", "Bob")
	alice, bob := newClient(both[0]), newClient(both[1])
	// They know each other, so that what follows is messages only.
	alice.session().ask("send", map[string]any{"to": bob.p.id, "text": "hello"}, nil)
	both[1].awaitText("hello")
	bob.session().ask("send", map[string]any{"to": alice.p.id, "text": "hello too"}, nil)

	patience := max(4*time.Minute, time.Duration(n)*2*time.Second)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	trouble, calm := context.WithCancel(ctx)
	defer calm()
	var troubles sync.WaitGroup
	defer troubles.Wait()
	defer calm()
	troubles.Go(func() { restartNodes(t, trouble, net) })

	flying := inFlight
	if killed != nobody {
		flying = min(flying, max(2, n/20)) // in many portions, so that kills fall between
	}
	start := time.Now()
	var writers sync.WaitGroup
	writers.Go(func() { alice.write(ctx, bob.p, n, flying) })
	switch killed {
	case theReceiver: // Bob only reads, and is killed while he does
		writers.Go(func() { bob.killWhile(ctx, n, func() int { return len(bob.texts(ctx, alice.p, alice.p)) }) })
	case theSender:
		writers.Go(func() { bob.write(ctx, alice.p, n, flying) })
		writers.Go(func() { alice.killWhile(ctx, n, func() int { return len(alice.texts(ctx, alice.p, bob.p, "sent")) }) })
	default:
		writers.Go(func() { bob.write(ctx, alice.p, n, flying) })
	}
	writers.Wait()
	t.Logf("%d messages written in %v", n, time.Since(start).Round(time.Millisecond))
	// What only one member of a swarm has, because the others were away, comes
	// when that one is asked; in calm weather that is soon.
	calm()
	troubles.Wait()
	if err := net.SetFaults(localnet.Faults{}); err != nil {
		t.Fatal(err)
	}

	// However long the writing took, the rest has its time.
	reach, done := context.WithTimeout(t.Context(), patience)
	defer done()
	alice.mustReach(reach, bob, n)
	if killed != theReceiver {
		bob.mustReach(reach, alice, n)
	}
	kills := alice.kills + bob.kills
	t.Logf("all arrived after %v; killed %d times", time.Since(start).Round(time.Millisecond), kills)
	if killed != nobody && kills == 0 {
		t.Error("nobody was killed: this run has shown nothing")
	}
}

// restartNodes drops requests and restarts nodes until ctx ends.
func restartNodes(t *testing.T, ctx context.Context, net *localnet.Network) {
	faults := localnet.Faults{Drop: dropped}
	if err := net.SetFaults(faults); err != nil {
		t.Errorf("faults: %v", err)
	}
	nodes := len(net.Ready().Nodes)
	for wait(ctx, restartEvery) {
		if err := net.Restart(rand.IntN(nodes)); err != nil && ctx.Err() == nil {
			t.Errorf("restart: %v", err)
		}
		if err := net.SetFaults(faults); err != nil && ctx.Err() == nil {
			t.Errorf("faults: %v", err)
		}
	}
}

// wait waits, and reports false when ctx has ended.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// client is a person whose rpc process may be killed and started again.
type client struct {
	p     *person
	kills int

	mu sync.RWMutex
	s  *session
}

func newClient(p *person) *client { return &client{p: p, s: p.rpc()} }

func (c *client) session() *session {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.s
}

// killWhile is kill -9 and a new start, again and again until n things are done:
// soon after each progress, so that there is progress.
func (c *client) killWhile(ctx context.Context, n int, done func() int) {
	last := done()
	for wait(ctx, killPause/2+rand.N(killPause)) {
		now := done()
		switch {
		case now >= n:
			return
		case now > last:
			last = now
			c.mu.Lock()
			c.s.kill()
			c.s = c.p.rpc()
			c.kills++
			c.mu.Unlock()
		}
	}
}

// ask asks until a process lives long enough to answer. It is for questions,
// which may be asked twice.
func (c *client) ask(ctx context.Context, method string, params any, into any) error {
	for ctx.Err() == nil {
		s := c.session()
		a, err := s.call(method, params)
		switch {
		case err != nil:
			continue // killed meanwhile: ask the next one
		case a.Error != nil:
			return fmt.Errorf("%s: %s", method, a.Error.Message)
		}
		if into == nil {
			return nil
		}
		return json.Unmarshal(a.Result, into)
	}
	return ctx.Err()
}

// write sends n numbered texts, several of them at a time. When a process was killed
// before it answered, its store tells what it had taken.
func (c *client) write(ctx context.Context, to *person, n, flying int) {
	left := make([]string, n)
	for i := range left {
		left[i] = fmt.Sprintf("%s %d", c.p.name, i)
	}
	for len(left) > 0 && ctx.Err() == nil {
		slots := make(chan struct{}, flying)
		var calls sync.WaitGroup
		for _, text := range left {
			slots <- struct{}{}
			s := c.session()
			calls.Go(func() {
				defer func() { <-slots }()
				a, err := s.call("send", map[string]any{"to": to.id, "text": text, "timeout": 3600})
				if err == nil && a.Error != nil {
					c.p.t.Errorf("%s: send %q: %s", c.p.name, text, a.Error.Message)
				}
			})
		}
		calls.Wait()
		taken := c.texts(ctx, c.p, to)
		left = slices.DeleteFunc(left, func(text string) bool { return slices.Contains(taken, text) })
	}
}

// texts returns what somebody wrote in the conversation with a person, in the
// order in which it is shown; only those in one of the states, if any are named.
func (c *client) texts(ctx context.Context, author, with *person, states ...string) []string {
	var list []struct {
		Sender string `json:"sender"`
		Text   string `json:"text"`
		State  string `json:"state"`
	}
	if err := c.ask(ctx, "messages", map[string]any{"with": with.id, "limit": 1_000_000}, &list); err != nil {
		if ctx.Err() == nil {
			c.p.t.Errorf("%s: %v", c.p.name, err)
		}
		return nil
	}
	var texts []string
	for _, m := range list {
		if len(states) > 0 && !slices.Contains(states, m.State) {
			continue
		}
		if m.Sender == author.id && strings.HasPrefix(m.Text, author.name+" ") {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// mustReach waits until the other one has all texts, and holds them against what
// was sent.
func (c *client) mustReach(ctx context.Context, other *client, n int) {
	c.p.t.Helper()
	sent := c.texts(ctx, c.p, other.p)
	if len(sent) != n || len(slices.Compact(slices.Sorted(slices.Values(sent)))) != n {
		c.p.t.Fatalf("%s has sent %d texts, not %d", c.p.name, len(sent), n)
	}
	var got []string
	for {
		if latest := other.texts(ctx, c.p, c.p); ctx.Err() == nil {
			got = latest
		}
		if len(got) >= n || !wait(ctx, 300*time.Millisecond) {
			break
		}
		if err := other.ask(ctx, "sync", nil, nil); err != nil {
			c.p.t.Logf("%s: %v", other.p.name, err) // asked again
		}
	}
	if !slices.Equal(got, sent) {
		missing := slices.DeleteFunc(slices.Clone(sent), func(s string) bool { return slices.Contains(got, s) })
		c.p.t.Fatalf("%s has %d of %d texts of %s; missing %q; in order: %v",
			other.p.name, len(got), n, c.p.name, missing, slices.IsSortedFunc(got, func(a, b string) int {
				return slices.Index(sent, a) - slices.Index(sent, b)
			}))
	}
}
