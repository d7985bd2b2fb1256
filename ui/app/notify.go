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
func (s *session) notify(events []engine.Event) {
	for _, ev := range events {
		if _, newer := ev.(engine.NewerProtocol); newer {
			s.Toast(text.T("notify.newer"), "", nil, nil)
		}
	}
}

// newNotices makes what tells the desktop about messages.
func (s *session) newNotices() *vm.Notices {
	n := vm.NewNotices(s.desk, s.engine, s.settings, clock.System)
	n.Show, n.Withdraw = s.around.desktop.Show, s.around.desktop.Withdraw
	n.InView = s.inView
	n.Failed = func(sentence string) { s.Toast(sentence, "", nil, nil) }
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
	s := w.session
	if s == nil || s.arrival != nil {
		return
	}
	if conv, ours := s.notices.Pressed(p); ours && conv != "" {
		w.clearOverlays()
		s.openNew(conv)
	}
}

// ShowNotification sends a notification as if somebody had written.
func (s *session) ShowNotification(name, said string) {
	n := vm.NoticeOf(vm.NotifyContentOf(s.settings.Now), name, said, 1, false)
	n.Key, n.Silent = "sotto-sample", s.settings.Now.NotifySilently
	s.around.desktop.Show(n)
}

// attentionChanged takes over how many messages ask for attention.
func (s *session) attentionChanged(n int) {
	s.attention = n
	s.updateTray()
}
