package app

import (
	"context"

	"sotto/engine"
	"sotto/ui/vm"
)

// unreadSum counts what is unread in an account, as the switcher tells it.
type unreadSum struct {
	n           int
	busy, again bool // being counted; something changed meanwhile
}

// heard counts anew when something may have become unread or read. Of the account
// that is shown the list of conversations tells it (session.countUnread).
func (u *unreadSum) heard(a *account, events []engine.Event) {
	if a.w.sessionOf(a) != nil {
		return
	}
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
		return vm.AttentionIn(e.Conversations(engine.Filter{}), e.Now()) + len(e.Requests()), nil
	}, func(n int, _ error) {
		u.busy = false
		if a.w.sessionOf(a) == nil {
			u.set(a, n)
		}
		if u.again {
			u.again = false
			u.count(a)
		}
	})
}

func (u *unreadSum) set(a *account, n int) {
	if n != u.n {
		u.n = n
		a.w.accountsChanged()
	}
}
