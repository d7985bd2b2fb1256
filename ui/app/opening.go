package app

import (
	"context"
	"time"

	"sotto/engine/model"
	"sotto/ui/chat"
)

// opening is a conversation on its way to the screen. The one before it stays
// until the first messages are read: an empty page in between would be painted
// for nothing, and that takes longer than reading.
type opening struct {
	conv  model.ConversationID
	view  *chat.View
	leave context.CancelFunc
	timer *time.Timer
}

// openWithin is how long the conversation before may stay.
const openWithin = 100 * time.Millisecond

// beginOpening puts a conversation on its way. What is typed from now on is for it.
func (s *session) beginOpening(conv model.ConversationID, at model.MessageID) {
	desk, leave := s.desk.Sub()
	a := &opening{conv: conv, leave: leave}
	s.coming = a
	here := func() {
		if s.coming == a {
			s.finishOpening()
		}
	}
	a.timer = time.AfterFunc(openWithin, func() { desk.Post(here) })
	if s.chat != nil {
		s.chat.Still()
	}
	s.stage.HoldKeys()
	a.view = chat.New(desk, s.engine, conv, at, chat.Actions{
		Back:    s.back,
		Info:    s.toggleInfo,
		Profile: s.profile,
		Join:    s.joinAt,
		Gone:    func() { s.gone(conv) },
		Forward: s.forward,
		View:    s.media.view,
		Opened:  here,

		PickFiles:    s.media.pickFiles,
		PastePicture: s.pastePicture,
		Media:        s.media.shared,
	})
}

// finishOpening shows the conversation that is on its way, ready or not.
func (s *session) finishOpening() {
	a := s.coming
	if a == nil {
		return
	}
	a.timer.Stop()
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
}
