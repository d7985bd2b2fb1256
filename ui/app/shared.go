package app

import (
	"sotto/engine/model"
	"sotto/ui/contact"
	"sotto/ui/vm"
)

// openShared shows what was shared in a conversation, in the place of its
// details.
func (s *session) openShared(conv model.ConversationID) {
	toast := func(sentence string) { s.Toast(sentence, "", nil, nil) }
	desk, leave := s.desk.Sub()
	details := s.leaveInfo
	s.leaveInfo = func() {
		leave()
		details()
	}
	s.shared = contact.NewShared(desk, s.engine, conv, contact.SharedActions{
		Back:     s.closeShared,
		View:     func(list []vm.ViewerPicture, at int) { s.chat.ViewPictures(list, at) },
		Open:     func(m *vm.ChatMessage, f vm.ChatFile) { s.chat.OpenFile(m, f.Index) },
		Save:     func(list []vm.FileRef) { s.media.shared.Files.Save(list, toast) },
		GoTo:     func(m *vm.ChatMessage) { s.openAt(conv, m.ID) },
		Link:     s.chat.OpenLink,
		Play:     func(m *vm.ChatMessage, index int) { s.media.shared.Player.Toggle(m, index, conv) },
		Toast:    toast,
		Pictures: s.media.shared.Pictures,
	})
	s.split.SetRight(s.shared.Object())
}

// closeShared goes back to the details.
func (s *session) closeShared() {
	if s.shared == nil {
		return
	}
	s.shared.Leave()
	s.shared = nil
	if s.info != nil {
		s.split.SetRight(s.info.Object())
	}
}
