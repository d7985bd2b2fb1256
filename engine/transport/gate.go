package transport

import (
	"context"
	"net"
	"sync"
	"time"
)

// dialTimeout ends connection attempts. The HTTP transport keeps them going
// after the request that wanted them gave up, so they need a limit of their own.
const dialTimeout = 15 * time.Second

// gate is the only door: every connection of the process goes through dial, and
// only to seeds and current guards. The back door, dialOut, is for pages whose
// links the user has asked to be previewed (Client.Web).
type gate struct {
	dialer func(ctx context.Context, network, addr string) (net.Conn, error)
	seeds  map[string]bool // set while the client is made, not after
	life   context.Context // ends all attempts
	end    context.CancelFunc

	mu     sync.Mutex
	guards map[string]bool
	open   map[*gateConn]bool
	closed bool
}

func newGate(dial func(context.Context, string, string) (net.Conn, error)) *gate {
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	g := &gate{dialer: dial, seeds: map[string]bool{}, guards: map[string]bool{}, open: map[*gateConn]bool{}}
	g.life, g.end = context.WithCancel(context.Background())
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
	ok := !g.closed && (g.seeds[addr] || g.guards[addr])
	g.mu.Unlock()
	if !ok {
		return nil, &DialError{Address: addr}
	}
	return g.dialOut(ctx, network, addr)
}

// dialOut dials whatever it is told, unless the gate is shut.
func (g *gate) dialOut(ctx context.Context, network, addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	defer context.AfterFunc(g.life, cancel)()
	conn, err := g.dialer(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	c := &gateConn{Conn: conn, gate: g}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		_ = conn.Close()
		return nil, &DialError{Address: addr}
	}
	g.open[c] = true
	return c, nil
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
