package engine

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/group"
	"sotto/engine/protocol/snode"
)

const (
	// maxGroupPolls is how many groups are asked about at the same time.
	maxGroupPolls = 3
	// groupMessagesSize and configSize share one answer among the namespaces
	// of a group, as official clients do (service-nodes.md §8).
	groupMessagesSize = -2
	// groupShare is what each group adds to the pause between two polls of any
	// group that is not on the screen, so that an account with many groups asks
	// at most once a second.
	groupShare = time.Second
	// silentAfter polls without any key a group counts as stale.
	silentAfter = 2
)

// groupPoll decides when the swarm of a group is asked.
type groupPoll struct {
	next     time.Time // when due, zero at once
	busy     bool
	turn     int
	failures int
	active   model.Millis // of the newest message
	renewAt  time.Time
	calls    []*syncCall
}

// groupPause is the time until a group is asked again, by how long nothing
// happened in it (service-nodes.md §8).
func (c *core) groupPause(g *closedGroup) time.Duration {
	const day model.Millis = 24 * 60 * 60 * 1000
	idle := c.now() - g.poll.active
	pause := 120 * time.Second
	switch {
	case c.poll.focused[g.conv]:
		return 2 * time.Second
	case g.poll.failures > 0:
		return min(5*time.Second<<min(g.poll.failures, 6), 120*time.Second)
	case idle < model.Millis(recentFor/time.Millisecond):
		return 5 * time.Second
	case idle < 2*day:
		pause = 5 * time.Second
	case idle < 7*day:
		pause = 60 * time.Second
	}
	return max(pause, time.Duration(len(c.groups.active))*groupShare)
}

// pollGroupsIfDue begins polls of groups: those that somebody looks at first,
// then by activity, then those that wait longest.
func (c *core) pollGroupsIfDue(now time.Time) {
	if c.silent != nil || c.groups.polling >= maxGroupPolls {
		return
	}
	var due []*closedGroup
	for _, g := range c.groups.active {
		if !g.poll.busy && (len(g.poll.calls) > 0 || !g.poll.next.After(now)) {
			due = append(due, g)
		}
	}
	slices.SortFunc(due, func(a, b *closedGroup) int {
		focus := func(g *closedGroup) int {
			if c.poll.focused[g.conv] {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(focus(a), focus(b)), a.poll.next.Compare(b.poll.next), cmp.Compare(b.poll.active, a.poll.active), compareIDs(a.id, b.id))
	})
	for _, g := range due[:min(len(due), maxGroupPolls-c.groups.polling)] {
		c.pollGroup(g, now)
	}
}

// groupVisit is what a worker needs to ask about a group.
type groupVisit struct {
	swarm
	turn  int
	want  int      // answers
	renew []string // hashes whose lives are extended
	keys  [][32]byte
	ready bool // nothing has to be merged unless there is something new
}

func (c *core) pollGroup(g *closedGroup, now time.Time) {
	p := &g.poll
	p.busy = true
	c.groups.polling++
	calls := p.calls
	p.calls = nil
	visit := groupVisit{swarm: swarm{g.id, g.signer}, turn: p.turn, want: 1, keys: g.keys.All(), ready: g.ready() && !g.state.Respond}
	if len(calls) > 0 || !g.ready() {
		visit.want = 2 // a member that slept does not know all
	}
	if !p.renewAt.After(now) {
		visit.renew = slices.Concat(g.keys.ActiveHashes(), g.info.ActiveHashes(), g.members.ActiveHashes())
		visit.renew = visit.renew[:min(len(visit.renew), maxHashes)]
	}
	p.turn++
	ctx := c.flight
	c.spawn(func() {
		added, renewed, err := c.visitGroup(ctx, visit)
		c.post(func() { c.groupPolled(visit.account, calls, added, renewed, err) })
	})
}

// groupPolled takes the end of a poll back on the loop.
func (c *core) groupPolled(id model.ID, calls []*syncCall, added int, renewed bool, err error) {
	c.groups.polling--
	for _, call := range calls {
		call.groups--
		if err != nil && call.err == nil {
			call.err = err
		}
	}
	g := c.groups.active[id]
	if g == nil || c.ctx.Err() != nil {
		return
	}
	p := &g.poll
	now := c.clock.Now()
	p.busy = false
	if err != nil {
		p.failures++
		c.log.Info("poll of a group failed", "reason", model.ReasonOf(err).String(), "err", err)
	} else {
		p.failures = 0
		if len(g.state.Left) > 0 && g.admin() {
			if err := c.update(func(w *work) error { return w.removeLeft(g) }); err != nil {
				c.storeFailed("remove who left a group", err)
			}
		}
	}
	if renewed {
		p.renewAt = now.Add(renewEvery)
	}
	pause := c.groupPause(g)
	p.next = now.Add(pause + time.Duration((c.jitter()-0.5)/2*float64(pause)))
}

// groupsDue returns when something of a group is due next.
func (c *core) groupsDue() time.Time {
	var first time.Time
	for _, g := range c.groups.active {
		if !g.poll.busy && c.groups.polling < maxGroupPolls {
			first = earliest(first, cmp.Or(g.poll.next, c.clock.Now()))
		}
		first = earliest(first, g.push.due(), g.pictureDue())
	}
	return first
}

// visitGroup asks members of a group's swarm, as pollMembers does of the own. It
// runs on a worker.
func (c *core) visitGroup(ctx context.Context, v groupVisit) (added int, renewed bool, err error) {
	members, err := c.net.members(ctx, v.account)
	if err != nil {
		return 0, false, err
	}
	if len(members) == 0 {
		return 0, false, fail(model.ReasonOffline, "the group's swarm has no members")
	}
	answers := 0
	for _, node := range pollOrder(v.account, members, v.turn) {
		n, did, verr := c.visitGroupAt(ctx, &v, &node)
		added += n
		renewed = renewed || did
		if verr != nil {
			err = verr
		} else if answers++; answers == v.want {
			break
		}
		if ctx.Err() != nil {
			break
		}
	}
	if answers > 0 {
		err = nil
	}
	return added, renewed, err
}

// visitGroupAt asks one member: one batch brings the first page of every
// namespace. Configs and keys are merged before messages are opened, and what the
// next member has is opened with these keys too.
func (c *core) visitGroupAt(ctx context.Context, v *groupVisit, node *snode.Node) (added int, renewed bool, err error) {
	results, err := c.groupBatch(ctx, *v, node)
	if err != nil {
		return 0, false, err
	}
	renewed = len(results) > len(groupSpaces) && results[len(groupSpaces)].Check() == nil
	var (
		pages   []configPage
		first   []byte
		refused error
	)
	for i, ns := range groupSpaces {
		if err := results[i].Check(); err != nil {
			refused = errors.Join(refused, statusError(err))
			continue
		}
		if ns == snode.GroupMessages {
			first = results[i].Body
			continue
		}
		page, err := c.readConfigs(ctx, v.swarm, node, ns, results[i].Body)
		if err != nil {
			return 0, renewed, err
		}
		pages = append(pages, page)
	}
	if v.ready && !slices.ContainsFunc(pages, func(p configPage) bool { return len(p.messages) > 0 }) {
		return c.ingestGroup(ctx, *v, node, first, renewed, refused)
	}
	type merged struct {
		keys [][32]byte
		lost bool
		err  error
	}
	done := make(chan merged, 1)
	c.post(func() {
		keys, lost, err := c.mergeGroup(v.account, node.Ed25519, pages)
		done <- merged{keys, lost, err}
	})
	var with merged
	select {
	case with = <-done:
	case <-ctx.Done():
		return 0, renewed, contextError(ctx)
	}
	if with.err != nil || with.lost {
		return 0, renewed, with.err
	}
	v.keys = with.keys
	return c.ingestGroup(ctx, *v, node, first, renewed, refused)
}

// ingestGroup reads the messages of a group, from the first page on. A member
// whose access was revoked has none: the notice about it is all that can be read.
func (c *core) ingestGroup(ctx context.Context, v groupVisit, node *snode.Node, first []byte, renewed bool, refused error) (added int, _ bool, err error) {
	if first == nil {
		return 0, renewed, refused
	}
	added, err = c.ingest(ctx, node.Ed25519, feed{
		account: v.account, space: snode.GroupMessages,
		fetch: func(last string) ([]byte, error) {
			if body := first; body != nil {
				first = nil
				return body, nil
			}
			return c.retrieve(ctx, v.swarm, node, snode.GroupMessages, last)
		},
		open: func(in *incoming, blob []byte) { openGroupMessage(v.account, v.keys, in, blob) },
		apply: func(page []incoming, last string) (int, error) {
			return c.applyGroup(v.account, v.keys, node.Ed25519, page, last)
		},
	})
	return added, renewed, err
}

// groupBatch asks for the first page of every namespace from the newest hash
// known of this member.
func (c *core) groupBatch(ctx context.Context, v groupVisit, node *snode.Node) ([]snode.SubAnswer, error) {
	// Members' tokens extend only; admins ask for the same.
	return c.askFirst(ctx, v.swarm, node, firstQuestion{
		spaces: groupSpaces, messages: snode.GroupMessages, size: groupMessagesSize, renew: v.renew, extend: true,
	})
}

// openGroupMessage opens one blob of namespace 11. It runs on a worker.
func openGroupMessage(id model.ID, keys [][32]byte, in *incoming, blob []byte) {
	opened, err := group.Open(id, keys, blob)
	switch {
	case err == nil:
		in.Sender, in.SenderEd25519, in.Content, in.Plain = opened.Sender, opened.SenderEd25519, opened.Content, opened.Plain
		in.Timestamp, in.sent, in.key, in.seen = opened.Timestamp, model.Millis(opened.Timestamp), opened.KeyIndex, seenHandled
		if in.sent <= 0 {
			in.seen = seenRefused
		}
	case errors.Is(err, group.ErrRefused):
		in.seen = seenRefused
	default:
		in.seen = seenClosed
	}
}
