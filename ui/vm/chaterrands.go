package vm

import (
	"context"
	"sync"
	"time"

	"sotto/engine/model"
	"sotto/internal/clock"
)

// errands are the commands of one conversation that must reach the engine in
// the order in which they were given, and also when the screen was left
// meanwhile: sending, saving the draft. One runs at a time.
type errands struct {
	mu    sync.Mutex
	queue []errand
	busy  bool
}

type errand struct {
	do    func(context.Context)
	draft bool // a later draft takes its place while it waits
}

// add appends an errand. ctx is the screen's: its values stay, its end does not
// count.
func (q *errands) add(ctx context.Context, e errand) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if n := len(q.queue); e.draft && n > 0 && q.queue[n-1].draft {
		q.queue[n-1] = e
		return
	}
	running.add(1)
	q.queue = append(q.queue, e)
	if !q.busy {
		q.busy = true
		go q.run(context.WithoutCancel(ctx))
	}
}

func (q *errands) run(ctx context.Context) {
	for {
		q.mu.Lock()
		if len(q.queue) == 0 {
			q.busy = false
			q.mu.Unlock()
			return
		}
		e := q.queue[0]
		q.queue = q.queue[1:]
		q.mu.Unlock()
		e.do(ctx)
		running.add(-1)
	}
}

// counter tells when it is back at zero.
type counter struct {
	mu   sync.Mutex
	n    int
	zero chan struct{}
}

var running counter

func (c *counter) add(by int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == 0 {
		c.zero = make(chan struct{})
	}
	if c.n += by; c.n == 0 {
		close(c.zero)
	}
}

func (c *counter) wait(ctx context.Context) error {
	c.mu.Lock()
	n, zero := c.n, c.zero
	c.mu.Unlock()
	if n == 0 {
		return nil
	}
	select {
	case <-zero:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// FinishErrands waits until everything that left conversations had begun to
// send or to save is in the store. Call it before the engine is closed.
func FinishErrands(ctx context.Context) error { return running.wait(ctx) }

// drafts are those on their way to the store. A conversation that is opened again
// at once has to show what was typed in it, however slow the disk is.
type drafts struct {
	mu   sync.Mutex
	last map[draftOf]model.Draft
}

type draftOf struct {
	engine ChatEngine
	conv   model.ConversationID
}

var underway = drafts{last: make(map[draftOf]model.Draft)}

func (u *drafts) set(e ChatEngine, conv model.ConversationID, d model.Draft) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.last[draftOf{e, conv}] = d
}

// stored forgets a draft, unless a later one is on its way.
func (u *drafts) stored(e ChatEngine, conv model.ConversationID, d model.Draft) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if key := (draftOf{e, conv}); sameDraft(u.last[key], d) {
		delete(u.last, key)
	}
}

// of returns the draft of a conversation that is on its way.
func (u *drafts) of(e ChatEngine, conv model.ConversationID) (model.Draft, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	d, ok := u.last[draftOf{e, conv}]
	return d, ok
}

// chatAfter runs f on the interface's goroutine after a while, unless the
// screen is left or stop is called before.
func chatAfter(desk Desk, clk clock.Clock, d time.Duration, f func()) (stop func()) {
	ctx, cancel := context.WithCancel(desk.Context())
	timer := clk.NewTimer(d)
	go func() {
		defer timer.Stop()
		select {
		case <-timer.C():
			desk.Post(func() {
				if ctx.Err() == nil {
					cancel()
					f()
				}
			})
		case <-ctx.Done():
		}
	}()
	return cancel
}
