package transport

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
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

func TestSwarmMoves(t *testing.T) {
	f := newFakeNet(t, 14)
	a := anna(t, f, 3)
	p := f.run()
	p.until("online", online(p))
	if _, err := p.Do(context.Background(), a.id, a.poll, Options{}); err != nil {
		t.Fatal(err)
	}
	// The swarm moves to other nodes; the old ones answer 421.
	f.mu.Lock()
	f.swarms[a.id] = f.nodes[5:9]
	f.mu.Unlock()
	for _, n := range f.nodes[:5] {
		n.set(func() {
			n.rpc = func(req snode.Request) (int, []byte, bool) {
				if req.Method() != "retrieve" {
					return 0, nil, false
				}
				return 421, f.swarmBody(a.id, start.UnixMilli()), true
			}
		})
	}
	if _, err := p.DoAt(context.Background(), a.id, f.nodes[0].info, a.poll, Options{}); !errors.Is(err, ErrMoved) {
		t.Fatalf("a given node that is no member: %v", err)
	}
	f.nodes[0].set(func() { f.nodes[0].final = nil })
	res, err := p.Do(context.Background(), a.id, a.poll, Options{Attempts: 1})
	if err != nil {
		t.Fatal(err)
	}
	members, err := p.Swarm(context.Background(), a.id)
	if err != nil || len(members) != 4 || !contains(members, res.Node.Ed25519) {
		t.Fatalf("%d members, %v", len(members), err)
	}
	for _, m := range f.nodes[0].methods() {
		if m == "get_swarm" {
			t.Error("the list in 421 was not used")
		}
	}
}

func TestSwarmMovesWithinBatch(t *testing.T) {
	f := newFakeNet(t, 14)
	a := anna(t, f, 3)
	p := f.run()
	p.until("online", online(p))
	for _, n := range f.nodes {
		member := contains([]snode.Node{f.nodes[8].info, f.nodes[9].info}, n.info.Ed25519)
		n.set(func() {
			n.rpc = func(req snode.Request) (int, []byte, bool) {
				switch {
				case req.Method() != "batch":
					return 0, nil, false
				case member:
					return 200, []byte(`{"results":[{"code":200,"body":{"messages":[],"more":false,"t":1}},{"code":401,"body":"no"}]}`), true
				}
				f.mu.Lock()
				f.swarms[a.id] = f.nodes[8:10]
				f.mu.Unlock()
				return 200, []byte(`{"results":[{"code":421,"body":` + string(f.swarmBody(a.id, 1)) + `},{"code":421,"body":""}]}`), true
			}
		})
	}
	batch := func(now int64) (snode.Request, error) {
		one, err := a.poll(now)
		return &snode.BatchRequest{Requests: []snode.Request{one, one}}, err
	}
	res, err := p.Do(context.Background(), a.id, batch, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := snode.DecodeBatch(res.Body)
	if err != nil || len(b.Results) != 2 || b.Results[1].Code != 401 {
		t.Fatalf("%v %+v", err, b)
	}
}

func TestLyingSwarmIsChecked(t *testing.T) {
	// A member answers 421 with a list of strangers: their keys could be the
	// liar's. Another node is asked instead.
	f := newFakeNet(t, 14)
	a := anna(t, f, 1)
	p := f.run()
	p.until("online", online(p))
	if _, err := p.Swarm(context.Background(), a.id); err != nil {
		t.Fatal(err)
	}
	liar := f.nodes[0]
	stranger := newFakeNet(t, 1)
	stranger.swarms[a.id] = stranger.nodes
	lie := stranger.swarmBody(a.id, 1)
	liar.set(func() {
		liar.rpc = func(req snode.Request) (int, []byte, bool) {
			return 421, lie, req.Method() == "retrieve"
		}
	})
	f.mu.Lock()
	f.swarms[a.id] = f.nodes[3:6]
	f.mu.Unlock()
	res, err := p.Do(context.Background(), a.id, a.poll, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if f.node(res.Node.Ed25519) == nil {
		t.Error("the request went to a stranger")
	}
}

func TestFinalRefusal(t *testing.T) {
	f := newFakeNet(t, 12)
	a := anna(t, f, 4)
	p := f.run()
	p.until("online", online(p))
	var mu sync.Mutex
	calls := 0
	for _, n := range f.nodes {
		n.set(func() {
			n.rpc = func(req snode.Request) (int, []byte, bool) {
				if req.Method() != "retrieve" {
					return 0, nil, false
				}
				mu.Lock()
				calls++
				mu.Unlock()
				return 401, []byte("retrieve signature verification failed"), true
			}
		})
	}
	res, err := p.Do(context.Background(), a.id, a.poll, Options{})
	var rejected *RejectedError
	if !errors.As(err, &rejected) || rejected.Status != 401 || res.Status != 401 || Reason(err) != model.ReasonRejected {
		t.Fatalf("%v, status %d", err, res.Status)
	}
	if calls != 1 {
		t.Errorf("asked %d times", calls)
	}
	want := errors.New("no key")
	if _, err := p.Do(context.Background(), a.id, func(int64) (snode.Request, error) { return nil, want }, Options{}); err != want {
		t.Errorf("error of build: %v", err)
	}
	for id := range f.byKey {
		p.mu.Lock()
		if p.k.pool.strikes[id] != 0 {
			t.Error("a node was blamed for a refusal")
		}
		p.mu.Unlock()
	}
}

func TestBusyMemberIsLeft(t *testing.T) {
	f := newFakeNet(t, 12)
	a := anna(t, f, 3)
	busy := f.nodes[:2]
	for _, n := range busy {
		n.set(func() {
			n.rpc = func(req snode.Request) (int, []byte, bool) {
				return 503, []byte("Server busy, try again later"), req.Method() == "retrieve"
			}
		})
	}
	p := f.run()
	p.until("online", online(p))
	done := make(chan error, 1)
	go func() {
		res, err := p.Do(context.Background(), a.id, a.poll, Options{})
		if err == nil && res.Node.Ed25519 != f.nodes[2].info.Ed25519 {
			err = errors.New("answered by a busy node")
		}
		done <- err
	}()
	var err error
	p.until("answered", func() bool {
		select {
		case err = <-done:
			return true
		default:
			return false
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCancelIsPrompt(t *testing.T) {
	f := newFakeNet(t, 12)
	a := anna(t, f, 3)
	p := f.run()
	p.until("online", online(p))
	reached := make(chan struct{}, 10)
	for _, n := range f.nodes {
		n.set(func() {
			n.rpc = nil
			n.relay = func(ctx context.Context, body []byte) (int, []byte) {
				reached <- struct{}{}
				<-ctx.Done()
				return 0, nil
			}
		})
	}
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
	reached := make(chan struct{}, 10)
	for _, n := range f.nodes {
		n.set(func() {
			n.relay = func(ctx context.Context, body []byte) (int, []byte) {
				reached <- struct{}{}
				<-ctx.Done()
				return 0, nil
			}
		})
	}
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

func TestServer(t *testing.T) {
	f := newFakeNet(t, 12)
	p := f.run()
	p.until("online", online(p))
	files := ServerAddress{"http://files.test", serverKey().Public()}
	req := onion.V4Request{Method: "GET", Endpoint: "/file/1"}
	answer := func(codes ...int) *int {
		calls := new(int)
		f.mu.Lock()
		defer f.mu.Unlock()
		f.onServer = func(r onion.V4Request) onion.V4Response {
			f.mu.Lock()
			defer f.mu.Unlock()
			code := codes[min(*calls, len(codes)-1)]
			*calls++
			return onion.V4Response{Code: code, Body: []byte(r.Method + r.Endpoint)}
		}
		return calls
	}
	ask := func() (onion.V4Response, error) {
		type result struct {
			resp onion.V4Response
			err  error
		}
		done := make(chan result, 1)
		go func() {
			resp, err := p.Server(context.Background(), files, req, Options{})
			done <- result{resp, err}
		}()
		var r result
		p.until("answered", func() bool {
			select {
			case r = <-done:
				return true
			default:
				return false
			}
		})
		return r.resp, r.err
	}
	tests := []struct {
		name  string
		codes []int
		code  int
		calls int
	}{
		{"ok", []int{200}, 200, 1},
		{"not found is final", []int{404}, 404, 1},
		{"a bad request is final", []int{400}, 400, 1},
		{"recovers", []int{500, 502, 201}, 201, 3},
		{"handed over after three tries", []int{503}, 503, 3},
	}
	for _, tt := range tests {
		calls := answer(tt.codes...)
		resp, err := ask()
		if err != nil || resp.Code != tt.code || *calls != tt.calls || string(resp.Body) != "GET/file/1" {
			t.Errorf("%s: %d %q after %d calls: %v", tt.name, resp.Code, resp.Body, *calls, err)
		}
	}
	// A server that is down is not the paths' fault.
	f.mu.Lock()
	f.onServer = nil
	f.mu.Unlock()
	if _, err := ask(); !errors.Is(err, ErrUnreachable) || Reason(err) != model.ReasonOffline {
		t.Errorf("server down: %v", err)
	}
	for _, path := range p.Status().Paths {
		if path.Failures != 0 {
			t.Error("a path was blamed for a server")
		}
	}
	// A server with another key cannot answer.
	answer(200)
	files.X25519[0] ^= 1
	if _, err := ask(); err == nil {
		t.Error("an answer of a server with another key")
	}
	for _, bad := range []string{"", "files.test", "ftp://files.test", "http://files.test/path", "http://a:b@files.test", "http://files.test:99999"} {
		if _, err := p.Server(context.Background(), ServerAddress{URL: bad}, req, Options{}); !errors.Is(err, ErrServerAddress) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestServerBuildSignsEachTry(t *testing.T) {
	f := newFakeNet(t, 12)
	p := f.run()
	p.until("online", online(p))
	var mu sync.Mutex
	var seen []string
	f.onServer = func(r onion.V4Request) onion.V4Response {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, r.Header("X-SOGS-Nonce"))
		return onion.V4Response{Code: 200}
	}
	built := 0
	build := func(now int64) (onion.V4Request, error) {
		built++
		if now != f.clk.Now().UnixMilli() {
			t.Errorf("built for %d", now)
		}
		return onion.V4Request{Method: "GET", Endpoint: "/", Headers: []onion.Header{{Name: "X-SOGS-Nonce", Value: strings.Repeat("n", built)}}}, nil
	}
	if _, err := p.ServerBuild(context.Background(), ServerAddress{"https://c.test", serverKey().Public()}, build, Options{}); err != nil {
		t.Fatal(err)
	}
	if len(seen) != built || seen[built-1] != strings.Repeat("n", built) {
		t.Errorf("built %d, seen %v", built, seen)
	}
}

func TestResolveONS(t *testing.T) {
	f := newFakeNet(t, 12)
	a := anna(t, f, 3)
	f.names["anna"] = a.id
	p := f.run()
	p.until("online", online(p))
	if id, err := p.ResolveONS(context.Background(), " Anna "); err != nil || id != a.id {
		t.Errorf("%v %v", id.Short(), err)
	}
	asked := 0
	for _, n := range f.nodes {
		for _, m := range n.methods() {
			if m == "oxend_request" {
				asked++
			}
		}
	}
	if asked != 3 {
		t.Errorf("%d nodes were asked", asked)
	}
	if _, err := p.ResolveONS(context.Background(), "bob"); !errors.Is(err, ErrNameNotFound) || Reason(err) != model.ReasonNotFound {
		t.Errorf("unknown name: %v", err)
	}
	if _, err := p.ResolveONS(context.Background(), "-no-"); !errors.Is(err, identity.ErrONSName) || Reason(err) != model.ReasonInvalid {
		t.Errorf("bad name: %v", err)
	}
	// One of two thirds of the nodes lies: whoever is asked, somebody disagrees.
	other := newFakeNet(t, 1)
	other.names["anna"] = anna(t, other, 1).id
	for i, n := range f.nodes {
		if i%3 > 0 {
			n.set(func() {
				n.rpc = func(req snode.Request) (int, []byte, bool) {
					r, ok := req.(*snode.OxendRequest)
					if !ok || i%3 == 1 {
						return 0, nil, false
					}
					return 200, other.ons(r.Params, 1), true
				}
			})
		}
	}
	disputed := false
	for range 20 {
		id, err := p.ResolveONS(context.Background(), "anna")
		if err == nil && id != a.id && !disputed {
			// Three liars of four were asked; possible, and beyond any check.
			continue
		}
		disputed = disputed || errors.Is(err, ErrNameDisputed)
	}
	if !disputed {
		t.Error("nobody noticed that nodes disagree")
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
	p.end()
	mu.Lock()
	defer mu.Unlock()
	if log.Len() == 0 {
		t.Fatal("nothing logged")
	}
	for _, secret := range []string{a.id.String(), a.id.String()[2:20], "annas-secret-name"} {
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
	cfg := Config{Network: f.network, Dial: f.dial, Clock: f.clk}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := c.Do(context.Background(), a.id, a.poll, Options{})
		done <- err
	}()
	f.clk.AwaitTimers(1) // it waits
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = c.Run(ctx)
	}()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for waiting := true; waiting; {
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
			waiting = false
		case <-tick.C:
			f.clk.Advance(100 * time.Millisecond)
		}
	}
	cancel()
	<-ended
	// And not for ever: a client that never runs.
	c, err = New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	go func() {
		_, err := c.Do(context.Background(), a.id, a.poll, Options{})
		done <- err
	}()
	f.clk.AwaitTimers(1)
	f.clk.Advance(routeWait + time.Second)
	if err := <-done; !errors.Is(err, ErrOffline) {
		t.Error(err)
	}
}
