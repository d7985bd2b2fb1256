package transport

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"sotto/engine/model"
)

// dialTimeout ends connection attempts. The HTTP transport keeps them going
// after the request that wanted them gave up, so they need a limit of their own.
const dialTimeout = 15 * time.Second

// gate is the only door: every connection of the process goes through dial, and
// only to seeds and current guards. It also knows the way there: directly,
// through a proxy, or none at all. The back door, dialOut, is for pages whose links
// the user has asked to be previewed (Client.Web); it leads the same way.
type gate struct {
	dialer dialFunc
	seeds  map[string]bool // set while the client is made, not after
	life   context.Context // ends all attempts
	end    context.CancelFunc
	near   time.Duration // proxyTimeout, or less in tests

	mu      sync.Mutex
	guards  map[string]bool
	open    map[*gateConn]bool
	closed  bool
	reach   model.Reach
	turns   int             // how often reach was changed
	era     context.Context // ends the attempts of this reach
	over    context.CancelFunc
	trouble model.ProxyTrouble // of the last attempt through the proxy
}

func newGate(dial dialFunc, reach model.Reach) *gate {
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	g := &gate{dialer: dial, seeds: map[string]bool{}, guards: map[string]bool{}, open: map[*gateConn]bool{}, reach: reach, near: proxyTimeout}
	g.life, g.end = context.WithCancel(context.Background())
	g.era, g.over = context.WithCancel(g.life)
	return g
}

// allow sets the guards that may be dialled, as ip:port.
func (g *gate) allow(guards map[string]bool) {
	g.mu.Lock()
	g.guards = guards
	g.mu.Unlock()
}

func (g *gate) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	g.mu.Lock()
	ok := g.seeds[addr] || g.guards[addr]
	g.mu.Unlock()
	if !ok {
		return nil, &DialError{Address: addr}
	}
	conn, err := g.dialOut(ctx, g.dialer, network, addr)
	var failed *ProxyError
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case errors.As(err, &failed):
		g.trouble = failed.Trouble
	case err == nil:
		g.trouble = model.ProxyWorks
	}
	return conn, err
}

// dialOut dials whatever it is told, by the way that is set, unless the gate is
// shut. Where that is no proxy, direct is what dials.
func (g *gate) dialOut(ctx context.Context, direct dialFunc, network, addr string) (net.Conn, error) {
	g.mu.Lock()
	closed, reach, era := g.closed, g.reach, g.era
	g.mu.Unlock()
	switch {
	case closed:
		return nil, &DialError{Address: addr}
	case reach.Offline:
		return nil, ErrWorkOffline
	}
	limit := dialTimeout
	if reach.Proxy.On {
		limit *= slowProxy
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	defer context.AfterFunc(era, cancel)()
	var conn net.Conn
	var err error
	if reach.Proxy.On {
		conn, err = throughProxy(ctx, g.dialer, reach.Proxy, addr, g.near)
	} else {
		conn, err = direct(ctx, network, addr)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed || g.era != era {
		if err == nil {
			_ = conn.Close()
		}
		return nil, &DialError{Address: addr}
	}
	if err != nil {
		return nil, err
	}
	c := &gateConn{Conn: conn, gate: g}
	g.open[c] = true
	return c, nil
}

// turn changes the way. What was connected, or was about to be, by the old one
// ends at once.
func (g *gate) turn(reach model.Reach) (changed bool) {
	g.mu.Lock()
	if g.closed || g.reach == reach {
		g.mu.Unlock()
		return false
	}
	g.over()
	g.era, g.over = context.WithCancel(g.life)
	g.reach, g.trouble = reach, model.ProxyWorks
	g.turns++
	open := g.open
	g.open = map[*gateConn]bool{}
	g.mu.Unlock()
	for c := range open {
		_ = c.Conn.Close()
	}
	return true
}

// now is the way, what is wrong with it, and how often it has changed.
func (g *gate) now() (reach model.Reach, trouble model.ProxyTrouble, turns int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.reach, g.trouble, g.turns
}

func (g *gate) offline() bool {
	reach, _, _ := g.now()
	return reach.Offline
}

// shut closes all connections at once, without the farewell of TLS, for which a
// dead peer would make us wait.
func (g *gate) shut() {
	g.mu.Lock()
	g.closed = true
	g.end()
	open := g.open
	g.open = map[*gateConn]bool{}
	g.mu.Unlock()
	for c := range open {
		_ = c.Conn.Close()
	}
}

// gateConn is a connection that the gate knows as long as it is open.
type gateConn struct {
	net.Conn
	gate *gate
}

func (c *gateConn) Close() error {
	c.gate.mu.Lock()
	delete(c.gate.open, c)
	c.gate.mu.Unlock()
	return c.Conn.Close()
}
