package app

import (
	"context"

	"fyne.io/fyne/v2"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/vm"
)

// notify tells the desktop about messages that ask for attention, of the account
// that is shown and of the others.
func (a *account) notify(events []engine.Event) {
	w, e := a.w, a.engine
	for _, ev := range events {
		if _, newer := ev.(engine.NewerProtocol); newer {
			w.Toast(text.T("notify.newer"), "", nil, nil)
			continue
		}
		n, ok := ev.(engine.Notify)
		if !ok || w.active && w.sessionOf(a) != nil && w.session.open == n.Conversation {
			continue
		}
		choice := a.settings.Now
		content := vm.NotifyContentOf(choice)
		if choice.NotificationsOff {
			continue
		}
		vm.Ask(a.desk, func(context.Context) (*fyne.Notification, error) {
			c, _ := e.Conversation(n.Conversation)
			m, ok := e.Message(n.Message)
			if !ok {
				return nil, nil
			}
			if c.Request() == model.RequestIncoming {
				if choice.RequestsQuiet {
					return nil, nil
				}
				return requestNote(content, c.Title()), nil
			}
			return messageNote(content, c.Title(), vm.Heard(e, &c, &m)), nil
		}, func(note *fyne.Notification, _ error) {
			if note != nil && !(w.active && w.sessionOf(a) != nil) {
				w.app.SendNotification(a.sign(note))
			}
		})
	}
}

// sign says on a notification which account it is for, where there are several.
func (a *account) sign(note *fyne.Notification) *fyne.Notification {
	if a.w.several() {
		note.Title = text.F("accounts.notify", "title", note.Title, "account", a.name())
	}
	return note
}
