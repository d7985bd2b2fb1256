package app

import (
	"context"

	"fyne.io/fyne/v2"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/vm"
)

// notify tells the desktop about messages that ask for attention.
func (s *session) notify(events []engine.Event) {
	for _, ev := range events {
		if _, newer := ev.(engine.NewerProtocol); newer {
			s.Toast(text.T("notify.newer"), "", nil, nil)
			continue
		}
		n, ok := ev.(engine.Notify)
		if !ok || s.active && s.open == n.Conversation && !s.locked {
			continue
		}
		hide := s.settings.Now.HidePreviews || s.locked
		vm.Ask(s.desk, func(context.Context) (*fyne.Notification, error) {
			c, _ := s.engine.Conversation(n.Conversation)
			m, ok := s.engine.Message(n.Message)
			if !ok {
				return nil, nil
			}
			title, body := c.Title(), m.Text
			switch {
			case c.Request() == model.RequestIncoming:
				title, body = text.T("notify.request"), c.Title()
				if hide {
					body = ""
				}
			case hide:
				title, body = text.T("notify.message"), ""
			}
			return fyne.NewNotification(title, body), nil
		}, func(note *fyne.Notification, _ error) {
			if note != nil && !s.active {
				s.app.SendNotification(note)
			}
		})
	}
}
