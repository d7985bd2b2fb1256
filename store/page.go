package store

import (
	"slices"

	"sotto/engine/model"
)

// maxPage bounds how many messages one Page reads to each side.
const maxPage = 1000

// Page reads up to before messages older than the anchor, the anchor, and up to
// after newer ones. An anchor message that is gone is replaced by a message
// that was stored shortly before it, else by the end; Page.Anchor is then -1.
// The zero anchor is the end.
func (tx *Tx) Page(id model.ConversationID, a model.Anchor, before, after int) model.Page {
	page := model.Page{Anchor: -1}
	c := tx.conv(id)
	if c == nil {
		return page
	}
	l := tx.list(c.number)
	at, exact := tx.anchor(c, l, a)
	if !at.ok() {
		return page
	}
	before, after = min(max(before, 0), maxPage), min(max(after, 0), maxPage)
	ids := make([]uint64, 0, before+after+1)
	p := at
	for range before {
		if p = l.prev(p); !p.ok() {
			break
		}
		ids = append(ids, p.entry().id)
	}
	if p.ok() {
		page.MoreBefore = l.prev(p).ok()
	}
	slices.Reverse(ids)
	index := len(ids)
	ids = append(ids, at.entry().id)
	p = at
	for range after {
		if p = l.next(p); !p.ok() {
			break
		}
		ids = append(ids, p.entry().id)
	}
	if p.ok() {
		page.MoreAfter = l.next(p).ok()
	}
	page.Messages = make([]model.Message, len(ids))
	for i, id := range ids {
		m, ok := tx.listed(id)
		if !ok {
			return model.Page{Anchor: -1}
		}
		page.Messages[i] = m
	}
	if exact {
		page.Anchor = index
	}
	return page
}

// anchor finds the place that an Anchor means; exact is false when the message
// it names is gone.
func (tx *Tx) anchor(c *conversation, l *list, a model.Anchor) (p position, exact bool) {
	switch {
	case a.Message != 0:
		m, number, ok := tx.message(a.Message)
		if ok && number == c.number {
			p, ok = l.find(int64(m.Timestamp), uint64(m.ID))
			if !ok {
				tx.damaged("message %d is not in its list", m.ID)
			}
			return p, true
		}
		if m, ok := tx.neighbour(c.number, a.Message); ok {
			p, _ = l.find(int64(m.Timestamp), uint64(m.ID))
			return p, false
		}
		return l.end(), false
	case a.Unread:
		if p := tx.firstUnread(c, l); p.ok() {
			return p, true
		}
	case a.Sent != 0:
		if p := l.lowerBound(int64(a.Sent), 0); p.ok() {
			return p, true
		}
	}
	return l.end(), true
}
