package transport

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

const (
	// enoughMembers is the number of cached members below which a swarm is
	// fetched again (service-nodes.md §2).
	enoughMembers = 3
	// swarmRest is the least age of a swarm that is fetched again for that.
	swarmRest = time.Minute
	// swarmReturn is the age at which a swarm is fetched again when any of its
	// members was dropped.
	swarmReturn = 10 * time.Minute
	// swarmLife is the age at which a swarm is fetched again anyway.
	swarmLife = 12 * time.Hour
	// maxSwarms bounds the cache; beyond it the oldest is forgotten.
	maxSwarms = 5000
)

// lookup is a get_swarm on its way; those who want the same wait for it.
type lookup struct {
	done chan struct{}
	err  error
}

// Swarm returns the nodes that keep an account's messages, in random order.
func (c *Client) Swarm(ctx context.Context, id identity.ID) ([]snode.Node, error) {
	ctx, done := c.join(ctx)
	defer done()
	return c.swarm(ctx, id, true)
}

func (c *Client) swarm(ctx context.Context, id identity.ID, shuffled bool) ([]snode.Node, error) {
	for asked := false; ; asked = true {
		c.mu.Lock()
		sw, now := c.k.swarms[id], c.clk.Now()
		if sw != nil && len(sw.nodes) > 0 && (asked || !sw.stale(now)) {
			members := slices.Clone(sw.nodes)
			c.mu.Unlock()
			if shuffled {
				shuffle(c.dice, members)
			}
			return members, nil
		}
		if asked {
			c.mu.Unlock()
			return nil, fmt.Errorf("%w: empty swarm", ErrUnreachable)
		}
		l := c.lookups[id]
		if l == nil {
			l = &lookup{done: make(chan struct{})}
			if !c.start(func(ctx context.Context) { c.fetchSwarm(ctx, id, l) }) {
				c.mu.Unlock()
				return nil, ErrClosed
			}
			c.lookups[id] = l
		}
		c.mu.Unlock()
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-l.done:
		}
		if l.err != nil {
			// An old list is better than none.
			c.mu.Lock()
			old := c.k.swarms[id] != nil && len(c.k.swarms[id].nodes) > 0
			c.mu.Unlock()
			if !old || errors.Is(l.err, ErrOffline) || errors.Is(l.err, ErrClosed) {
				return nil, l.err
			}
		}
	}
}

func (s *swarm) stale(now time.Time) bool {
	age := now.Sub(s.fetched)
	return age >= swarmLife ||
		age >= swarmReturn && len(s.nodes) < s.listed ||
		age >= swarmRest && len(s.nodes) < min(enoughMembers, s.listed)
}

// fetchSwarm asks a random node; it belongs to the client, not to a caller.
func (c *Client) fetchSwarm(ctx context.Context, id identity.ID, l *lookup) {
	res, err := c.ask(ctx, &snode.SwarmRequest{Pubkey: id}, Options{Attempts: 4})
	var answer *snode.SwarmAnswer
	if err == nil {
		answer, err = snode.DecodeSwarm(res.Body)
		if err != nil {
			c.strike(res.Node.Ed25519)
			err = fmt.Errorf("%w: get_swarm: %w", ErrUnreachable, err)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.lookups, id)
	if err == nil && !c.k.setSwarm(id, answer.Snodes, c.clk.Now()) {
		err = fmt.Errorf("%w: get_swarm named no usable node", ErrUnreachable)
	}
	l.err = err
	close(l.done)
}

// setSwarm takes a list of members, and says whether any can be used. A member
// that the pool has with another key is left out: one of the two is a lie.
//
// A member dropped a moment ago comes back, one failure away from being dropped
// again: paths have other nodes to go over, but a message that the rest of the
// swarm missed is nowhere else.
func (k *keeper) setSwarm(id identity.ID, members []snode.Node, now time.Time) bool {
	sw := &swarm{fetched: now}
	for i := range members {
		n := lean(members[i])
		if !acceptable(k.net, &n) || contains(sw.nodes, n.Ed25519) {
			continue
		}
		if known, ok := k.pool.nodes[n.Ed25519]; ok && known.X25519 != n.X25519 {
			continue
		}
		sw.nodes = append(sw.nodes, n)
	}
	for i := range sw.nodes {
		id := sw.nodes[i].Ed25519
		if at, ok := k.pool.dropped[id]; ok && now.Sub(at) < quarantine {
			k.pool.strikes[id] = maxStrikes - 1
		}
	}
	if len(sw.nodes) == 0 {
		return false
	}
	sw.listed = len(sw.nodes)
	if _, ok := k.swarms[id]; !ok && len(k.swarms) >= maxSwarms {
		k.forgetOldestSwarm()
	}
	k.swarms[id] = sw
	return true
}

func (k *keeper) forgetOldestSwarm() {
	var oldest identity.ID
	var at time.Time
	for id, sw := range k.swarms {
		if at.IsZero() || sw.fetched.Before(at) {
			oldest, at = id, sw.fetched
		}
	}
	delete(k.swarms, oldest)
}

// takeSwarm acts on status 421 of a node about an account: its list replaces the
// swarm when all its members are known; a list of strangers, or none, only takes
// the node out, and other nodes are asked when no member is left. The result
// says whether the list was taken.
func (c *Client) takeSwarm(account identity.ID, from key, list *snode.SwarmAnswer) bool {
	if account.IsZero() {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clk.Now()
	known := len(list.Snodes) > 0
	for i := range list.Snodes {
		n := &list.Snodes[i]
		have, ok := c.k.pool.nodes[n.Ed25519]
		known = known && ok && have.X25519 == n.X25519 && n.Ed25519 != from
	}
	if known && c.k.setSwarm(account, list.Snodes, now) {
		return true
	}
	if sw := c.k.swarms[account]; sw != nil {
		sw.nodes = slices.DeleteFunc(slices.Clone(sw.nodes), func(n snode.Node) bool { return n.Ed25519 == from })
		if len(list.Snodes) > 0 {
			// It knows something newer, so what we have may be old altogether.
			delete(c.k.swarms, account)
		}
	}
	return false
}
