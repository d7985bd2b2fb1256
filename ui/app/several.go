package app

import (
	"fyne.io/fyne/v2"

	"sotto/engine/model"
	"sotto/ui/join"
	"sotto/ui/newgroup"
)

// newGroup makes a closed group.
func (s *session) newGroup() {
	newgroup.Open(s.Canvas(), s.desk, s.engine, s.openNew)
}

// joinCommunity joins a room of a community.
func (s *session) joinCommunity() { s.joinAt("") }

func (s *session) joinAt(url string) {
	join.Open(s.Canvas(), s.desk, s.engine, url, s, s.openNew)
}

// openNew opens a conversation that has just begun.
func (s *session) openNew(conv model.ConversationID) {
	if s.inSet {
		s.closeSettings()
	}
	s.openAt(conv, 0)
}

// panel is what stands at the right of a conversation.
type panel interface{ Object() fyne.CanvasObject }

// goToPinned shows a message that is kept at the top of a community; in one
// column the panel goes.
func (s *session) goToPinned(id model.MessageID) {
	if s.split.Covered() {
		s.closeInfo()
	}
	if s.chat != nil {
		s.chat.GoTo(id)
	}
}
