package store

import (
	"sotto/engine/model"
)

// firstUnread walks back from the end until all unread messages are passed: as
// many chunks as they spread over.
func (tx *Tx) firstUnread(c *conversation, l *list) position {
	found := position{}
	left := c.c.Unread
	for end := l.end(); left > 0 && end.ok(); {
		for i := len(end.c.entries) - 1; i >= 0 && left > 0; i-- {
			if end.c.entries[i].flags&entryUnread != 0 {
				found = position{end.c, i}
				left--
			}
		}
		end = l.prev(position{end.c, 0})
	}
	return found
}

// unread hands out the unread entries sent up to a time, oldest first.
func (tx *Tx) unread(c *conversation, upTo model.Millis, fn func(position) error) error {
	l := tx.list(c.number)
	for p := tx.firstUnread(c, l); p.ok() && p.entry().at <= int64(upTo); p = l.next(p) {
		if p.entry().flags&entryUnread != 0 {
			if err := fn(p); err != nil {
				return err
			}
		}
	}
	return tx.err
}

// UnreadIDs lists unread messages sent up to a time, oldest first, without
// opening them.
func (tx *Tx) UnreadIDs(id model.ConversationID, upTo model.Millis) []model.MessageID {
	c := tx.conv(id)
	if c == nil {
		return nil
	}
	var ids []model.MessageID
	_ = tx.unread(c, upTo, func(p position) error {
		ids = append(ids, model.MessageID(p.entry().id))
		return nil
	})
	return ids
}

// Unread lists unread messages sent up to a time, oldest first.
func (tx *Tx) Unread(id model.ConversationID, upTo model.Millis) []model.Message {
	var out []model.Message
	for _, id := range tx.UnreadIDs(id, upTo) {
		m, ok := tx.listed(uint64(id))
		if !ok {
			return nil
		}
		out = append(out, m)
	}
	return out
}

// CountUnread returns the counters of a conversation.
func (tx *Tx) CountUnread(id model.ConversationID) (unread, mentions int) {
	if c := tx.conv(id); c != nil {
		return c.c.Unread, c.c.Mentions
	}
	return 0, 0
}

// MarkReadUpTo marks messages sent up to a time as read, raises LastRead, clears
// MarkedUnread, and returns the messages that were unread, oldest first, as they
// are now. A conversation that does not exist has none.
func (tx *Tx) MarkReadUpTo(id model.ConversationID, upTo model.Millis) ([]model.Message, error) {
	if !tx.write {
		return nil, ErrReadOnly
	}
	c := tx.conv(id)
	if c == nil {
		return nil, tx.err
	}
	var read []model.Message
	l := tx.list(c.number)
	err := tx.unread(c, upTo, func(p position) error {
		m, ok := tx.listed(p.entry().id)
		if !ok {
			return tx.err
		}
		c.tally(&m, -1)
		m.Unread = false
		if err := tx.writeMessage(c.number, &m); err != nil {
			return err
		}
		read = append(read, m)
		return l.set(p, p.entry().flags&^entryUnread)
	})
	if err != nil {
		return nil, err
	}
	if upTo > c.c.LastRead {
		c.c.LastRead = upTo
		c.dirty = true
	}
	if c.c.MarkedUnread {
		c.c.MarkedUnread = false
		c.dirty = true
	}
	return read, nil
}
