package transport

import (
	"context"
	"errors"
	"syscall"
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/snode"
)

// later runs f beside the clock that until moves.
func (p *person) later(what string, f func() error) error {
	p.f.t.Helper()
	done := make(chan error, 1)
	go func() { done <- f() }()
	var err error
	p.until(what, func() bool {
		select {
		case err = <-done:
			return true
		default:
			return false
		}
	})
	return err
}

func (p *person) guards() map[key]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := map[key]bool{}
	for i := range p.k.slots {
		if p.k.slots[i].hasGuard {
			out[p.k.slots[i].guard.Ed25519] = true
		}
	}
	return out
}

func TestOfflineAndBack(t *testing.T) {
	outages := map[string]func(string) error{
		"no route":    func(string) error { return syscall.ENETUNREACH },
		"no host":     func(string) error { return syscall.EHOSTUNREACH },
		"all refused": func(string) error { return syscall.ECONNREFUSED },
	}
	for name, outage := range outages {
		t.Run(name, func(t *testing.T) {
			f := newFakeNet(t, 12)
			a := anna(t, f, 4)
			p := f.run()
			p.until("online", online(p))
			guards := p.guards()
			// Long ago that anything was heard, as on a laptop that moves.
			p.pass(time.Minute)

			f.setDialErr(outage)
			p.mu.Lock()
			for _, l := range p.links {
				l.tr.CloseIdleConnections()
			}
			p.mu.Unlock()
			err := p.later("failed", func() error {
				_, err := p.Do(context.Background(), a.id, a.poll, Options{})
				return err
			})
			if Reason(err) != model.ReasonOffline {
				t.Fatalf("error %v", err)
			}
			p.until("offline", func() bool { return p.Status().Connection == model.Offline })
			if p.Status().Problem != model.ReasonOffline {
				t.Error("no problem named")
			}
			began := f.clk.Now()
			if _, err := p.Do(context.Background(), a.id, a.poll, Options{}); !errors.Is(err, ErrOffline) || !f.clk.Now().Equal(began) {
				t.Errorf("offline a request fails at once: %v", err)
			}
			p.pass(5 * time.Minute)

			f.setDialErr(nil)
			back := f.clk.Now()
			p.until("online again", online(p))
			if d := f.clk.Now().Sub(back); d > 45*time.Second {
				t.Errorf("came back only after %v", d)
			}
			for g := range p.guards() {
				if !guards[g] {
					t.Error("a guard was blamed for the outage")
				}
			}
			if n := p.Status().PoolSize; n != 12 {
				t.Errorf("%d nodes left", n)
			}
			if _, err := p.Do(context.Background(), a.id, a.poll, Options{}); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWakeTriesAtOnce(t *testing.T) {
	f := newFakeNet(t, 12)
	p := f.run()
	p.until("online", online(p))
	p.pass(time.Minute)
	f.setDialErr(func(string) error { return syscall.ENETUNREACH })
	p.Wake()
	p.until("offline", func() bool { return p.Status().Connection == model.Offline })
	p.pass(5 * time.Minute)
	f.setDialErr(nil)
	p.Wake()
	// The clock stands still: nothing but Wake can bring it back.
	limit := time.After(patience)
	for !online(p)() {
		select {
		case <-p.changed:
		case <-limit:
			t.Fatalf("still %+v", p.Status())
		}
	}
}

func TestSleepIsNoticed(t *testing.T) {
	f := newFakeNet(t, 12)
	p := f.run()
	p.until("online", online(p))
	f.clk.AwaitTimers(1)
	probes := func() int {
		n := 0
		for _, node := range f.nodes {
			for _, m := range node.methods() {
				if m == "info" {
					n++
				}
			}
		}
		return n
	}
	was := probes()
	f.clk.Advance(5 * time.Minute) // timers fire late, as after sleep
	p.until("tested again", func() bool { return probes() > was })
}

func TestFirstRunOffline(t *testing.T) {
	f := newFakeNet(t, 12)
	a := anna(t, f, 4)
	f.setDialErr(func(string) error { return syscall.ENETUNREACH })
	p := f.run()
	p.until("offline", func() bool { return p.Status().Connection == model.Offline })
	if _, err := p.Do(context.Background(), a.id, a.poll, Options{}); !errors.Is(err, ErrOffline) {
		t.Errorf("error %v", err)
	}
	f.setDialErr(nil)
	p.until("online", online(p))
}

// annaWithout is an account whose messages a given node does not keep.
func annaWithout(t *testing.T, f *fakeNet, bad *fakeNode) annas {
	t.Helper()
	a := anna(t, f, 1)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.swarms[a.id] = nil
	for _, n := range f.nodes {
		if n != bad && len(f.swarms[a.id]) < 4 {
			f.swarms[a.id] = append(f.swarms[a.id], n)
		}
	}
	return a
}

func TestDeadGuardIsReplaced(t *testing.T) {
	for name, breakIt := range map[string]func(*person, *fakeNode){
		"refuses":  func(p *person, n *fakeNode) { n.dead = true },
		"hangs up": func(p *person, n *fakeNode) { n.relay = func(context.Context, []byte) (int, []byte) { return 0, nil } },
		"says nothing": func(p *person, n *fakeNode) {
			n.relay = func(ctx context.Context, _ []byte) (int, []byte) {
				<-ctx.Done()
				return 0, nil
			}
		},
		"garbage": func(p *person, n *fakeNode) {
			n.relay = func(context.Context, []byte) (int, []byte) { return 200, []byte("Z2FyYmFnZSBnYXJiYWdlIGdhcmJhZ2U") }
		},
		"web page": func(p *person, n *fakeNode) {
			n.relay = func(context.Context, []byte) (int, []byte) { return 302, []byte("<html>please log in") }
		},
		"huge": func(p *person, n *fakeNode) {
			n.relay = func(context.Context, []byte) (int, []byte) { return 200, make([]byte, p.maxAnswer+1) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFakeNet(t, 14)
			p := f.run()
			p.until("online", online(p))
			path := p.Status().Paths[0]
			bad, other := f.node(path.Hops[0].Ed25519), p.Status().Paths[1].Hops[0].Ed25519
			a := annaWithout(t, f, bad)
			bad.set(func() { breakIt(p, bad) })
			p.mu.Lock()
			p.links[bad.addr()].tr.CloseIdleConnections()
			p.mu.Unlock()
			// Requests get through all the while.
			for range 8 {
				if err := p.later("answered", func() error {
					_, err := p.Do(context.Background(), a.id, a.poll, Options{Timeout: 3 * time.Second})
					return err
				}); err != nil {
					t.Fatal(err)
				}
			}
			p.until("guard replaced", func() bool { return !p.guards()[bad.info.Ed25519] && online(p)() })
			if !p.guards()[other] {
				t.Error("the other guard was lost, too")
			}
		})
	}
}

func TestDeadHopIsReplacedAndGuardKept(t *testing.T) {
	for name, breakIt := range map[string]func(*fakeNode){
		"dead":     func(n *fakeNode) { n.dead = true },
		"corrupts": func(n *fakeNode) { n.relay = corrupting(n) },
		"no keys":  func(n *fakeNode) { n.relay = answering(400, "Invalid ciphertext") },
		"stopping": func(n *fakeNode) { n.relay = answering(503, "Snode not ready") },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFakeNet(t, 14)
			p := f.run()
			p.until("online", online(p))
			guards := p.guards()
			bad := f.node(p.Status().Paths[1].Hops[1].Ed25519)
			a := annaWithout(t, f, bad)
			bad.set(func() { breakIt(bad) })
			for range 10 {
				if err := p.later("answered", func() error {
					_, err := p.Do(context.Background(), a.id, a.poll, Options{Timeout: 3 * time.Second, Attempts: 5})
					return err
				}); err != nil {
					t.Fatal(err)
				}
			}
			onPath := func() bool {
				for _, path := range p.Status().Paths {
					for _, h := range path.Hops {
						if h.Ed25519 == bad.info.Ed25519 {
							return true
						}
					}
				}
				return false
			}
			p.until("hop replaced", func() bool { return !onPath() && online(p)() })
			for g := range guards {
				if !p.guards()[g] {
					t.Error("a guard was lost for a hop's fault")
				}
			}
		})
	}
}

func answering(status int, text string) func(context.Context, []byte) (int, []byte) {
	return func(context.Context, []byte) (int, []byte) { return status, []byte(text) }
}

// corrupting flips a bit of each answer.
func corrupting(n *fakeNode) func(context.Context, []byte) (int, []byte) {
	return func(ctx context.Context, body []byte) (int, []byte) {
		status, answer := n.honest(ctx, body)
		if status == 200 && len(answer) > 20 {
			answer[17] ^= 1
		}
		return status, answer
	}
}

func TestThirdOfTheNetworkDead(t *testing.T) {
	f := newFakeNet(t, 12)
	a := anna(t, f, 12)
	for i := range 4 {
		f.nodes[i*3].set(func() { f.nodes[i*3].dead = true })
	}
	p := f.run()
	p.until("online", online(p))
	for range 10 {
		if err := p.later("answered", func() error {
			_, err := p.Do(context.Background(), a.id, a.poll, Options{Attempts: 6})
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestClock(t *testing.T) {
	// The computer is ten minutes off from the beginning: it never notices
	// trouble, only says so.
	for _, off := range []time.Duration{10 * time.Minute, -10 * time.Minute} {
		f := newFakeNet(t, 12)
		a := anna(t, f, 4)
		for _, n := range f.nodes {
			n.skew = off
			strictTime(n)
		}
		p := f.run()
		p.until("online", online(p))
		if _, err := p.Do(context.Background(), a.id, a.poll, Options{Attempts: 1}); err != nil {
			t.Errorf("%v off: %v", off, err)
		}
		if d := p.ClockOffset() - off; d.Abs() > time.Second || !p.Status().ClockWrong {
			t.Errorf("%v off: offset %v", off, p.ClockOffset())
		}
		if d := p.Now() - f.clk.Now().Add(off).UnixMilli(); d > 1000 || d < -1000 {
			t.Errorf("%v off: now is %d ms away", off, d)
		}
		p.end()
	}
}

func TestClockChangesWhileRunning(t *testing.T) {
	for _, off := range []time.Duration{10 * time.Minute, -10 * time.Minute} {
		f := newFakeNet(t, 12)
		a := anna(t, f, 4)
		for _, n := range f.nodes {
			strictTime(n)
		}
		p := f.run()
		p.until("online", online(p))
		for _, n := range f.nodes {
			n.set(func() { n.skew = off })
		}
		builds := 0
		_, err := p.Do(context.Background(), a.id, func(now int64) (snode.Request, error) {
			builds++
			return a.poll(now)
		}, Options{Attempts: 1})
		if err != nil || builds != 2 {
			t.Errorf("%v: built %d times, %v", off, builds, err)
		}
		p.end()
	}
}

func TestClockNeverRight(t *testing.T) {
	f := newFakeNet(t, 12)
	a := anna(t, f, 4)
	for _, n := range f.nodes {
		n.rpc = func(req snode.Request) (int, []byte, bool) {
			return 406, []byte("Timestamp error: check your clock"), req.Method() == "retrieve"
		}
	}
	p := f.run()
	p.until("online", online(p))
	builds := 0
	_, err := p.Do(context.Background(), a.id, func(now int64) (snode.Request, error) {
		builds++
		return a.poll(now)
	}, Options{})
	if !errors.Is(err, ErrClock) || Reason(err) != model.ReasonClock || builds != 3 {
		t.Errorf("built %d times: %v", builds, err)
	}
}

func TestOneNodeWithAWrongClock(t *testing.T) {
	f := newFakeNet(t, 12)
	a := anna(t, f, 3)
	for _, n := range f.nodes {
		strictTime(n)
	}
	f.nodes[1].skew = -time.Hour
	p := f.run()
	p.until("online", online(p))
	for range 20 {
		if _, err := p.Do(context.Background(), a.id, a.poll, Options{}); err != nil {
			t.Fatal(err)
		}
	}
	if p.ClockOffset().Abs() > time.Second {
		t.Errorf("one liar moved the clock by %v", p.ClockOffset())
	}
	_, err := p.DoAt(context.Background(), a.id, f.nodes[1].info, a.poll, Options{})
	if err == nil || errors.Is(err, ErrClock) {
		t.Errorf("the node's clock is wrong, not ours: %v", err)
	}
}

func TestRefresh(t *testing.T) {
	f := newFakeNet(t, 30)
	p := f.run()
	p.until("online", online(p))
	for range 3 {
		f.addNode()
	}
	p.nap(refreshEvery - time.Minute)
	if n := p.Status().PoolSize; n != 30 {
		t.Fatalf("%d nodes before two hours", n)
	}
	p.until("refreshed", func() bool { return p.Status().PoolSize == 33 })
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.asked != 1 {
		t.Errorf("seed asked %d times", f.asked)
	}
}

func TestRefreshKeepsWhatAllAgreeOn(t *testing.T) {
	// Every node adds a friend of its own to its list: none of them gets in.
	f := newFakeNet(t, 30)
	for i, n := range f.nodes {
		friend := testNode(1000+i, i)
		n.rpc = func(req snode.Request) (int, []byte, bool) {
			if req.Method() != "oxend_request" {
				return 0, nil, false
			}
			list := append(f.list(), friend)
			return 200, append(append([]byte(`{"result":`), snode.EncodeNodeList(list, 0, nil)...), '}'), true
		}
	}
	p := f.run()
	p.until("online", online(p))
	p.mu.Lock()
	was := p.k.pool.fetched
	p.mu.Unlock()
	p.nap(refreshEvery)
	p.until("refreshed", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.k.pool.fetched.After(was)
	})
	if n := p.Status().PoolSize; n != 30 {
		t.Errorf("%d nodes", n)
	}
}

func TestRefreshFailureKeepsThePool(t *testing.T) {
	// The sources name far too few nodes, as somebody would who wants to be
	// alone with us.
	f := newFakeNet(t, 30)
	for _, n := range f.nodes {
		n.rpc = func(req snode.Request) (int, []byte, bool) {
			return 200, append(append([]byte(`{"result":`), snode.EncodeNodeList(f.list()[:8], 0, nil)...), '}'), req.Method() == "oxend_request"
		}
	}
	p := f.run()
	p.until("online", online(p))
	p.nap(refreshEvery)
	p.nap(2 * refreshRest)
	if n := p.Status().PoolSize; n != 30 {
		t.Errorf("%d nodes", n)
	}
	// In the end the seeds are asked.
	p.nap(2 * refreshRest)
	p.until("seed asked", func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.asked > 1
	})
}

func TestRotation(t *testing.T) {
	f := newFakeNet(t, 30)
	p := f.run()
	p.until("online", online(p))
	before := p.Status().Paths
	p.pass(rotateEvery - time.Minute)
	p.until("rotated", func() bool {
		now := p.Status().Paths
		return len(now) == 2 && now[0].Hops[1] != before[0].Hops[1] && now[1].Hops[1] != before[1].Hops[1]
	})
	for i, path := range p.Status().Paths {
		if path.Hops[0] != before[i].Hops[0] {
			t.Error("rotation changed a guard")
		}
	}
	if d := f.clk.Now().Sub(start); d < rotateEvery {
		t.Errorf("rotated after %v", d)
	}
}
