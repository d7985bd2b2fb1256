package transport

import (
	"context"

	"sotto/engine/protocol/onion"
)

// Keys made ahead while nothing is to be done: for each hop of a standing path
// keys agreed with it, and pairs without a partner for destinations. A request
// then costs no asymmetric cryptography for its hops and one operation for its
// destination.
const (
	hopKeys  = 16
	pairKeys = 32
)

// wantsKeys says that a stock is half used. The caller holds mu.
func (c *Client) wantsKeys() bool {
	if !c.anyUsable() {
		return false
	}
	if c.keys.Pairs() < pairKeys/2 {
		return true
	}
	for i := range c.k.slots {
		for _, n := range c.k.slots[i].hops {
			if c.keys.Bound(n.X25519) < hopKeys/2 {
				return true
			}
		}
	}
	return false
}

// prepareKeys fills the stocks.
func (c *Client) prepareKeys(ctx context.Context) {
	c.mu.Lock()
	var recipients [][32]byte
	for i := range c.k.slots {
		for _, n := range c.k.slots[i].hops {
			recipients = append(recipients, n.X25519)
			c.prepared[n.X25519] = true
		}
	}
	c.mu.Unlock()
	for _, to := range recipients {
		if ctx.Err() != nil {
			break
		}
		if err := c.keys.Prepare(to, hopKeys); err != nil {
			// A node with an impossible key: the next request to it fails, too,
			// and takes it off its path.
			c.log.Debug("no key for a hop", "err", err)
		}
	}
	for ctx.Err() == nil && c.keys.Pairs() < pairKeys {
		pair, err := onion.NewKeyPair(c.cfg.Rand)
		if err != nil {
			c.log.Warn("no key pair", "err", err)
			break
		}
		c.keys.AddPair(pair)
	}
	c.mu.Lock()
	c.preparing = false
	// A path may have changed meanwhile; settle drops what nobody needs.
	c.settle()
	c.mu.Unlock()
}
