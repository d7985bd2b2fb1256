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
		if !ok || s.active && s.open == n.Conversation {
			continue
		}
		choice, content := s.settings.Now, s.notifyContent()
		if choice.NotificationsOff {
			continue
		}
		vm.Ask(s.desk, func(context.Context) (*fyne.Notification, error) {
			c, _ := s.engine.Conversation(n.Conversation)
			m, ok := s.engine.Message(n.Message)
			if !ok {
				return nil, nil
			}
			if c.Request() == model.RequestIncoming {
				if choice.RequestsQuiet {
					return nil, nil
				}
				return requestNote(content, c.Title()), nil
			}
			return messageNote(content, c.Title(), vm.Heard(s.engine, &c, &m)), nil
		}, func(note *fyne.Notification, _ error) {
			if note != nil && !s.active {
				s.app.SendNotification(note)
			}
		})
	}
}
