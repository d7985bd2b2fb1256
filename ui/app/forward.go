package app

import (
	"sotto/engine/model"
	"sotto/ui/chat"
	"sotto/ui/text"
	"sotto/ui/vm"
)

// forward asks where messages shall go and sends them there. The sending does
// not end with the conversation they come from.
func (s *session) forward(list []*vm.ChatMessage, done func()) {
	chat.OpenForward(s.Canvas(), s.desk, s.engine, list, func(to []model.Conversation, problem string) {
		switch {
		case problem != "":
			s.Toast(problem, "", nil, nil)
		case len(to) == 1:
			s.Toast(chat.ForwardedTo(to), text.T("chat.forwarded_open"), func() { s.openAt(to[0].ID, 0) }, nil)
		case len(to) > 1:
			s.Toast(chat.ForwardedTo(to), "", nil, nil)
		}
		done()
	})
}
