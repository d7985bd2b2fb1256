package transport

import (
	"context"
	"errors"
	"sync"
	"testing"

	"sotto/engine/model"
	"sotto/engine/protocol/snode"
)

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
