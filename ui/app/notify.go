package app

import (
	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/internal/desktop"
	"sotto/ui/text"
	"sotto/ui/vm"
)

// notify tells what the protocol brings besides messages.
func (a *account) notify(events []engine.Event) {
	for _, ev := range events {
		if _, newer := ev.(engine.NewerProtocol); newer {
			a.w.Toast(text.T("notify.newer"), "", nil, nil)
		}
	}
}

// newNotices makes what tells the desktop about messages, of the account that is
// shown and of the others alike.
func (a *account) newNotices() *vm.Notices {
	w := a.w
	n := vm.NewNotices(a.desk, a.engine, a.settings, clock.System)
	n.Show = func(note desktop.Notice) { w.around.desktop.Show(a.sign(note)) }
	n.Withdraw = w.around.desktop.Withdraw
	n.InView = func(conv model.ConversationID) bool {
		s := w.sessionOf(a)
		return s != nil && s.inView(conv)
	}
	n.Failed = func(sentence string) { w.Toast(sentence, "", nil, nil) }
	return n
}

// sign says on a notification which account it is for, where there are several
// and it tells anything at all.
func (a *account) sign(n desktop.Notice) desktop.Notice {
	if a.w.several() && vm.NotifyContentOf(a.settings.Now) != vm.NotifyNothing {
		n.Title = text.F("accounts.notify", "title", n.Title, "account", a.name())
	}
	return n
}

// inView reports whether somebody looks at a conversation.
func (s *session) inView(conv model.ConversationID) bool {
	return s.active && s.open == conv && s.chat != nil && !s.inSet && !s.split.Covered()
}

// noticePressed does what somebody wants with a notification.
func (w *Window) noticePressed(p desktop.Pressed) {
	if p.Button == desktop.ButtonOpen {
		w.Raise()
	}
	for _, a := range w.accounts {
		if a.engine == nil {
			continue // its notifications are withdrawn
		}
		if conv, ours := a.notices.Pressed(p); ours && conv != "" {
			w.clearOverlays()
			w.showThen(a, func(s *session) {
				if s.arrival == nil {
					s.openNew(conv)
				}
			})
		}
	}
}

// ShowNotification sends a notification as if somebody had written.
func (s *session) ShowNotification(name, said string) {
	n := vm.NoticeOf(vm.NotifyContentOf(s.settings.Now), name, said, 1, false)
	n.Key, n.Silent = "sotto-sample", s.settings.Now.NotifySilently
	s.around.desktop.Show(n)
}
