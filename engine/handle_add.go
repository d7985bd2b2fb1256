package engine

import (
	"time"

	"sotto/engine/model"
)

// add stores a message, received or sent by another own device, with all that
// follows from it: approval, order of the list, disappearing, what waited for
// it, notification.
func (r *receiver) add(in *incoming, c *conversation, m *model.Message, own bool) error {
	m.Conversation, m.Sender, m.Outgoing = c.ID, in.Sender, own
	m.Timestamp, m.Received, m.Hash = in.sent, r.now, in.hash
	m.State = model.StateReceived
	if own {
		m.State = model.StateSent
	} else {
		// What another own device has read is read
		// (protocol/messages.md §11). A read position far in the future comes
		// from a message with a wrong time and says nothing.
		m.Unread = (in.sent > c.LastRead || c.LastRead > r.now+clocksDiffer) && countsAsUnread(m.Kind)
	}
	shorten := r.startTimer(in, m)
	if m.Expires != 0 && m.Expires <= r.now {
		return nil // has disappeared already; nodes delete a little late
	}
	first, err := r.approveBy(c, own, m.Kind)
	if err != nil {
		return err
	}
	wishes := r.wishFiles(c, m)
	added, err := r.tx.AddMessage(m)
	if err != nil {
		return err
	}
	r.stored = m.ID
	if !added {
		return r.known(m.ID, in)
	}
	r.added++
	if wishes {
		if err := r.wanted(m); err != nil {
			return err
		}
	}
	if m.Expires != 0 {
		r.expiryChanged()
	}
	r.active(c, min(in.sent, r.now))
	if c.Archived && r.notifies(c, m, first) {
		c.Archived = false
		r.touch(c)
		r.emit(ConversationsChanged{})
	}
	r.emit(MessageAdded{c.ID, m.ID})
	if shorten {
		if err := r.queueShorten(m.Expires, []string{m.Hash}); err != nil {
			return err
		}
	}
	gone, err := r.applyDeferred(m)
	if err != nil || gone || own {
		return err
	}
	if m.Unread {
		r.emit(ReadChanged{c.ID})
	}
	if id := c.ID; r.typing.others[id] != (time.Time{}) {
		r.then(func() { r.setTyping(id, time.Time{}) })
	}
	if r.notifies(c, m, first) {
		r.emit(Notify{c.ID, m.ID})
	}
	return nil
}

// known completes a message that is there already: the copy of an own message
// tells which hash it has in the own swarm.
func (r *receiver) known(id model.MessageID, in *incoming) error {
	m, ok := r.tx.Message(id)
	if !ok || m.Hash != "" {
		return nil
	}
	m.Hash = in.hash
	return r.putMessage(m)
}

// clocksDiffer is how far the clocks of two people who keep them are apart.
const clocksDiffer model.Millis = 2 * 60 * 1000

func countsAsUnread(k model.MessageKind) bool {
	return k == model.KindText || k == model.KindInvitation || k == model.KindMissedCall
}

// approveBy moves the approval flags: writing to somebody approves them
// (protocol/messages.md §7.5). It reports whether this is the first message of
// a new request.
func (r *receiver) approveBy(c *conversation, own bool, kind model.MessageKind) (first bool, err error) {
	switch {
	case c.Kind != model.KindContact:
	case own && !c.Approved:
		c.Approved = true
		r.touch(c)
		r.emit(ConversationsChanged{}, RequestsChanged{})
		if id, ok := c.ID.ID(); ok && !c.ApprovedMe {
			early, err := r.tx.TakeDeferred(model.MessageKey{Sender: id})
			if err != nil {
				return false, err
			}
			c.ApprovedMe = len(early) > 0
			c.Answered = c.ApprovedMe
		}
	case !own && !c.Answered && kind != model.KindMissedCall:
		c.ApprovedMe, c.Answered = true, true
		r.touch(c)
		if !c.Approved {
			r.emit(RequestsChanged{})
			return true, nil
		}
	}
	return false, nil
}

// notifies says whether an incoming message asks for attention.
func (r *receiver) notifies(c *conversation, m *model.Message, first bool) bool {
	switch {
	case !m.Unread, c.MutedUntil > r.now, c.Notify == model.NotifyNone:
		return false
	case m.Timestamp < r.born:
		return false // a restored account finds what other devices told about
	case c.Request() == model.RequestIncoming:
		return first
	case c.Notify == model.NotifyMentions:
		return m.Mention
	}
	return true
}

// timerOf reads the disappearing mode that a message carries; it counts, not
// the setting of the conversation. Note to Self and groups
// know after sending only.
func (r *receiver) timerOf(in *incoming, c *conversation) model.Timer {
	t := model.Timer{Mode: model.ExpireMode(in.Content.ExpirationType.Value), Seconds: in.Content.ExpirationTimer.Value}
	if !t.On() || t.Mode > model.ExpireAfterSend {
		return model.Timer{}
	}
	if c.Kind == model.KindSelf || c.Kind == model.KindGroup {
		t.Mode = model.ExpireAfterSend
	}
	return t
}

// startTimer starts the timer of a message that comes in with it running
// (protocol/messages.md §9). shorten asks to shorten the copy in the own swarm.
func (r *receiver) startTimer(in *incoming, m *model.Message) (shorten bool) {
	if !m.Timer.On() {
		return false
	}
	timer := model.Millis(m.Timer.Seconds) * 1000
	begin := func(start model.Millis) { m.ExpireStart, m.Expires = start, start+timer }
	switch {
	case m.Timer.Mode == model.ExpireAfterSend, m.Outgoing:
		// The swarm's end is the time of storing plus the timer. A life above
		// two weeks was cut to that, so the end alone tells nothing.
		if in.expiration != 0 && timer <= lifetime && in.expiration <= r.now+timer {
			begin(in.expiration - timer)
		} else {
			begin(min(in.sent, r.now))
		}
	case m.Unread:
		// Begins to run when it is read.
	case !countsAsUnread(m.Kind):
		begin(r.now) // a line that nobody opens to read
	case in.expiration != 0 && in.expiration <= r.now+timer:
		begin(in.expiration - timer) // another device has read it
	default:
		begin(r.now)
		return true
	}
	return false
}

// handleTimer sets how messages of the conversation disappear, and shows a line.
func (r *receiver) handleTimer(in *incoming, c *conversation, own bool) error {
	t := r.timerOf(in, c)
	if in.sent > c.TimerChanged {
		c.Timer, c.TimerChanged = t, in.sent
		r.touch(c)
	}
	return r.add(in, c, &model.Message{Kind: model.KindTimerChange, Timer: t}, own)
}
