package transport

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
)

// errNoDetour: the paths that stand all contain the destination and no node can
// take its place.
var errNoDetour = errors.New("transport: no path around the destination")

// routeWait is how long a request waits for the first path.
const routeWait = 30 * time.Second

// reply is an answer to one try.
type reply struct {
	*onion.Answer
	sent, received time.Time
}

// tryError is a try that failed on the way.
type tryError struct{ fault fault }

func (e *tryError) Error() string { return "transport: " + e.fault.err.Error() }
func (e *tryError) Unwrap() error { return e.fault.err }

// awaitRoute picks a path around dest (nil for a server); while none stands yet
// it waits for one. Offline it fails at once. When dest is the guard of the only
// path, a patient caller waits for the other; one that may as well ask somebody
// else gets errNoDetour.
func (c *Client) awaitRoute(ctx context.Context, dest *key, last int, patient bool) (route, error) {
	var limit <-chan time.Time
	for {
		c.mu.Lock()
		r, ok := c.k.route(dest, last)
		down, usable, building := c.k.down() || c.gate.offline(), c.anyUsable(), c.k.building()
		changed, closed := c.changed, c.closed
		c.mu.Unlock()
		switch {
		case closed:
			return route{}, ErrClosed
		case ctx.Err() != nil:
			return route{}, context.Cause(ctx)
		case down:
			return route{}, ErrOffline
		case ok:
			return r, nil
		case usable && !(patient && building):
			return route{}, errNoDetour
		}
		if limit == nil {
			timer := c.clk.NewTimer(routeWait)
			defer timer.Stop()
			limit = timer.C()
		}
		select {
		case <-changed:
		case <-limit:
			return route{}, ErrOffline
		case <-ctx.Done():
			return route{}, context.Cause(ctx)
		}
	}
}

// exchange brings a payload over a route and opens the answer; it judges
// nobody. The error is a *tryError, or the caller's own (gave up, too large).
func (c *Client) exchange(ctx context.Context, r route, dest onion.Destination, payload []byte, timeout time.Duration) (reply, error) {
	_, _, turns := c.gate.now()
	ctx, cancel := withTimeout(ctx, c.clk, c.patient(timeout))
	defer cancel()
	c.inFlight.Add(1)
	defer c.inFlight.Add(-1)

	hops := r.hops
	if r.direct {
		hops = nil
	}
	req, err := onion.Build(layers(hops), dest, payload, onion.Options{Rand: c.cfg.Rand, Keys: c.keys})
	if err != nil {
		return reply{}, fmt.Errorf("build onion request: %w", err)
	}
	defer req.Zero()
	c.mu.Lock()
	l := c.linkTo(&r.hops[0])
	c.mu.Unlock()

	sent := c.clk.Now()
	status, body, err := l.post(ctx, req.Body)
	received := c.clk.Now()
	if err != nil {
		var failed *linkError
		var refused *DialError
		_, _, later := c.gate.now()
		switch {
		case later != turns && ctx.Err() == nil:
			// The way there was changed: nobody's fault.
			return reply{}, &tryError{fault{blame: nobody, err: err}}
		case errors.As(err, &failed):
			return reply{}, &tryError{fault{blame: failed.blame, err: err}}
		case errors.As(err, &refused):
			return reply{}, &tryError{fault{blame: nobody, err: err}}
		}
		return reply{}, err
	}
	if status == 200 {
		answer, err := req.OpenAnswer(body)
		if err != nil {
			return reply{}, &tryError{fault{blame: silentPath, err: err}}
		}
		return reply{answer, sent, received}, nil
	}
	_, toServer := dest.(onion.ServerDestination)
	perr := onion.ParsePathError(status, body, toServer)
	if !toServer && (perr.Kind == onion.WrongSwarm || perr.Kind == onion.OwnClock) {
		// The destination's status on the outside. Nothing proves that it was
		// the destination, and those who act on it must check.
		return reply{&onion.Answer{Status: status, Body: body}, sent, received}, errUnproven
	}
	if perr.Kind == onion.TooLarge {
		return reply{}, onion.ErrTooLarge
	}
	return reply{}, &tryError{faultOf(perr)}
}

// errUnproven comes with a reply that is not authentic.
var errUnproven = errors.New("transport: answer is not authentic")

// judge applies the outcome of an exchange to paths and nodes.
func (c *Client) judge(r route, dest *key, rep reply, err error) {
	var failed *tryError
	switch {
	case err == nil && rep.RefusedBy > 0:
		c.blame(r, dest, fault{blame: strikePath, err: fmt.Errorf("hop %d refused with status %d", rep.RefusedBy, rep.Status)})
	case err == nil:
		c.mu.Lock()
		defer c.mu.Unlock()
		if s := c.k.slotOf(r); s != nil {
			s.latency = rep.received.Sub(rep.sent)
		}
		if c.k.answered(r, c.clk.Now()) {
			c.settle()
		} else if c.wantsKeys() {
			c.poke()
		}
	case errors.As(err, &failed):
		c.blame(r, dest, failed.fault)
	}
}

func (c *Client) blame(r route, dest *key, f fault) {
	if f.blame == nobody {
		return
	}
	c.log.Debug("path failed", "guard", short(r.hops[0].Ed25519), "err", f.err)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.k.failed(r, dest, f, c.clk.Now())
	c.settle()
}

// strike counts a failure of a destination that answered with one.
func (c *Client) strike(id key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.k.strike(id, c.clk.Now())
	c.settle()
}

// short names a node in logs; nodes are public.
func short(id key) string { return fmt.Sprintf("%x", id[:4]) }

func nodeDestination(n *snode.Node) onion.NodeDestination {
	return onion.NodeDestination{Node: onion.Node{Ed25519: n.Ed25519, X25519: n.X25519}}
}

// readClock takes the node's time out of an authentic answer.
func (c *Client) readClock(node key, rep reply, body []byte) {
	if info, err := snode.DecodeInfo(body); err == nil && info.T > 0 {
		was := c.time.Offset()
		c.time.sample(node, info.T, rep.sent, rep.received)
		if now := c.time.Offset(); (was.Abs() >= clockWrong) != (now.Abs() >= clockWrong) {
			c.log.Warn("this computer's clock", "offset", now)
			c.mu.Lock()
			c.settle()
			c.mu.Unlock()
		}
	}
}
