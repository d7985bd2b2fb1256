package app

import (
	"context"

	"sotto/engine/model"
	"sotto/ui/newchat"
	"sotto/ui/ownid"
	"sotto/ui/vm"
)

// openFound opens a conversation at a message that a search everywhere has
// found, with the search in the conversation going on from there.
func (s *session) openFound(conv model.ConversationID, at model.MessageID, query string) {
	s.openAt(conv, at)
	s.finishOpening()
	s.chat.FindAt(query, at)
}

func (s *session) next(by int) {
	s.finishOpening() // one goes on from there
	if conv, ok := s.list.Next(by); ok && !s.inSet {
		s.openAt(conv, 0)
	}
}

// nth opens the conversation of a row, counted from 0.
func (s *session) nth(i int) {
	if conv, ok := s.list.At(i); ok && !s.inSet {
		s.openAt(conv, 0)
	}
}

// close leaves the open conversation, or the settings.
func (s *session) close() {
	switch {
	case s.inSet:
		s.closeSettings()
	case s.open != "" || s.coming != nil:
		s.back()
	}
}

// inList is what works in the list of conversations only.
func inList(do func(*session)) func(*session) {
	return func(s *session) {
		if !s.inSet && !s.inReq {
			do(s)
		}
	}
}

func (s *session) newChat() {
	s.add = newchat.Open(s.Canvas(), s.desk, s.engine, s, newchat.Actions{
		Opened: func(conv model.ConversationID) { s.openAt(conv, 0) },
		Self:   s.openSelf,
		Group:  s.newGroup,
		Join:   s.joinAt,
		Invite: func() { ownid.OpenInvite(s.Canvas(), s.me.Profile.ID, s) },
	})
}

// openSelf opens Note to Self, which comes into the list with that.
func (s *session) openSelf() {
	vm.Ask(s.desk, func(ctx context.Context) (model.ConversationID, error) {
		return s.engine.StartConversation(ctx, s.engine.Me().ID)
	}, func(conv model.ConversationID, err error) {
		if err != nil {
			s.Toast(vm.Sentence(err), "", nil, nil)
			return
		}
		if s.inSet {
			s.closeSettings()
		}
		s.openAt(conv, 0)
	})
}
