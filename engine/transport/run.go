package transport

import (
	"context"
	"time"
)

const (
	// seedRest is the time between two questions to the seeds that were
	// answered, however few nodes they named.
	seedRest = time.Minute
	// refreshEvery is the age at which the list is fetched anew from nodes, and
	// refreshRest the wait after that failed (service-nodes.md §1.3).
	refreshEvery = 2 * time.Hour
	refreshRest  = 10 * time.Minute
	// rotateEvery is how long the hops behind a guard stay the same.
	rotateEvery = 10 * time.Minute
	// heartbeat is the longest sleep of the maintenance.
	heartbeat = time.Minute
	// suspended is how late a timer must be for the computer to have slept.
	suspended = 30 * time.Second
	// clockJump is how far the time of day may drift from elapsed time.
	clockJump = 10 * time.Second
)

// Run keeps nodes, paths and clock until ctx ends; then all requests in flight
// end too, and nothing of the client runs any more when Run returns. It can run
// once.
func (c *Client) Run(ctx context.Context) error {
	c.mu.Lock()
	if c.closed || c.running {
		closed := c.closed
		c.mu.Unlock()
		if closed {
			return ErrClosed
		}
		return errAlreadyRuns
	}
	c.running = true
	c.start(c.tellChanges)
	c.mu.Unlock()
	defer func() {
		c.shut()
		c.tasks.Wait()
		c.mu.Lock()
		nodes, guards := c.toSave(c.clk.Now(), true)
		c.mu.Unlock()
		c.save(nodes, guards)
	}()
	c.loadCache()

	for before := c.clk.Now(); ; {
		pause := c.maintain()
		timer := c.clk.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-c.root.Done():
			timer.Stop()
			return ErrClosed
		case <-c.kick:
			timer.Stop()
		case <-timer.C():
			if late := c.clk.Now().Sub(before) - pause; late >= suspended {
				c.log.Info("timer is late, the computer may have slept", "late", late)
				c.Wake()
			}
		}
		now := c.clk.Now()
		// Round strips the monotonic reading: the difference is what the time
		// of day jumped, by sleep or by hand.
		if jump := now.Round(0).Sub(before.Round(0)) - now.Sub(before); jump.Abs() >= clockJump {
			c.log.Info("time of day jumped", "by", jump)
			c.Wake()
		}
		before = now
	}
}

// tellChanges calls Config.Changed outside all locks.
func (c *Client) tellChanges(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.notify:
			if c.cfg.Changed != nil {
				c.cfg.Changed()
			}
		}
	}
}

// maintain starts the tasks that are due and returns when to look again.
func (c *Client) maintain() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, pause := c.clk.Now(), heartbeat
	if c.gate.offline() {
		return pause // SetReach wakes it
	}
	// due says whether a time has come, and else remembers it.
	due := func(at time.Time) bool {
		if now.Before(at) {
			pause = min(pause, at.Sub(now))
			return false
		}
		return true
	}

	if !c.fetching && c.wantsSeeds() && due(c.seedNext) {
		tries := seedTries
		if c.k.down() {
			tries = 1 // a probe; the next one comes by itself
		}
		c.fetching = c.start(func(ctx context.Context) { c.fetchSeeds(ctx, tries) })
	}
	for i := range c.k.slots {
		s := &c.k.slots[i]
		if s.busy || len(c.k.pool.nodes) < minMinPool {
			continue
		}
		rotate := s.hops != nil && due(s.born.Add(rotateEvery))
		if (s.hops == nil || s.check || s.suspect || s.fails > 0 || rotate) && due(s.next) {
			s.busy = c.start(func(ctx context.Context) { c.tend(ctx, i) })
		}
	}
	if !c.refreshing && c.anyUsable() {
		at := c.k.pool.fetched.Add(refreshEvery)
		if c.k.ciphertext >= refreshAfter {
			at = now
		}
		if c.refreshNext.After(at) {
			at = c.refreshNext
		}
		if due(at) {
			c.refreshing = c.start(c.refresh)
		}
	}
	if !c.preparing && c.wantsKeys() {
		if c.inFlight.Load() == 0 {
			c.preparing = c.start(c.prepareKeys)
		} else {
			pause = min(pause, time.Second)
		}
	}
	if !c.saving && (c.k.saveGuards || c.k.savePool && due(c.savedAt.Add(saveEvery))) {
		nodes, guards := c.toSave(now, false)
		c.saving = c.start(func(context.Context) {
			c.save(nodes, guards)
			c.mu.Lock()
			c.saving = false
			c.mu.Unlock()
			c.poke()
		})
	}
	return pause
}

func (c *Client) anyUsable() bool {
	for i := range c.k.slots {
		if c.k.slots[i].usable() {
			return true
		}
	}
	return false
}

// wantsSeeds: too few nodes, no path after repeated tries, or a list that nodes
// cannot agree on.
func (c *Client) wantsSeeds() bool {
	if len(c.k.pool.nodes) < c.cfg.Network.MinPool || c.refreshFails >= refreshFailures {
		return true
	}
	if c.anyUsable() {
		return false
	}
	for i := range c.k.slots {
		if c.k.slots[i].tries >= 2 {
			return true
		}
	}
	return false
}
