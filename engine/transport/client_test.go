package transport

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func online(p *person) func() bool {
	return func() bool { return p.Status().Connection == model.Online }
}

// anna is an account whose messages the first nodes of f keep.
type annas struct {
	account *identity.Account
	id      identity.ID
}

func anna(t testing.TB, f *fakeNet, members int) annas {
	t.Helper()
	account, err := identity.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := annas{account, snode.NewAccountSigner(account).Account()}
	f.mu.Lock()
	f.swarms[a.id] = f.nodes[:members]
	f.mu.Unlock()
	return a
}

// poll is a signed retrieve.
func (a annas) poll(now int64) (snode.Request, error) {
	r := &snode.RetrieveRequest{Namespace: snode.Default, Timestamp: now}
	return r, snode.Sign(r, snode.NewAccountSigner(a.account))
}

// strictTime makes a node refuse requests whose time is a minute off.
func strictTime(n *fakeNode) {
	n.set(func() {
		n.rpc = func(req snode.Request) (int, []byte, bool) {
			r, ok := req.(*snode.RetrieveRequest)
			if !ok {
				return 0, nil, false
			}
			off := n.net.clk.Now().Add(n.skew).UnixMilli() - r.Timestamp
			if off > 60_000 || off < -60_000 {
				return 406, []byte("retrieve timestamp too far from current time"), true
			}
			return 0, nil, false
		}
	})
}

func (f *fakeNet) onlyKnown(p *person) {
	f.t.Helper()
	allowed := map[string]bool{"seed.test:4443": true}
	for _, path := range p.Status().Paths {
		allowed[f.node(path.Hops[0].Ed25519).addr()] = true
	}
	for addr := range f.dialled() {
		if !allowed[addr] {
			f.t.Errorf("dialled %s", addr)
		}
	}
}

func TestFirstRun(t *testing.T) {
	f := newFakeNet(t, 12)
	a := anna(t, f, 4)
	p := f.run()
	p.until("online", online(p))

	st := p.Status()
	if len(st.Paths) != 2 || st.PoolSize != 12 || st.Problem != model.ReasonNone {
		t.Fatalf("status %+v", st)
	}
	for _, path := range st.Paths {
		if len(path.Hops) != 3 || path.Latency < 0 {
			t.Fatalf("path %+v", path)
		}
	}
	for range 20 {
		res, err := p.Do(context.Background(), a.id, a.poll, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := snode.DecodeRetrieve(res.Body); err != nil || res.Status != 200 {
			t.Fatalf("answer %d %s: %v", res.Status, res.Body, err)
		}
	}
	// Keep-alive: a handful of connections, and only to seed and guards.
	f.onlyKnown(p)
	for addr, n := range f.dialled() {
		if n > 4 {
			t.Errorf("%d connections to %s for requests one after the other", n, addr)
		}
	}
}

func TestSmallNetworks(t *testing.T) {
	for _, size := range []int{4, 6, 9} {
		f := newFakeNet(t, size)
		a := anna(t, f, size) // every node is a destination, those on paths too
		p := f.run(func(c *Config) { c.Network.DistinctSubnets = false })
		p.until("online", online(p))
		for _, n := range f.nodes {
			res, err := p.DoAt(context.Background(), a.id, n.info, a.poll, Options{})
			if err != nil || res.Node.Ed25519 != n.info.Ed25519 {
				t.Fatalf("%d nodes: %v", size, err)
			}
		}
		f.onlyKnown(p)
		p.end()
	}
}

func TestRestartKeepsGuards(t *testing.T) {
	f := newFakeNet(t, 40)
	cache := &memCache{}
	withCache := func(c *Config) { c.Cache = cache }
	guards := func(p *person) map[key]bool {
		out := map[key]bool{}
		for _, path := range p.Status().Paths {
			out[path.Hops[0].Ed25519] = true
		}
		return out
	}
	p := f.run(withCache)
	p.until("online", online(p))
	first := guards(p)
	p.end()
	for range 3 {
		p = f.run(withCache)
		p.until("online", online(p))
		for g := range guards(p) {
			if !first[g] {
				t.Fatal("another guard after a restart")
			}
		}
		p.end()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.asked != 1 {
		t.Errorf("the seed was asked %d times", f.asked)
	}
}

func TestRestartWithDamagedCache(t *testing.T) {
	f := newFakeNet(t, 12)
	for _, junk := range [][]byte{{}, {1}, {9, 9, 9}, bytes.Repeat([]byte{1}, 9+70), bytes.Repeat([]byte{0xff}, 5000)} {
		p := f.run(func(c *Config) {
			c.Cache = &memCache{m: map[string][]byte{cacheNodes: junk, cacheGuards: junk}}
		})
		p.until("online", online(p))
		p.end()
	}
}

func TestCancelIsPrompt(t *testing.T) {
	f := newFakeNet(t, 12)
	a := anna(t, f, 3)
	p := f.run()
	p.until("online", online(p))
	reached := f.silence()
	cause := errors.New("the window was closed")
	ctx, cancel := context.WithCancelCause(context.Background())
	done := make(chan error, 1)
	go func() {
		_, err := p.Do(ctx, a.id, a.poll, Options{})
		done <- err
	}()
	<-reached
	cancel(cause)
	if err := <-done; !errors.Is(err, cause) {
		t.Fatalf("error %v", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.k.pool.strikes) != 0 {
		t.Error("somebody was blamed because we gave up")
	}
}

func TestCloseEndsRequests(t *testing.T) {
	f := newFakeNet(t, 12)
	a := anna(t, f, 3)
	p := f.run()
	p.until("online", online(p))
	reached := f.silence()
	done := make(chan error, 1)
	go func() {
		_, err := p.Do(context.Background(), a.id, a.poll, Options{})
		done <- err
	}()
	<-reached
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; !errors.Is(err, ErrClosed) {
		t.Fatalf("error %v", err)
	}
	if _, err := p.Do(context.Background(), a.id, a.poll, Options{}); !errors.Is(err, ErrClosed) {
		t.Fatalf("after Close: %v", err)
	}
	if err := p.Run(context.Background()); !errors.Is(err, ErrClosed) {
		t.Fatalf("Run after Close: %v", err)
	}
}

func TestManyRequestsAtOnce(t *testing.T) {
	f := newFakeNet(t, 12)
	a := anna(t, f, 5)
	p := f.run()
	p.until("online", online(p))
	var all sync.WaitGroup
	errs := make(chan error, 200)
	for range cap(errs) {
		all.Go(func() {
			_, err := p.Do(context.Background(), a.id, a.poll, Options{})
			errs <- err
		})
	}
	all.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	f.onlyKnown(p)
	for addr, n := range f.dialled() {
		if n > 4*maxConns {
			t.Errorf("%d connections to %s for 200 requests", n, addr)
		}
	}
}

func TestLogsNameNobody(t *testing.T) {
	var mu sync.Mutex
	var log bytes.Buffer
	f := newFakeNet(t, 12)
	a := anna(t, f, 3)
	f.names["annas-secret-name"] = a.id
	f.nodes[0].set(func() { f.nodes[0].dead = true })
	p := f.run(func(c *Config) {
		c.Logger = slog.New(slog.NewTextHandler(lockedWriter{&mu, &log}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	p.until("online", online(p))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 5 {
			_, _ = p.Do(context.Background(), a.id, a.poll, Options{})
			_, _ = p.ResolveONS(context.Background(), "annas-secret-name")
		}
	}()
	p.until("asked", func() bool {
		select {
		case <-done:
			return true
		default:
			return false
		}
	})
	f.setDialErr(func(string) error { return syscall.ECONNREFUSED })
	p.Wake()
	p.until("offline", func() bool { return p.Status().Connection == model.Offline })
	p.until("seeds asked", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return strings.Contains(log.String(), "no list of nodes")
	})
	p.end()
	mu.Lock()
	defer mu.Unlock()
	if log.Len() == 0 {
		t.Fatal("nothing logged")
	}
	secrets := []string{a.id.String(), a.id.String()[2:20], "annas-secret-name"}
	for _, n := range f.nodes {
		secrets = append(secrets, n.info.IP.String())
	}
	for _, secret := range secrets {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log contains %q", secret)
		}
	}
}

type lockedWriter struct {
	mu *sync.Mutex
	b  *bytes.Buffer
}

func (w lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

func TestKeysAreMadeAhead(t *testing.T) {
	f := newFakeNet(t, 12)
	a := anna(t, f, 3)
	p := f.run()
	full := func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		for i := range p.k.slots {
			for _, n := range p.k.slots[i].hops {
				if b := p.keys.Bound(n.X25519); b < hopKeys/2 || b > hopKeys {
					return false
				}
			}
		}
		return p.keys.Pairs() >= pairKeys/2 && p.keys.Pairs() <= pairKeys
	}
	p.until("stocked", func() bool { return online(p)() && full() })
	for range 3 * pairKeys {
		if _, err := p.Do(context.Background(), a.id, a.poll, Options{}); err != nil {
			t.Fatal(err)
		}
	}
	p.until("stocked again", full)
}

func TestGate(t *testing.T) {
	f := newFakeNet(t, 12)
	p := f.run()
	p.until("online", online(p))
	guard := f.node(p.Status().Paths[0].Hops[0].Ed25519).addr()
	hop := f.node(p.Status().Paths[0].Hops[1].Ed25519).addr()
	conn, err := p.gate.dial(context.Background(), "tcp", guard)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	before := len(f.dialled())
	for _, addr := range []string{hop, "seed.test:80", "example.org:443", ""} {
		var refused *DialError
		if _, err := p.gate.dial(context.Background(), "tcp", addr); !errors.As(err, &refused) || refused.Address != addr {
			t.Errorf("%s: %v", addr, err)
		}
	}
	if len(f.dialled()) != before {
		t.Error("a refused address reached the dialer")
	}
}

func TestDoBeforeTheFirstPathWaits(t *testing.T) {
	f := newFakeNet(t, 12)
	a := anna(t, f, 3)
	done := make(chan error, 1)
	poll := func(p *person) {
		_, err := p.Do(context.Background(), a.id, a.poll, Options{})
		done <- err
	}
	p := f.person()
	go poll(p)
	f.clk.AwaitTimers(1) // it waits
	p.begin()
	p.until("the answer", func() bool { return len(done) > 0 })
	if err := <-done; err != nil {
		t.Error(err)
	}
	p.end()
	// And not for ever: a client that never runs.
	go poll(f.person())
	f.clk.AwaitTimers(1)
	f.clk.Advance(routeWait + time.Second)
	if err := <-done; !errors.Is(err, ErrOffline) {
		t.Error(err)
	}
}
