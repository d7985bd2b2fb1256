package engine

import (
	"context"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/config"
	"sotto/engine/protocol/snode"
)

const (
	// pushDelay is how long a change waits for more of its kind, pushPause how
	// far apart two pushes are at least, as on official clients
	// (protocol/config-messages.md §8).
	pushDelay = 1500 * time.Millisecond
	pushPause = 5 * time.Second
	// renewEvery is how often the lives of stored configs are extended.
	renewEvery = 6 * time.Hour
	// maxObsolete bounds the hashes that one push deletes.
	maxObsolete = 500
)

// pushing decides when configs go to the swarm.
type pushing struct {
	busy     bool
	wanted   bool
	next     time.Time // not before
	attempts int
}

// hurry forgets the pause and the back-off.
func (p *pushing) hurry() { p.next, p.attempts = time.Time{}, 0 }

// idle says that nothing is on its way, and nothing but a repetition waits.
func (p *pushing) idle() bool { return !p.busy && (!p.wanted || p.attempts > 0) }

// pending counts what still has to reach the other devices.
func (p *pushing) pending() int {
	if p.busy || p.wanted {
		return 1
	}
	return 0
}

// due is when the next push may begin, zero when there is nothing to push.
func (p *pushing) due() time.Time {
	if p.busy || !p.wanted {
		return time.Time{}
	}
	return p.next
}

// pushSoon notes that a config changed.
func (c *core) pushSoon() {
	p := &c.configs.push
	p.wanted = c.configs.wantPush()
	c.view.unsynced.Store(p.wanted || p.busy)
	if len(c.poll.syncs) > 0 {
		p.hurry()
		return
	}
	if at := c.clock.Now().Add(pushDelay); p.wanted && !p.busy && p.attempts == 0 && p.next.Before(at) {
		p.next = at
	}
}

func (s *configs) wantPush() bool {
	wanted := false
	s.each(func(_ snode.Namespace, c *config.Config) {
		wanted = wanted || c.NeedsPush() || len(c.ObsoleteHashes()) > 0
	})
	return wanted && !s.unmerged
}

// beginConfigs makes the configs of an account that has none yet, and goes on
// with a push that the last run did not finish.
func (c *core) beginConfigs() {
	if !c.configs.unmerged && c.configs.profile.Seqno() == 0 {
		err := c.update(func(w *work) error {
			w.profileChanged = true
			for _, conv := range w.tx.Conversations() {
				w.mirror(conv.ID)
			}
			return nil
		})
		if err != nil {
			c.storeFailed("make the config messages", err)
		}
	}
	c.pushSoon()
}

// configPush is one config on its way to the swarm.
type configPush struct {
	config.Push
	space snode.Namespace
}

// pushIfDue sends all changed configs in one sequence: the stores, then one
// delete of everything they replace. The dumps were written before: a push that
// is lost in a crash is made again, with the same bytes.
func (c *core) pushIfDue(now time.Time) {
	p := &c.configs.push
	if p.busy || !p.wanted || c.silent != nil || p.next.After(now) || c.configs.unmerged {
		return
	}
	var list []configPush
	var obsolete []string
	err := c.update(func(w *work) error {
		list, obsolete = nil, nil
		w.configs.each(func(ns snode.Namespace, cfg *config.Config) {
			needed := cfg.NeedsPush()
			if !needed && len(cfg.ObsoleteHashes()) == 0 {
				return
			}
			push, err := cfg.Push(time.UnixMilli(int64(w.now)))
			if err != nil {
				// Too large for the network: it stays as it is here, and is said.
				c.configs.refused(c, ns, err)
				return
			}
			if !needed {
				// Another device has stored this state; what it replaces may be
				// left over all the same.
				push.Payloads = nil
			}
			list = append(list, configPush{push, ns})
			obsolete = append(obsolete, push.Obsolete...)
		})
		return nil
	})
	p.wanted = false
	if err != nil {
		c.storeFailed("keep what is to be pushed", err)
		p.wanted, p.next = true, now.Add(retryAfter[len(retryAfter)-1])
		return
	}
	if len(list) == 0 {
		return
	}
	p.busy = true
	ctx := c.flight
	c.spawn(func() {
		hashes, err := c.storeConfigs(ctx, list, obsolete)
		c.post(func() { c.pushed(list, hashes, err) })
	})
}

// refused says that a config cannot be pushed.
func (s *configs) refused(c *core, ns snode.Namespace, err error) {
	c.view.configProblem.Store(uint32(model.ReasonTooLarge))
	c.hub.emit(StatusChanged{})
	c.log.Error("a config message cannot be pushed", "namespace", int(ns), "err", err)
}

// maxStores bounds the config messages of one request, so that it stays far
// below what nodes take.
const maxStores = 15

// storeConfigs carries a push out: the stores, then one delete. It returns the
// storage hashes of each config, and runs on a worker.
func (c *core) storeConfigs(ctx context.Context, list []configPush, obsolete []string) ([][]string, error) {
	var (
		hashes = make([][]string, len(list))
		stores []snode.StoreRequest
	)
	for i, p := range list {
		for _, payload := range p.Payloads {
			r := snode.StoreRequest{Namespace: p.space, TTL: int64(configLife), Data: payload}
			r.Pubkey = c.me
			stores = append(stores, r)
			hashes[i] = append(hashes[i], snode.MessageHash(c.me, p.space, payload))
		}
	}
	for len(stores) > 0 || len(obsolete) > 0 {
		part := stores[:min(len(stores), maxStores)]
		stores = stores[len(part):]
		var gone []string
		if len(stores) == 0 {
			gone, obsolete = obsolete[:min(len(obsolete), maxObsolete)], nil
		}
		if err := c.storePart(ctx, part, gone); err != nil {
			return nil, err
		}
	}
	return hashes, nil
}

// storePart sends one sequence. A delete that fails does no harm: what it should
// have deleted ends by itself.
func (c *core) storePart(ctx context.Context, stores []snode.StoreRequest, obsolete []string) error {
	body, err := c.net.ask(ctx, c.me, nil, func(now int64) (snode.Request, error) {
		var list []snode.SignedRequest
		for _, r := range stores {
			r.Timestamp = now
			list = append(list, &r)
		}
		if len(obsolete) > 0 {
			list = append(list, &snode.DeleteRequest{Messages: obsolete})
		}
		batch := &snode.BatchRequest{Sequence: true}
		for _, r := range list {
			if err := snode.Sign(r, c.signer); err != nil {
				return nil, err
			}
			batch.Requests = append(batch.Requests, r)
		}
		return batch, nil
	})
	if err != nil {
		return err
	}
	answer, err := snode.DecodeBatch(body)
	if err != nil {
		return unusable(err)
	}
	for i := range stores {
		if i >= len(answer.Results) {
			return unusable(errBatchLength)
		}
		result := answer.Results[i]
		if err := result.Check(); err != nil {
			return statusError(err)
		}
		stored, err := snode.DecodeStore(result.Body)
		if err != nil {
			return unusable(err)
		}
		if stored.Succeeded() == 0 {
			return fail(model.ReasonOffline, "no member of the swarm took the config message")
		}
	}
	return nil
}

// pushed takes the end of a push back on the loop.
func (c *core) pushed(list []configPush, hashes [][]string, err error) {
	p := &c.configs.push
	p.busy = false
	if c.ctx.Err() != nil {
		return
	}
	now := c.clock.Now()
	if err != nil {
		p.wanted = true
		p.attempts++
		p.next = now.Add(retryAfter[min(p.attempts, len(retryAfter))-1])
		c.setProblem(model.ReasonOf(err))
		c.log.Info("configs not stored, will try again", "attempt", p.attempts, "reason", model.ReasonOf(err).String(), "err", err)
		return
	}
	p.attempts = 0
	p.next = now.Add(pushPause)
	if len(c.poll.syncs) > 0 {
		p.next = time.Time{} // what was merged meanwhile is waited for
	}
	err = c.update(func(w *work) error {
		for i, push := range list {
			if !w.configs.of(push.space).ConfirmPushed(push.Seqno, hashes[i]) {
				continue // changed meanwhile: the next poll finds it, and what follows replaces it
			}
			for _, hash := range hashes[i] {
				if err := w.markConfig(push.space, hash, seenOwn); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		c.storeFailed("keep what was pushed", err)
	}
	p.wanted = c.configs.wantPush()
	c.view.unsynced.Store(p.wanted)
	c.hub.emit(StatusChanged{})
}

// renewal returns the hashes whose lives are to be extended now: those of all
// stored configs. It may be called by a worker.
func (c *core) renewal() []string {
	list := c.view.renewal.Load()
	if list == nil {
		return nil
	}
	return *list
}

// renewed notes that a member has extended them.
func (c *core) renewed() {
	c.post(func() {
		c.configs.renewAt = c.clock.Now().Add(renewEvery)
		c.view.renewal.Store(nil)
	})
}

// planRenewal offers the hashes to the next poll when it is time.
func (c *core) planRenewal(now time.Time) {
	if c.configs.renewAt.After(now) {
		return
	}
	var hashes []string
	c.configs.each(func(_ snode.Namespace, cfg *config.Config) { hashes = append(hashes, cfg.ActiveHashes()...) })
	if len(hashes) > maxHashes {
		hashes = hashes[:maxHashes]
	}
	c.view.renewal.Store(&hashes)
}
