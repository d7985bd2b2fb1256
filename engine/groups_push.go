package engine

import (
	"bytes"
	"context"
	"io"
	"slices"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/config"
	"sotto/engine/protocol/group"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
	"sotto/store"
)

const (
	// groupPushPause is how far apart two pushes of a group are at least.
	groupPushPause = 2 * time.Second
	// groupRetryPause is the same after one that failed (protocol/groups.md §7).
	groupRetryPause = 15 * time.Second
	// invitePause is how long the outcome of one invitation waits for others.
	invitePause = 1500 * time.Millisecond
)

// groupPush decides when an admin's device writes to the swarm of a group: one
// job at a time.
type groupPush struct {
	busy     bool
	next     time.Time // not before
	attempts int
	// keyStored says that the pending key is in the swarm, though not seen there
	// yet.
	keyStored bool
	idle      bool // nothing is left to do; set by tendGroup
	// removed are members whose removal was decided, sending those to whom this
	// device has an invitation or promotion to send; queued of them are in the
	// outbox.
	removed []config.Member
	sending []model.ID
	queued  map[model.ID]bool
}

func (p *groupPush) hurry() { p.next, p.attempts = time.Time{}, 0 }

func (p *groupPush) due() time.Time {
	if p.busy || p.idle || p.next.IsZero() {
		return time.Time{}
	}
	return p.next
}

// groupsIdle says that no group has anything left to write but what failed.
func (c *core) groupsIdle() bool {
	for _, g := range c.groups.active {
		if g.poll.busy || len(g.poll.calls) > 0 || g.push.busy || !g.push.idle && g.push.attempts == 0 {
			return false
		}
	}
	return true
}

// groupsPending counts groups that have something to write.
func (c *core) groupsPending() int {
	n := 0
	for _, g := range c.groups.active {
		if g.push.busy || !g.push.idle {
			n++
		}
	}
	return n
}

// tendGroups does what is due in groups: polls, pushes, removals, invitations.
func (c *core) tendGroups(now time.Time) {
	for _, g := range c.groups.active {
		c.tendGroup(g, now)
	}
	c.pollGroupsIfDue(now)
	if n := int64(c.groupsPending()); c.view.groupsPending.Swap(n) != n {
		c.hub.emit(StatusChanged{})
	}
}

// tendGroup begins the next job of an admin: what has to be stored first, then
// the removal of members, then invitations, which are worth nothing before that.
func (c *core) tendGroup(g *closedGroup, now time.Time) {
	p := &g.push
	if p.busy {
		return
	}
	wants := g.admin() && g.wantsPush()
	p.idle = !wants && len(p.removed)+len(p.sending) == 0
	if p.idle {
		return
	}
	if c.silent != nil || p.next.After(now) {
		return
	}
	switch {
	case wants:
		c.pushGroup(g)
	case len(p.removed) > 0:
		c.carryOutRemovals(g, slices.Clone(p.removed))
	default:
		c.inviteSending(g, slices.Clone(p.sending))
	}
}

// survey looks for what an admin has to do about members, after every change.
func (g *closedGroup) survey(me model.ID) {
	p := &g.push
	p.removed, p.sending = nil, nil
	if !g.admin() {
		return
	}
	for m := range g.members.All() {
		if m.Removal != config.NoRemoval && m.ID != me {
			p.removed = append(p.removed, m)
		}
	}
	for _, id := range g.members.Sending() {
		if !p.queued[id] {
			p.sending = append(p.sending, id)
		}
	}
}

func (g *closedGroup) wantsPush() bool {
	return g.info.NeedsPush() || g.members.NeedsPush() || g.keys.Pending() != nil && !g.push.keyStored ||
		len(g.state.Supplements)+len(g.state.Unrevoke)+len(g.state.Delete) > 0
}

// holdGroup keeps messages back that are sealed with a key which the swarm does
// not have yet: nobody could read them.
func (c *core) holdGroup(g *closedGroup) {
	if c.out.held == nil {
		c.out.held = make(map[model.ID]bool)
	}
	if g.keys.Pending() != nil && !g.push.keyStored {
		c.out.held[g.id] = true
	} else {
		delete(c.out.held, g.id)
	}
}

// groupJob is what a worker stores for an admin, in one sequence.
type groupJob struct {
	swarm
	requests []func(now int64) (snode.SignedRequest, error)
	stores   int // of them, the first ones
}

func (j *groupJob) store(ns snode.Namespace, ttl model.Millis, data []byte) {
	j.stores++
	j.requests = append(j.requests, func(now int64) (snode.SignedRequest, error) {
		r := &snode.StoreRequest{Namespace: ns, Timestamp: now, TTL: int64(ttl), Data: data}
		r.Pubkey = j.account
		return r, nil
	})
}

// tokens revokes or gives back the access of members.
func (j *groupJob) tokens(secret *group.Secret, members []model.ID, undo bool) error {
	var tokens []snode.SubaccountToken
	for _, id := range members {
		token, err := secret.Token(id, group.MemberRights)
		if err != nil {
			return groupError(err)
		}
		tokens = append(tokens, token)
	}
	if len(tokens) == 0 {
		return nil
	}
	j.requests = append(j.requests, func(now int64) (snode.SignedRequest, error) {
		return &snode.RevokeRequest{Undo: undo, Timestamp: now, Tokens: tokens}, nil
	})
	return nil
}

func (j *groupJob) delete(hashes []string) {
	for part := range slices.Chunk(hashes, maxHashes) {
		j.requests = append(j.requests, func(int64) (snode.SignedRequest, error) {
			return &snode.DeleteRequest{Messages: part}, nil
		})
	}
}

// run carries the job out, in as few sequences as nodes take. All requests have
// to succeed. It runs on a worker.
func (c *core) runGroupJob(ctx context.Context, j *groupJob) error {
	for part := range slices.Chunk(j.requests, maxStores) {
		body, err := c.net.ask(ctx, j.account, nil, func(now int64) (snode.Request, error) {
			batch := &snode.BatchRequest{Sequence: true}
			for _, make := range part {
				r, err := make(now)
				if err != nil {
					return nil, err
				}
				if err := snode.Sign(r, j.signer); err != nil {
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
		if len(answer.Results) < len(part) {
			if n := len(answer.Results); n > 0 {
				if err := answer.Results[n-1].Check(); err != nil {
					return statusError(err)
				}
			}
			return unusable(errBatchLength)
		}
		for _, result := range answer.Results {
			if err := result.Check(); err != nil {
				return statusError(err)
			}
		}
	}
	return nil
}

// pushGroup stores what changed, in the order of protocol/groups.md §1: keys
// before what is encrypted with them.
func (c *core) pushGroup(g *closedGroup) {
	job := &groupJob{swarm: swarm{g.id, g.signer}}
	type pushed struct {
		config *config.Config
		push   config.Push
		hashes []string
	}
	var (
		list     []pushed
		obsolete []string
		state    = g.state
		key      []byte // the pending one, when it is to be stored
	)
	if !g.push.keyStored {
		key = g.keys.Pending()
	}
	err := c.update(func(w *work) error {
		w.touchGroup(g)
		list, obsolete = nil, slices.Clone(g.state.Delete)
		for _, m := range state.Supplements {
			job.store(snode.GroupKeys, configLife, m)
		}
		if key != nil {
			job.store(snode.GroupKeys, configLife, key)
		}
		for _, cfg := range []*config.Config{g.info.Config, g.members.Config} {
			if !cfg.NeedsPush() {
				continue
			}
			push, err := cfg.Push(time.UnixMilli(int64(w.now)))
			if err != nil {
				return groupError(err)
			}
			p := pushed{config: cfg, push: push}
			for _, payload := range push.Payloads {
				job.store(cfg.Namespace(), configLife, payload)
				p.hashes = append(p.hashes, snode.MessageHash(g.id, cfg.Namespace(), payload))
			}
			list = append(list, p)
			obsolete = append(obsolete, push.Obsolete...)
		}
		if err := job.tokens(g.secret, state.Unrevoke, true); err != nil {
			return err
		}
		job.delete(obsolete)
		return nil
	})
	if err != nil {
		c.groupPushFailed(g, err)
		return
	}
	c.beginGroupJob(g, job, func(w *work) error {
		for _, p := range list {
			p.config.ConfirmPushed(p.push.Seqno, p.hashes)
		}
		g.state.Supplements = withoutFirst(g.state.Supplements, len(state.Supplements))
		g.state.Unrevoke = withoutFirst(g.state.Unrevoke, len(state.Unrevoke))
		g.state.Delete = withoutFirst(g.state.Delete, len(state.Delete))
		if key != nil {
			// It counts once it is seen, with the time that the swarm gives it. An
			// invitation made meanwhile has put another key in its place.
			g.push.keyStored = bytes.Equal(key, g.keys.Pending())
			w.then(func() { g.poll.next = time.Time{} })
		}
		return nil
	})
}

func withoutFirst[T any](list []T, n int) []T { return slices.Clone(list[min(n, len(list)):]) }

// beginGroupJob runs a job on a worker, and then done in a transaction.
func (c *core) beginGroupJob(g *closedGroup, job *groupJob, done func(w *work) error) {
	g.push.busy, g.push.idle = true, false
	ctx := c.flight
	c.spawn(func() {
		err := c.runGroupJob(ctx, job)
		c.post(func() {
			now := c.groups.active[g.id]
			if now == nil || c.ctx.Err() != nil {
				return
			}
			now.push.busy = false
			if err != nil || now != g {
				// Another object: the group was read again meanwhile. What was
				// stored is stored again, which does no harm.
				c.groupPushFailed(now, err)
				return
			}
			g.push.attempts, g.push.next = 0, c.clock.Now().Add(groupPushPause)
			if len(c.poll.syncs) > 0 {
				g.push.next = time.Time{}
			}
			err := c.update(func(w *work) error {
				w.touchGroup(g)
				return done(w)
			})
			if err != nil {
				c.groupPushFailed(g, err)
			}
			c.hub.emit(StatusChanged{})
		})
	})
}

func (c *core) groupPushFailed(g *closedGroup, err error) {
	if err == nil {
		return
	}
	if now := c.groups.active[g.id]; now != nil {
		g = now // read again after a transaction that failed
	}
	p := &g.push
	p.attempts++
	p.next = c.clock.Now().Add(max(groupRetryPause, retryAfter[min(p.attempts, len(retryAfter))-1]))
	c.setProblem(model.ReasonOf(err))
	c.log.Info("a group was not stored, will try again", "attempt", p.attempts, "reason", model.ReasonOf(err).String(), "err", err)
}

// carryOutRemovals tells members that they were removed, revokes their access,
// and, when all of that is stored, takes them off the list and makes a key
// without them (protocol/groups.md §7). Any admin's device does it; two that do
// it at once do the same.
func (c *core) carryOutRemovals(g *closedGroup, removed []config.Member) {
	job := &groupJob{swarm: swarm{g.id, g.signer}}
	var ids, wiped []model.ID
	for _, m := range removed {
		ids = append(ids, m.ID)
		if m.Removal == config.RemoveWithMessages {
			wiped = append(wiped, m.ID)
		}
	}
	err := c.update(func(w *work) error {
		var nonce [24]byte
		if _, err := io.ReadFull(w.rand, nonce[:]); err != nil {
			return model.Fail(model.ReasonInternal, "no randomness", err)
		}
		notice, err := g.secret.CloseKicked(ids, g.keys.Generation(), nonce)
		if err != nil {
			return groupError(err)
		}
		job.store(snode.RevokedRetrievable, configLife, notice)
		if err := job.tokens(g.secret, ids, false); err != nil {
			return err
		}
		if len(wiped) == 0 {
			return nil
		}
		sent, err := w.stamp()
		if err != nil {
			return err
		}
		m := &wire.GroupDeleteMemberContent{}
		for _, id := range wiped {
			m.MemberSessionIDs = append(m.MemberSessionIDs, id.String())
		}
		g.secret.SignDeleteContent(m, uint64(sent))
		data, err := w.sealForGroup(g, groupContent(&wire.GroupUpdateMessage{DeleteMemberContent: m}), sent)
		if err != nil {
			return err
		}
		job.store(snode.GroupMessages, lifetime, data)
		return w.tx.MarkSeen(g.id, int16(snode.GroupMessages), snode.MessageHash(g.id, snode.GroupMessages, data),
			store.SeenRecord{Expiry: w.now + lifetime, Reason: seenOwn})
	})
	if err != nil {
		c.groupPushFailed(g, err)
		return
	}
	c.beginGroupJob(g, job, func(w *work) error {
		erased := false
		for _, id := range ids {
			if m, ok := g.members.Get(id); ok && m.Removal == config.NoRemoval {
				continue // invited again meanwhile
			}
			is, err := g.members.Erase(id)
			if err != nil {
				return groupError(err)
			}
			erased = erased || is
		}
		for _, id := range wiped {
			hashes, err := w.wipeMember(g.conv, id, w.now)
			if err != nil {
				return err
			}
			g.state.Delete = append(g.state.Delete, hashes...)
		}
		if !erased {
			return nil
		}
		return w.rekey(g)
	})
}

// wipeMember deletes what a member said before a time, and returns the hashes of
// the copies in the swarm.
func (w *work) wipeMember(conv model.ConversationID, member model.ID, before model.Millis) (hashes []string, err error) {
	if err := w.forget(conv); err != nil {
		return nil, err
	}
	return hashes, w.eachBefore(conv, before, func(m model.Message) error {
		if m.Sender != member || m.Kind == model.KindDeleted || m.Kind == model.KindGroupChange || m.Kind == model.KindTimerChange {
			return nil
		}
		if snode.ValidHash(m.Hash) {
			hashes = append(hashes, m.Hash)
		}
		return w.blank(m)
	})
}

// inviteSending queues the invitations and promotions that this device has
// promised to send, once what they need is in the swarm.
func (c *core) inviteSending(g *closedGroup, members []model.ID) {
	err := c.update(func(w *work) error {
		w.touchGroup(g)
		for _, id := range members {
			if err := w.queueInvite(g, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		c.groupPushFailed(g, err)
	}
}

// queueInvite queues the invitation, or the promotion, of a member.
func (w *work) queueInvite(g *closedGroup, id model.ID) error {
	m, ok := g.members.Get(id)
	if !ok || m.Removal != config.NoRemoval || m.Invite == config.Accepted && m.Promotion == config.Accepted {
		g.members.StopSending(id)
		return nil
	}
	sent, err := w.stamp()
	if err != nil {
		return err
	}
	name := g.info.Info().Name
	update := &wire.GroupUpdateMessage{}
	if m.Admin {
		update.PromoteMessage = g.secret.Promotion(name)
	} else if update.InviteMessage, err = g.secret.Invite(id, name, uint64(sent)); err != nil {
		return groupError(err)
	}
	content := groupContent(update).Stamp(uint64(sent))
	if err := w.attachProfile(content); err != nil {
		return err
	}
	data, err := w.sealFor(id, content)
	if err != nil {
		return err
	}
	if g.push.queued == nil {
		g.push.queued = make(map[model.ID]bool)
	}
	g.push.queued[id] = true
	return w.queue(store.OutboxRow{
		Kind: rowInvite, Conversation: g.conv, Recipient: id, Namespace: int16(snode.Default),
		Data: data, Timestamp: sent, TTL: lifetime,
	})
}

// inviteDone notes how the invitation or promotion of a member went.
func (w *work) inviteDone(r store.OutboxRow, arrived bool) error {
	g := w.group(r.Conversation)
	if g == nil || !g.admin() {
		return nil
	}
	w.touchGroup(g)
	delete(g.push.queued, r.Recipient) // also of somebody whom another admin removed meanwhile
	m, ok := g.members.Get(r.Recipient)
	// How they went is told once for many.
	pause := invitePause
	if len(g.push.queued) == 0 {
		pause = 0
	}
	w.then(func() { g.push.next = w.clock.Now().Add(pause) })
	if !ok {
		g.members.StopSending(r.Recipient)
		return nil
	}
	how := config.Sent
	if !arrived {
		how = config.Failed
	}
	switch {
	case m.Admin && m.Promotion != config.Accepted:
		m.Promotion = how
	case !m.Admin && m.Invite != config.Accepted:
		m.Invite = how
	default:
		g.members.StopSending(r.Recipient) // accepted what another device has sent
		return nil
	}
	return groupError(g.members.Set(m))
}
