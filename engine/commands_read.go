package engine

import (
	"context"
	"math"
	"slices"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/wire"
)

// MarkRead marks everything in a conversation that was sent up to upTo as read.
// Read receipts go out where settings and approval allow them, and timers of
// messages that disappear after reading begin to run.
func (e *Engine) MarkRead(ctx context.Context, conv model.ConversationID, upTo model.Millis) error {
	return e.update(ctx, func(w *work) error { return w.markRead(conv, upTo) })
}

// MarkAllRead is MarkRead of everything in several conversations at once; those
// that are gone meanwhile are left out.
func (e *Engine) MarkAllRead(ctx context.Context, convs []model.ConversationID) error {
	return e.update(ctx, func(w *work) error {
		for _, conv := range convs {
			if err := w.markRead(conv, math.MaxInt64); err != nil && model.ReasonOf(err) != model.ReasonNotFound {
				return err
			}
		}
		return nil
	})
}

func (w *work) markRead(conv model.ConversationID, upTo model.Millis) error {
	c, err := w.need(conv)
	if err != nil {
		return err
	}
	unread := w.tx.Unread(conv, upTo)
	if len(unread) == 0 && !c.MarkedUnread {
		return nil
	}
	// The read position never passes what was really there: a message on
	// its way with an earlier sent time shall not come in as read.
	upTo = c.LastRead
	if len(unread) > 0 {
		upTo = max(upTo, unread[len(unread)-1].Timestamp)
	}
	if err := w.forget(conv); err != nil {
		return err
	}
	read, err := w.tx.MarkReadUpTo(conv, upTo)
	if err != nil {
		return err
	}
	w.mirror(conv)
	w.emit(ReadChanged{conv}, ConversationChanged{conv})
	if len(read) == 0 {
		return nil
	}
	if err := w.startReadTimers(read); err != nil {
		return err
	}
	return w.confirmRead(c, read)
}

// startReadTimers starts the timers of incoming messages that disappear after
// reading, and has the own swarm shorten the life of their copies, so that the
// other devices follow (protocol/messages.md §9).
func (w *work) startReadTimers(read []model.Message) error {
	byTimer := make(map[uint32][]string)
	var timers []uint32
	for _, m := range read {
		if m.Outgoing || m.Timer.Mode != model.ExpireAfterRead || !m.Timer.On() || m.ExpireStart != 0 {
			continue
		}
		m.Unread = false
		m.ExpireStart = w.now
		m.Expires = w.now + model.Millis(m.Timer.Seconds)*1000
		if err := w.putMessage(m); err != nil {
			return err
		}
		w.expiryChanged()
		if m.Hash == "" {
			continue
		}
		if byTimer[m.Timer.Seconds] == nil {
			timers = append(timers, m.Timer.Seconds)
		}
		byTimer[m.Timer.Seconds] = append(byTimer[m.Timer.Seconds], m.Hash)
	}
	for _, seconds := range timers {
		if err := w.queueShorten(w.now+model.Millis(seconds)*1000, byTimer[seconds]); err != nil {
			return err
		}
	}
	return nil
}

// maxReceipts bounds the messages that one receipt names.
const maxReceipts = 500

// confirmRead queues a read receipt, if the contact may have one
// (protocol/messages.md §7.4).
func (w *work) confirmRead(c *conversation, read []model.Message) error {
	if !w.setting().ReadReceipts || c.Kind != model.KindContact || c.Blocked || !c.Approved {
		return nil
	}
	to, err := recipient(c.ID)
	if err != nil {
		return err
	}
	var times []uint64
	for _, m := range read {
		if !m.Outgoing && (m.Kind == model.KindText || m.Kind == model.KindInvitation) {
			times = append(times, uint64(m.Timestamp))
		}
	}
	for part := range slices.Chunk(times, maxReceipts) {
		sent, err := w.stamp()
		if err != nil {
			return err
		}
		if _, err := w.enqueue(outgoing{to: to, sent: sent, content: wire.NewReadReceipt(part)}); err != nil {
			return err
		}
	}
	return nil
}

// MarkUnread shows a conversation as unread until it is read again. Nobody is
// told.
func (e *Engine) MarkUnread(ctx context.Context, conv model.ConversationID) error {
	return e.change(ctx, conv, func(w *work, c *conversation) error {
		c.MarkedUnread = true
		w.emit(ReadChanged{conv})
		return nil
	})
}

// Focus tells that a conversation is on the screen and the window active, or no
// longer so: news are then fetched more often. It never blocks.
func (e *Engine) Focus(conv model.ConversationID, active bool) {
	e.inbox.put(func() { e.core.focus(conv, active) })
}

func (c *core) focus(conv model.ConversationID, active bool) {
	c.poll.focus(conv, active)
	if !active {
		return
	}
	if g := c.group(conv); g != nil {
		g.poll.next = time.Time{}
	}
	if rm := c.room(conv); rm != nil {
		rm.server.poll.next = time.Time{}
	}
}

// Wake tells that the network may be back (resume, new network): what waits
// is tried at once. It never blocks.
func (e *Engine) Wake() {
	e.inbox.put(func() {
		e.core.net.wake()
		e.core.hurry()
	})
}

// hurry tries at once whatever waits for the network.
func (c *core) hurry() {
	c.out.hurry()
	c.files.hurry()
	c.poll.now()
	c.pictures.hurry()
	for _, g := range c.groups.active {
		g.poll.next, g.poll.failures = time.Time{}, 0
		g.push.hurry()
	}
	for _, s := range c.communities.servers {
		s.poll.next, s.poll.failures = time.Time{}, 0
	}
}
