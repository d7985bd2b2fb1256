package store

import (
	"sotto/engine/model"
)

func (tx *Tx) expire(m *model.Message) error {
	if m.Expires == 0 {
		return nil
	}
	return tx.list(listExpiring).insert(entry{at: int64(m.Expires), id: uint64(m.ID)})
}

func (tx *Tx) unexpire(m *model.Message) error {
	if m.Expires == 0 {
		return nil
	}
	l := tx.list(listExpiring)
	p, ok := l.find(int64(m.Expires), uint64(m.ID))
	if !ok {
		if tx.err == nil {
			tx.damaged("message %d is not in the list of what expires", m.ID)
		}
		return tx.err
	}
	return l.remove(p)
}

// Expiring lists the messages that expire next, soonest first.
func (tx *Tx) Expiring(limit int) []Due {
	l := tx.list(listExpiring)
	var due []Due
	for p := l.start(); p.ok() && len(due) < limit; p = l.next(p) {
		e := p.entry()
		due = append(due, Due{At: model.Millis(e.at), Message: model.MessageID(e.id)})
	}
	return due
}

// DueBefore lists the messages whose Expires is not after now, soonest first.
func (tx *Tx) DueBefore(now model.Millis) []model.MessageID {
	l := tx.list(listExpiring)
	var ids []model.MessageID
	for p := l.start(); p.ok() && p.entry().at <= int64(now); p = l.next(p) {
		ids = append(ids, model.MessageID(p.entry().id))
	}
	return ids
}
