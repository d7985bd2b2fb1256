package engine

import (
	"context"

	"sotto/engine/model"
)

// SyncResult counts what a Sync has done.
type SyncResult struct {
	Received int // messages that are new here
	Sent     int // messages that reached their swarm
	Pending  int // outbox rows, config messages and pictures that still wait
}

// syncCall is one Sync that is under way.
type syncCall struct {
	received, sent int // counters at its beginning
	asked, polled  bool
	groups         int // polls of groups that are not over yet
	err            error
	done           chan SyncResult
}

// Sync asks two members of the own swarm for everything that is new, delivers
// what the outbox can deliver now, tells the other devices what has changed here,
// and returns when all is done. The error is
// that of the poll (ReasonOffline); the counts hold also then.
func (e *Engine) Sync(ctx context.Context) (SyncResult, error) {
	var call *syncCall
	err := e.do(ctx, func(c *core) error {
		call = &syncCall{received: c.poll.received, sent: c.out.sent, done: make(chan SyncResult, 1)}
		c.poll.syncs = append(c.poll.syncs, call)
		c.out.hurry()
		c.files.hurry()
		c.configs.push.hurry()
		c.pictures.hurry()
		for _, g := range c.groups.active {
			g.push.hurry()
			g.picture.hurry()
		}
		return nil
	})
	if err != nil {
		return SyncResult{}, err
	}
	select {
	case r := <-call.done:
		return r, call.err
	case <-ctx.Done():
		return SyncResult{}, contextError(ctx)
	case <-e.stopped:
		return SyncResult{}, model.Fail(model.ReasonInternal, "the engine has stopped", ErrClosed)
	}
}

// waiting returns the calls for which no poll has begun.
func (p *poller) waiting() []*syncCall {
	var calls []*syncCall
	for _, call := range p.syncs {
		if !call.asked {
			calls = append(calls, call)
		}
	}
	return calls
}

// finishSync answers the calls whose poll is over, once neither the outbox nor
// the configs have anything left that could go out now.
func (c *core) finishSync() {
	if len(c.poll.syncs) == 0 || !c.out.idle(c.clock.Now()) || !c.uploadsIdle(c.clock.Now()) || !c.configs.push.idle() || !c.pictures.upload.idle() || !c.groupPicturesIdle() || !c.groupsIdle() || !c.serversIdle() {
		return
	}
	var rest []*syncCall
	for _, call := range c.poll.syncs {
		if !call.polled || call.groups > 0 {
			rest = append(rest, call)
			continue
		}
		call.done <- SyncResult{
			Received: c.poll.received - call.received,
			Sent:     c.out.sent - call.sent,
			Pending:  c.out.len() + c.configs.push.pending() + c.pictures.upload.pending() + c.groupPicturesPending() + c.groupsPending(),
		}
	}
	c.poll.syncs = rest
}
