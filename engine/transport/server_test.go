package transport

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
)

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
