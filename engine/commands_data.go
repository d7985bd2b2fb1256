package engine

import (
	"context"

	"sotto/engine/model"
	"sotto/engine/protocol/snode"
	"sotto/store"
)

// Resume lets sending and fetching go on after a ClearNetwork that was not
// followed by removing the profile.
func (e *Engine) Resume() {
	e.inbox.put(func() {
		if c := e.core; c.silent != nil {
			c.silent = nil
			c.takeOff()
		}
	})
}

// takeOff begins a new context for what goes to and from swarms.
func (c *core) takeOff() { c.flight, c.land = context.WithCancel(c.ctx) }

// ClearNetwork asks the own swarm to delete everything that it keeps for this
// account, in every namespace: messages (0) and what devices of the account
// tell each other (2 to 5). Before that, sending and fetching end: nothing of
// this device comes after the request. Members that another one could not reach
// are asked themselves.
//
// A member counts when its signature says that it deleted (protocol/
// service-nodes.md §6). Without a single one it is an error, ReasonOffline or
// ReasonClock, and sending and fetching go on. Otherwise they stay silent:
// whoever calls this removes the profile next, or calls Resume.
//
// What others received is theirs, other devices of the account keep what they
// have, and a member that did not answer forgets within two weeks by itself, or
// a month for what is in namespaces 2 to 5.
func (e *Engine) ClearNetwork(ctx context.Context) (model.Cleared, error) {
	if err := e.silence(ctx); err != nil {
		return model.Cleared{}, err
	}
	cleared, err := e.core.clearSwarm(ctx)
	if err != nil {
		e.Resume()
	}
	return cleared, err
}

// silence is set while the engine neither sends nor fetches; quiet is closed
// when the last request has ended.
type silence struct {
	quiet  chan struct{}
	closed bool
}

func (e *Engine) silence(ctx context.Context) error {
	var s *silence
	err := e.do(ctx, func(c *core) error {
		if c.silent == nil {
			c.silent = &silence{quiet: make(chan struct{})}
			c.land()
		}
		s = c.silent
		return nil
	})
	if err != nil {
		return err
	}
	select {
	case <-s.quiet:
		return nil
	case <-ctx.Done():
		e.Resume()
		return contextError(ctx)
	case <-e.stopped:
		return model.Fail(model.ReasonInternal, "the engine has stopped", ErrClosed)
	}
}

// quieten closes quiet once nothing is on its way any more.
func (c *core) quieten() {
	if s := c.silent; s != nil && !s.closed && c.out.busy == 0 && c.out.spreads == 0 && c.files.running() == 0 && !c.poll.busy && !c.visiting() {
		s.closed = true
		close(s.quiet)
	}
}

// visiting says that a group or a community is being asked or written to.
func (c *core) visiting() bool {
	for _, g := range c.groups.active {
		if g.poll.busy || g.push.busy || g.picture.busy {
			return true
		}
	}
	for _, s := range c.communities.servers {
		if s.poll.busy {
			return true
		}
	}
	return false
}

// clearSwarm runs on the goroutine of its caller.
func (c *core) clearSwarm(ctx context.Context) (model.Cleared, error) {
	members, err := c.net.members(ctx, c.me)
	if err != nil {
		return model.Cleared{}, err
	}
	confirmed := make(map[[32]byte]bool)
	ask := func(node *snode.Node) error {
		var request snode.DeleteAllRequest
		body, err := c.net.ask(ctx, c.me, node, func(now int64) (snode.Request, error) {
			request = snode.DeleteAllRequest{Scope: snode.Everywhere, Timestamp: now}
			return &request, snode.Sign(&request, c.signer)
		})
		if err != nil {
			return err
		}
		answer, err := snode.DecodeDelete(body)
		if err != nil {
			return unusable(err)
		}
		for _, m := range answer.Members {
			if m.Failure == nil && snode.VerifyResult(&request, &m.Result, m.Node) {
				confirmed[m.Node] = true
			}
		}
		return nil
	}
	// A single member that is away can spoil all tries of one request: as its
	// destination, and as a hop of the paths to others, until those are given
	// up. Where two requests reached nobody, asking each member costs minutes
	// and helps nobody.
	for range 2 {
		if err = ask(nil); err == nil {
			break
		}
		if ctx.Err() != nil {
			return model.Cleared{}, contextError(ctx)
		}
	}
	if err != nil {
		return model.Cleared{Members: len(members)}, err
	}
	for _, node := range members {
		if ctx.Err() != nil {
			return model.Cleared{}, contextError(ctx)
		}
		if confirmed[node.Ed25519] {
			continue
		}
		if e := ask(&node); e != nil && err == nil {
			err = e
		}
	}
	cleared := model.Cleared{Members: len(members)}
	for _, node := range members {
		if confirmed[node.Ed25519] {
			cleared.Confirmed++
		}
	}
	switch {
	case cleared.Confirmed > 0:
		return cleared, nil
	case err != nil:
		return cleared, err
	}
	return cleared, fail(model.ReasonOffline, "no member of the swarm has confirmed")
}

// Destroy removes a profile that no engine has open: the key first, then
// everything it protected. Files in the folder that are not the store's stay.
func Destroy(o Options) error {
	o.defaults()
	return storeError("remove the profile", store.Destroy(o.Dir, o.Store))
}
