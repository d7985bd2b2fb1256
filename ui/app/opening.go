package app

import (
	"context"
	"time"

	"sotto/engine/model"
	"sotto/ui/chat"
	"sotto/ui/vm"
)

// opening is a conversation on its way to the screen. The one before it stays
// until the first messages are read: an empty page in between would be painted
// for nothing, and that takes longer than reading.
type opening struct {
	conv  model.ConversationID
	view  *chat.View
	desk  vm.Desk
	leave context.CancelFunc
	timer *time.Timer
}

// openWithin is how long the conversation before may stay.
const openWithin = 100 * time.Millisecond

// beginOpening puts a conversation on its way. What is typed from now on is for it.
func (s *session) beginOpening(conv model.ConversationID, at model.MessageID) {
	if s.chat != nil {
		s.chat.Still()
	}
	s.stage.HoldKeys()
	if at == 0 {
		if a := s.ahead.take(conv); a != nil {
			s.coming = a
			a.view.Begin()
			s.finishOpening()
			return
		}
	}
	a := s.newOpening(conv)
	s.coming = a
	a.timer = time.AfterFunc(openWithin, func() { a.desk.Post(func() { s.arrived(a) }) })
	a.view = chat.New(a.desk, s.engine, conv, at, s.chatActions(a))
}

func (s *session) newOpening(conv model.ConversationID) *opening {
	a := &opening{conv: conv}
	a.desk, a.leave = s.desk.Sub()
	return a
}

// arrived shows a conversation on its way, unless another was opened meanwhile.
func (s *session) arrived(a *opening) {
	if s.coming == a {
		s.finishOpening()
	}
}

func (s *session) chatActions(a *opening) chat.Actions {
	return chat.Actions{
		Back:    s.back,
		Info:    s.toggleInfo,
		Profile: s.profile,
		Join:    s.joinAt,
		Gone:    func() { s.gone(a.conv) },
		Forward: s.forward,
		View:    s.media.view,
		Opened:  func() { s.arrived(a) },

		PickFiles:    s.media.pickFiles,
		PastePicture: s.pastePicture,
		Media:        s.media.shared,
	}
}

// finishOpening shows the conversation that is on its way, ready or not.
func (s *session) finishOpening() {
	a := s.coming
	if a == nil {
		return
	}
	if a.timer != nil {
		a.timer.Stop()
	}
	s.closeChat()
	s.coming = nil
	s.open, s.chat, s.leaveChat = a.conv, a.view, a.leave
	s.chat.SetNarrow(s.split.Narrow())
	s.list.Select(a.conv)
	s.split.SetMiddle(s.media.middle(s.chat.Object()))
	s.split.ShowMiddle(true)
	if s.info != nil {
		s.openInfo()
	}
	s.attend()
	if !s.inSet {
		s.chat.Focus()
	}
	s.stage.ReleaseKeys(s.chat.FocusTarget())
	s.ahead.neighbours()
}
