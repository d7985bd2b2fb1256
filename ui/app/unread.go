package app

import (
	"context"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/vm"
)

// unreadSum counts what is unread in an account, as the switcher tells it.
type unreadSum struct {
	n           int
	busy, again bool // being counted; something changed meanwhile
}

// heard counts anew when something may have become unread or read.
func (u *unreadSum) heard(a *account, events []engine.Event) {
	for _, ev := range events {
		switch ev.(type) {
		case engine.ReadChanged, engine.MessageAdded, engine.ConversationsChanged, engine.RequestsChanged, engine.Resync:
			u.count(a)
			return
		}
	}
}

// count counts; one count at a time, whatever comes.
func (u *unreadSum) count(a *account) {
	if u.busy {
		u.again = true
		return
	}
	u.busy = true
	e := a.engine
	vm.Ask(a.desk, func(context.Context) (int, error) {
		return unreadIn(e.Conversations(engine.Filter{}), e.Now()) + len(e.Requests()), nil
	}, func(n int, _ error) {
		u.busy = false
		if n != u.n {
			u.n = n
			a.w.accountsChanged()
		}
		if u.again {
			u.again = false
			u.count(a)
		}
	})
}

// unreadIn adds up what asks for somebody: not what is muted or archived.
func unreadIn(list []model.Conversation, now model.Millis) (n int) {
	for _, c := range list {
		switch {
		case c.Archived || c.MutedUntil > now || c.Notify == model.NotifyNone:
		case c.Unread > 0:
			n += c.Unread
		case c.MarkedUnread:
			n++
		}
	}
	return n
}
