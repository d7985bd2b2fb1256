package store

import (
	"strings"

	"sotto/engine/model"
)

func hasFiles(m *model.Message) bool {
	return len(m.Attachments) > 0 || m.Preview != nil && m.Preview.Image != nil
}

func hasLink(m *model.Message) bool {
	return m.Preview != nil || strings.Contains(m.Text, "://")
}

// Shared walks back through the messages of a conversation that have files, or
// with links those that may hold one, from behind the message that before names
// (the zero value: from the end). It opens no others. fn returns false to stop.
func (tx *Tx) Shared(id model.ConversationID, links bool, before model.MediaCursor, fn func(m model.Message) bool) {
	c := tx.conv(id)
	if c == nil {
		return
	}
	want := entryFiles
	if links {
		want = entryLink
	}
	l := tx.list(c.number)
	p := l.end()
	if before != (model.MediaCursor{}) {
		if p = l.lowerBound(int64(before.Sent), uint64(before.Message)); p.ok() {
			p = l.prev(p)
		} else {
			p = l.end()
		}
	}
	for ; p.ok(); p = l.prev(p) {
		if p.entry().flags&want == 0 {
			continue
		}
		m, ok := tx.listed(p.entry().id)
		if !ok || !fn(m) {
			return
		}
	}
}

// flagShared brings schema 1 to 2: entries of lists say which messages have
// files and which have links.
func (tx *Tx) flagShared() error {
	for _, conv := range tx.Conversations() {
		c := tx.conv(conv.ID)
		if c == nil {
			return tx.err
		}
		l := tx.list(c.number)
		for p := l.start(); p.ok(); p = l.next(p) {
			m, ok := tx.listed(p.entry().id)
			if !ok {
				return tx.err
			}
			if flags := entryOf(&m).flags; flags != p.entry().flags {
				if err := l.set(p, flags); err != nil {
					return err
				}
			}
		}
	}
	return tx.err
}
