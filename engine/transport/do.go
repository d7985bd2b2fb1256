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
	// maxMoves bounds how often one request follows a moved swarm.
	maxMoves = 3
	// maxDetours is how many nodes may be skipped because the only path cannot
	// reach them.
	maxDetours = 3
	// clockSources is how many nodes are asked for the time after a refusal.
	clockSources = 3
)

// Do brings a request to a member of the account's swarm. Other members are
// tried when one fails, the swarm is followed when it moved (421), and after a
// refused time (406, 425) the clock is corrected, once, and the request built
// anew (service-nodes.md §7, §9).
//
// A 2xx status has a nil error. A final refusal (400, 401, 403, 404 …) has the
// result and a *RejectedError. Within a batch only 421, 406 and 425 are acted
// upon; other codes are the caller's. Else the error is ErrOffline,
// ErrUnreachable, ErrClock, what build returned, or the cause of ctx.
func (c *Client) Do(ctx context.Context, account identity.ID, build Build, o Options) (Result, error) {
	tried := map[key]int{}
	return c.call(ctx, callPlan{
		account: account,
		pick: func(ctx context.Context) (snode.Node, error) {
			members, err := c.swarm(ctx, account, false)
			if err != nil {
				return snode.Node{}, err
			}
			n := c.fewest(members, tried)
			tried[n.Ed25519]++
			return n, nil
		},
		build: build,
		o:     o,
	})
}

// DoAt brings a request about account to one given member of its swarm, as Do.
// When that node is no member any more the error is ErrMoved: ask Swarm again.
func (c *Client) DoAt(ctx context.Context, account identity.ID, node snode.Node, build Build, o Options) (Result, error) {
	if !acceptable(&c.cfg.Network, &node) {
		return Result{}, fmt.Errorf("%w: not a usable node", ErrUnreachable)
	}
	return c.call(ctx, callPlan{
		account: account,
		pick:    func(context.Context) (snode.Node, error) { return node, nil },
		build:   build,
		o:       o,
		fixed:   true,
	})
}

// ask brings a request that any node can answer to random nodes.
func (c *Client) ask(ctx context.Context, req snode.Request, o Options) (Result, error) {
	tried := map[key]int{}
	return c.call(ctx, callPlan{
		pick: func(ctx context.Context) (snode.Node, error) {
			if _, err := c.awaitRoute(ctx, nil, nobodys, false); err != nil {
				return snode.Node{}, err
			}
			c.mu.Lock()
			n, ok := c.k.stranger(func(n *snode.Node) bool { return tried[n.Ed25519] == 0 })
			c.mu.Unlock()
			if !ok {
				return snode.Node{}, fmt.Errorf("%w: no more nodes to ask", ErrUnreachable)
			}
			tried[n.Ed25519]++
			return n, nil
		},
		build: func(int64) (snode.Request, error) { return req, nil },
		o:     o,
	})
}

// callPlan is one request and where it may go.
type callPlan struct {
	account identity.ID // zero: about nobody, 421 has no meaning
	pick    func(context.Context) (snode.Node, error)
	build   Build
	o       Options
	fixed   bool // always the same node
}

func (o Options) withDefaults(timeout time.Duration) Options {
	if o.Attempts <= 0 {
		o.Attempts = 3
	}
	if o.Timeout <= 0 {
		o.Timeout = timeout
	}
	if o.Pause <= 0 {
		o.Pause = 100 * time.Millisecond
	}
	return o
}

// call is the loop of tries.
func (c *Client) call(ctx context.Context, p callPlan) (Result, error) {
	ctx, done := c.join(ctx)
	defer done()
	o := p.o.withDefaults(10 * time.Second)
	last, moves, detours, refused := nobodys, 0, 0, 0
	pause := o.Pause
	for try := 1; ; {
		node, err := p.pick(ctx)
		if err != nil {
			return Result{}, err
		}
		req, err := p.build(c.Now())
		if err != nil {
			return Result{}, err
		}
		res, err := c.tryNode(ctx, &node, req, o.Timeout, &last, p.fixed || detours >= maxDetours)
		if errors.Is(err, errNoDetour) && !p.fixed && detours < maxDetours {
			detours++ // somebody else will do
			continue
		}
		switch v := verdictOf(req, &res, err); v.what {
		case done2xx:
			c.mu.Lock()
			c.k.clear(node.Ed25519)
			c.mu.Unlock()
			return res, nil
		case final:
			return res, v.err
		case clockRefused:
			if refused++; refused > 1 {
				// Others agree with our time, so it may be this node's.
				c.strike(node.Ed25519)
				switch {
				case p.fixed:
					return Result{}, fmt.Errorf("%w: the node's clock is wrong", ErrUnreachable)
				case refused > 2:
					return Result{}, ErrClock
				}
				continue
			}
			c.log.Info("node refuses the time", "node", short(node.Ed25519), "offset", c.ClockOffset())
			if err := c.correctClock(ctx, node.Ed25519); err != nil {
				return Result{}, err
			}
			continue
		case moved:
			moves++
			known := c.takeSwarm(p.account, node.Ed25519, v.swarm)
			c.log.Debug("swarm moved", "node", short(node.Ed25519), "known", known)
			if p.fixed {
				return Result{}, ErrMoved
			}
			if moves <= maxMoves {
				continue
			}
			err = ErrMoved
		case destinationFailed:
			c.strike(node.Ed25519)
			err = v.err
		case pathLost:
			err = v.err
		}
		if try++; try > o.Attempts {
			return Result{}, fmt.Errorf("%w: %w", ErrUnreachable, err)
		}
		c.log.Debug("request failed, trying again", "method", req.Method(), "node", short(node.Ed25519), "try", try, "err", err)
		if err := c.sleep(ctx, pause); err != nil {
			return Result{}, err
		}
		pause *= 2
	}
}

// tryNode is one try at one node. last is the slot of the try before, and then
// of this one.
func (c *Client) tryNode(ctx context.Context, node *snode.Node, req snode.Request, timeout time.Duration, last *int, patient bool) (Result, error) {
	r, err := c.awaitRoute(ctx, &node.Ed25519, *last, patient)
	if err != nil {
		return Result{}, err
	}
	*last = r.slot
	rep, err := c.exchange(ctx, r, nodeDestination(node), snode.Encode(req), timeout)
	c.judge(r, &node.Ed25519, rep, err)
	if err != nil && !errors.Is(err, errUnproven) {
		return Result{}, err
	}
	res := Result{Node: *node, Status: rep.Status, Body: rep.Body}
	if err == nil && rep.RefusedBy > 0 {
		return res, &tryError{fault{blame: nobody, err: &RejectedError{Status: rep.Status}}}
	}
	if err == nil && rep.Status == snode.StatusOK {
		c.readClock(node.Ed25519, rep, timed(req, rep.Body))
	}
	return res, nil
}

// timed is the part of an answer that has the node's clock: a batch has it in
// its results.
func timed(req snode.Request, body []byte) []byte {
	if _, ok := req.(*snode.BatchRequest); ok {
		if b, err := snode.DecodeBatch(body); err == nil && len(b.Results) > 0 {
			return b.Results[0].Body
		}
	}
	return body
}

// outcome is what to do with an answer.
type outcome uint8

const (
	done2xx           outcome = iota
	final                     // an error for the caller
	clockRefused              // correct the clock, build again
	moved                     // another swarm
	destinationFailed         // one more failure of the node; try another
	pathLost                  // judged already; try again
)

type verdict struct {
	what  outcome
	swarm *snode.SwarmAnswer // for moved
	err   error
}

// verdictOf reads status and body (onion-requests.md §9.2).
func verdictOf(req snode.Request, res *Result, err error) verdict {
	var failed *tryError
	switch {
	case err == nil:
	case errors.As(err, &failed), errors.Is(err, errNoDetour):
		return verdict{what: pathLost, err: err}
	default:
		return verdict{what: final, err: err}
	}
	if _, ok := req.(*snode.BatchRequest); ok && res.Status == snode.StatusOK {
		return verdictOfBatch(res.Body)
	}
	return verdictOfStatus(res.Status, res.Body)
}

func verdictOfBatch(body []byte) verdict {
	b, err := snode.DecodeBatch(body)
	if err != nil {
		return verdict{what: destinationFailed, err: err}
	}
	for i := range b.Results {
		switch code := b.Results[i].Code; {
		case code == snode.StatusWrongSwarm, snode.IsClock(code):
			return verdictOfStatus(code, b.Results[i].Body)
		}
	}
	return verdict{what: done2xx}
}

func verdictOfStatus(status int, body []byte) verdict {
	var wrong *snode.WrongSwarmError
	var refused *snode.RPCError
	err := snode.CheckStatus(status, body)
	switch {
	case err == nil:
		return verdict{what: done2xx}
	case errors.As(err, &wrong):
		return verdict{what: moved, swarm: wrong.Swarm, err: err}
	case snode.IsClock(status):
		return verdict{what: clockRefused, err: err}
	case status == snode.StatusRateLimited || status >= 500 || status < 400:
		return verdict{what: destinationFailed, err: err}
	case errors.As(err, &refused):
		return verdict{what: final, err: &RejectedError{Status: status, Text: refused.Text}}
	}
	return verdict{what: final, err: &RejectedError{Status: status}}
}

// correctClock asks other nodes for the time after one refused ours.
func (c *Client) correctClock(ctx context.Context, not key) error {
	c.time.forget()
	results := make(chan error, clockSources)
	c.mu.Lock()
	list := c.k.pool.candidates(c.dice, clockSources, func(n *snode.Node) bool { return n.Ed25519 != not })
	c.mu.Unlock()
	for _, n := range list {
		go func() {
			last := nobodys
			res, err := c.tryNode(ctx, &n, &snode.InfoRequest{}, testTimeout, &last, true)
			if err == nil && res.Status != snode.StatusOK {
				err = &RejectedError{Status: res.Status}
			}
			results <- err
		}()
	}
	good := 0
	var last error
	for range list {
		if err := <-results; err == nil {
			good++
		} else {
			last = err
		}
	}
	switch {
	case good > 0:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(last, ErrOffline):
		return last
	}
	return ErrClock
}

// fewest is a random one of the members that were tried least and failed least.
func (c *Client) fewest(members []snode.Node, tried map[key]int) snode.Node {
	shuffle(c.dice, members)
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.MinFunc(members, func(a, b snode.Node) int {
		if d := tried[a.Ed25519] - tried[b.Ed25519]; d != 0 {
			return d
		}
		return c.k.pool.strikes[a.Ed25519] - c.k.pool.strikes[b.Ed25519]
	})
}
