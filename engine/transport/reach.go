package transport

import (
	"context"
	"errors"
	"time"

	"sotto/engine/model"
)

// slowProxy is how much longer everything may take through a proxy, which may
// be Tor with three relays of its own.
const slowProxy = 2

// SetReach changes how the network is reached. Connections of the old way end
// at once, and so do requests on them; they are tried again by the new one.
// While a proxy is set nothing is dialled but its address, and names are left
// for it to look up; while Reach.Offline is set nothing is dialled at all.
func (c *Client) SetReach(r model.Reach) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || !c.gate.turn(r) {
		return
	}
	c.wake()
	c.k.seedFailed = false
	for i := range c.k.slots {
		s := &c.k.slots[i]
		s.suspect, s.pending = false, nil
	}
	c.settle()
}

// CheckProxy finds out whether a proxy leads to the network: it asks the seeds
// through it, whatever way is set, and returns how long the first valid answer
// took. Nothing else is dialled than the proxy. The error is ErrWorkOffline, a
// *ProxyError, or the cause of ctx.
func (c *Client) CheckProxy(ctx context.Context, p model.Proxy) (time.Duration, error) {
	if c.gate.offline() {
		return 0, ErrWorkOffline
	}
	ctx, done := c.join(ctx)
	defer done()
	p.On = true
	own := newGate(c.cfg.Dial, model.Reach{Proxy: p})
	own.near = c.gate.near
	defer own.shut()
	var seeds []*seedLink
	for _, s := range c.cfg.Network.Seeds {
		l, err := c.newSeedLink(own, s)
		if err != nil {
			return 0, err
		}
		seeds = append(seeds, l)
	}
	begin := c.clk.Now()
	_, err := c.askSeeds(ctx, seeds, seedTimeout*slowProxy)
	_, trouble, _ := own.now()
	switch {
	case err == nil:
		return c.clk.Now().Sub(begin), nil
	case ctx.Err() != nil:
		return 0, context.Cause(ctx)
	case trouble != model.ProxyWorks:
		return 0, &ProxyError{trouble, err}
	case errors.Is(err, ErrPinMismatch), errors.Is(err, ErrCertificate), errors.Is(err, ErrSeedAnswer):
		return 0, &ProxyError{model.ProxyLies, err}
	}
	return 0, &ProxyError{model.ProxyCutOff, err}
}

// patient is a time limit as the way there needs it.
func (c *Client) patient(d time.Duration) time.Duration {
	if reach, _, _ := c.gate.now(); reach.Proxy.On {
		return d * slowProxy
	}
	return d
}
