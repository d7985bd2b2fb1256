package transport

import (
	"context"
	"errors"
	"time"

	"sotto/engine/protocol/snode"
)

const (
	// testTimeout bounds one question while a path is tested.
	testTimeout = 10 * time.Second
	// maxTrials is how many tests over one guard may fail, one after the other,
	// before the guard is given up though others are found guilty: it might
	// refuse until its friends are chosen.
	maxTrials = 6
)

// tend builds, tests or renews the path of a slot.
func (c *Client) tend(ctx context.Context, i int) {
	c.mu.Lock()
	s := &c.k.slots[i]
	r := route{slot: i, hops: s.hops, trial: s.hops == nil}
	if !s.check && !s.suspect && s.fails == 0 {
		r.trial = true // nothing is wrong with it, it is only old
	}
	if r.trial {
		hops, ok := c.k.begin(i)
		if !ok {
			s.busy, s.next, s.born = false, c.clk.Now().Add(5*time.Second), c.clk.Now()
			c.settle()
			c.mu.Unlock()
			return
		}
		r.hops = hops
	}
	r.epoch, r.heard = s.epoch, s.heard
	s.woken = false
	c.settle()
	c.mu.Unlock()

	ok := c.testPath(ctx, r)

	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clk.Now()
	s.busy, s.trial = false, nil
	switch {
	case ok:
		s.tries, s.next = 0, time.Time{}
		if r.trial {
			c.k.stand(i, r.hops, now)
			c.log.Debug("path stands", "guard", short(r.hops[0].Ed25519))
		}
	case r.trial && s.hops != nil:
		s.born = now // the old one is still good; try again in a while
	case s.woken:
		s.tries, s.next = 0, time.Time{}
	default:
		s.tries++
		s.next = now.Add(c.dice.about(retest(s.tries, s.suspect)))
		if s.tries >= maxTrials && !s.suspect && s.hasGuard {
			c.k.drop(s.guard.Ed25519, now)
		}
	}
	c.settle()
}

// retest is the pause before the next test: none after the first failure, since
// another path may well work; longer when it is the network that is silent.
func retest(tries int, suspect bool) time.Duration {
	switch {
	case suspect:
		return backOff(tries, time.Second, 30*time.Second)
	case tries <= 1:
		return 0
	}
	return backOff(tries-1, 250*time.Millisecond, 10*time.Second)
}

// testPath asks a random node for its time over the whole path
// (onion-requests.md §8). When that fails without a name it finds out who is
// at fault, hop by hop.
func (c *Client) testPath(ctx context.Context, r route) bool {
	target, ok := c.anyOff(r.hops)
	if !ok {
		// Nobody left to ask: the last hop answers itself.
		return c.probe(ctx, r, r.hops[:len(r.hops)-1], &r.hops[len(r.hops)-1]) == nil
	}
	err := c.probe(ctx, r, r.hops, &target)
	if err == nil {
		return true
	}
	var failed *tryError
	if !errors.As(err, &failed) || ctx.Err() != nil {
		return false
	}
	switch f := failed.fault; f.blame {
	case nobody, silentGuard, noHost, noRoute:
		c.blame(r, nil, f)
		return false
	case dropNode, strikeNode:
		if f.node == target.Ed25519 || contains(tail(r.hops), f.node) {
			c.blame(r, &target.Ed25519, f)
			return false
		}
	}
	for n := range r.hops {
		err := c.probe(ctx, r, r.hops[:n], &r.hops[n])
		if err == nil {
			continue
		}
		if !errors.As(err, &failed) || ctx.Err() != nil {
			return false
		}
		if n == 0 || failed.fault.blame == silentGuard || failed.fault.blame == noHost || failed.fault.blame == noRoute {
			f := failed.fault
			if f.blame == silentPath {
				f.blame = silentGuard // no hop had a part in it
			}
			c.blame(r, nil, f)
		} else {
			c.guilty(r, r.hops[n].Ed25519)
		}
		return false
	}
	c.strike(target.Ed25519) // the path is fine
	return true
}

// probe asks a node for its time over a part of the path; with no hops, the
// guard itself.
func (c *Client) probe(ctx context.Context, r route, hops []snode.Node, target *snode.Node) error {
	part := r
	part.hops = hops
	if len(hops) == 0 {
		part.hops, part.direct = r.hops[:1], true
	}
	rep, err := c.exchange(ctx, part, nodeDestination(target), snode.Encode(&snode.InfoRequest{}), testTimeout)
	if err != nil {
		return err
	}
	if rep.RefusedBy > 0 || rep.Status != snode.StatusOK {
		return &tryError{fault{blame: strikePath, err: &RejectedError{Status: rep.Status}}}
	}
	c.readClock(target.Ed25519, rep, rep.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.k.clear(target.Ed25519)
	if s := c.k.slotOf(r); s != nil && len(hops) == len(r.hops) {
		s.latency = rep.received.Sub(rep.sent)
	}
	if c.k.answered(part, c.clk.Now()) {
		c.settle()
	}
	return nil
}

// guilty takes a hop that a test found out off its path.
func (c *Client) guilty(r route, id key) {
	c.log.Debug("hop does not work", "guard", short(r.hops[0].Ed25519), "hop", short(id))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.k.strike(id, c.clk.Now())
	if s := c.k.slotOf(r); s != nil && contains(tail(s.hops), id) {
		c.k.patch(r.slot, id)
	}
	c.settle()
}

// anyOff is a random node that is not among hops.
func (c *Client) anyOff(hops []snode.Node) (snode.Node, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.k.pool.candidates(c.dice, 1, func(n *snode.Node) bool { return !contains(hops, n.Ed25519) })
	if len(list) == 0 {
		return snode.Node{}, false
	}
	return list[0], true
}
