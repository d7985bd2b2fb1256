package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"slices"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/snode"
	"sotto/engine/transport"
)

const (
	// recentFor is how long news keep the pace of polling up.
	recentFor = 10 * time.Minute
	// patrolEvery is how many polls apart a member outside the pair is asked.
	patrolEvery = 4
	// sweepEvery is the time between two searches for what may be forgotten.
	sweepEvery = time.Hour
)

// poller decides when the own swarm is asked for news, and whom.
//
// A node that was down does not catch up on what it missed
// (service-nodes-observed.md §1), so two members are asked in turn, each from
// its own last hash; what one lacks the other brings. The pair stays the same,
// also after a restart, since a member that is asked for the first time sends
// everything. Now and then one of the other members is asked instead, each when
// it is its turn, so that a message which only one member has arrives too.
type poller struct {
	schedule transport.Schedule
	next     time.Time // when due, zero at once
	busy     bool
	turn     int
	focused  map[model.ConversationID]bool // conversations on the screen
	lastNews time.Time
	received int // messages added since Run began, for Sync
	syncs    []*syncCall
	sweepAt  time.Time
}

func (p *poller) due() time.Time {
	if p.busy {
		return time.Time{}
	}
	return p.next
}

func (p *poller) now() {
	p.schedule.Now()
	p.next = time.Time{}
}

func (p *poller) focus(conv model.ConversationID, active bool) {
	if !active {
		delete(p.focused, conv)
		return
	}
	if p.focused == nil {
		p.focused = make(map[model.ConversationID]bool)
	}
	p.focused[conv] = true
	p.schedule.Set(transport.Open)
	p.now()
}

// expectNews brings the next poll forward: something was sent, and answers to it
// may come soon.
func (p *poller) expectNews(now time.Time, jitter float64) {
	p.lastNews = now
	p.schedule.Set(p.activity(now))
	if next := p.schedule.Next(jitter); next.Before(p.next) {
		p.next = next
	}
}

// activity is how often news are asked for.
func (p *poller) activity(now time.Time) transport.Activity {
	switch {
	case len(p.focused) > 0:
		return transport.Open
	case now.Sub(p.lastNews) < recentFor:
		return transport.Recent
	}
	return transport.Idle
}

// pollIfDue begins a poll when it is time, or when somebody waits in Sync.
func (c *core) pollIfDue(now time.Time) {
	p := &c.poll
	calls := p.waiting()
	if p.busy || c.silent != nil || len(calls) == 0 && p.next.After(now) {
		return
	}
	p.busy = true
	c.planRenewal(now)
	// A restored account is not content with one member's word.
	thorough := len(calls) > 0 || c.configs.unmerged
	turn := p.turn
	p.turn++
	for _, call := range calls {
		call.asked = true
	}
	ctx := c.flight
	c.spawn(func() {
		added, err := c.pollMembers(ctx, turn, thorough)
		c.post(func() { c.polled(calls, added, err) })
	})
}

// polled takes the end of a poll back on the loop.
func (c *core) polled(calls []*syncCall, added int, err error) {
	p := &c.poll
	p.busy = false
	if c.ctx.Err() != nil {
		return
	}
	now := c.clock.Now()
	if added > 0 {
		p.lastNews = now
	}
	p.schedule.Set(p.activity(now))
	if err != nil {
		p.schedule.Failed(now)
		c.setProblem(model.ReasonOf(err))
		c.log.Info("poll failed", "reason", model.ReasonOf(err).String(), "err", err)
	} else {
		p.schedule.Done(now, added > 0)
		if c.out.busy == 0 {
			c.setProblem(model.ReasonNone)
		}
		c.view.lastSync.Store(int64(c.now()))
		c.hub.emit(StatusChanged{})
	}
	p.next = p.schedule.Next(c.jitter())
	for _, call := range calls {
		call.polled, call.err = true, err
		for _, g := range c.groups.active {
			g.poll.calls = append(g.poll.calls, call)
			call.groups++
		}
		for _, s := range c.communities.servers {
			s.poll.calls = append(s.poll.calls, call)
			call.groups++
		}
	}
}

// jitter returns a random number in [0, 1).
func (c *core) jitter() float64 {
	var b [1]byte
	if _, err := c.rand.Read(b[:]); err != nil {
		return 0.5
	}
	return float64(b[0]) / 256
}

// pollMembers asks the member whose turn it is, or, for a Sync, the pair and one
// more. When a member does not answer the next one is asked. It runs on a worker.
func (c *core) pollMembers(ctx context.Context, turn int, sync bool) (added int, err error) {
	members, err := c.net.members(ctx, c.me)
	if err != nil {
		return 0, err
	}
	if len(members) == 0 {
		return 0, fail(model.ReasonOffline, "the own swarm has no members")
	}
	want, answers := 1, 0
	if sync {
		want = 3
	}
	for _, node := range pollOrder(c.me, members, turn) {
		n, perr := c.pollMember(ctx, &node, len(members))
		added += n
		if perr != nil {
			err = perr
		} else if answers++; answers == want {
			break
		}
		if ctx.Err() != nil {
			break
		}
	}
	if answers > 0 {
		err = nil
	}
	return added, err
}

// pollOrder returns the members to ask, the one whose turn it is first. Of an
// order of the account's own, the same at each start, the first two are the
// pair.
func pollOrder(me model.ID, members []snode.Node, turn int) []snode.Node {
	rank := make(map[[32]byte][32]byte, len(members))
	for _, n := range members {
		rank[n.Ed25519] = sha256.Sum256(append(me.Bytes(), n.Ed25519[:]...))
	}
	order := slices.Clone(members)
	slices.SortFunc(order, func(a, b snode.Node) int {
		x, y := rank[a.Ed25519], rank[b.Ed25519]
		return bytes.Compare(x[:], y[:])
	})
	pair := order[:min(2, len(order))]
	if turn%2 == 1 {
		slices.Reverse(pair)
	}
	others := order[len(pair):]
	if len(others) == 0 {
		return order
	}
	i := turn / patrolEvery % len(others)
	others = slices.Concat(others[i:], others[:i])
	if turn%patrolEvery == patrolEvery-1 {
		return slices.Concat(others[:1], pair, others[1:])
	}
	return slices.Concat(pair, others)
}
