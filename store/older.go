package store

import "sotto/engine/model"

// CountBefore counts the messages of a conversation that were sent before a
// time, without opening one.
func (tx *Tx) CountBefore(id model.ConversationID, before model.Millis) int {
	n := 0
	tx.eachBefore(id, before, func(entry) bool {
		n++
		return true
	})
	return n
}

// MessagesBefore lists up to limit messages of a conversation that were sent
// before a time, oldest first.
func (tx *Tx) MessagesBefore(id model.ConversationID, before model.Millis, limit int) []model.MessageID {
	var ids []model.MessageID
	tx.eachBefore(id, before, func(e entry) bool {
		if len(ids) == limit {
			return false
		}
		ids = append(ids, model.MessageID(e.id))
		return true
	})
	return ids
}

func (tx *Tx) eachBefore(id model.ConversationID, before model.Millis, f func(entry) bool) {
	c := tx.conv(id)
	if c == nil {
		return
	}
	l := tx.list(c.number)
	for p := l.start(); p.ok() && p.entry().at < int64(before); p = l.next(p) {
		if !f(p.entry()) {
			return
		}
	}
}
