package transport

import (
	"context"
	"net"
	"sync"
)

// gate is the only door: every connection of the process goes through dial, and
// only to seeds and current guards.
type gate struct {
	dialer func(ctx context.Context, network, addr string) (net.Conn, error)
	seeds  map[string]bool

	mu     sync.Mutex
	guards map[string]bool
}

func newGate(dial func(context.Context, string, string) (net.Conn, error)) *gate {
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	return &gate{dialer: dial, seeds: map[string]bool{}, guards: map[string]bool{}}
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
	return g.dialer(ctx, network, addr)
}
