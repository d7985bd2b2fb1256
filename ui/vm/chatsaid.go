package vm

import (
	"sotto/engine/model"
	"sotto/ui/text"
)

// chatSaid is the newest message of a group or a community as its row shows it.
type chatSaid struct {
	message model.MessageID
	who     string // empty before what the user said, and before lines
	what    string // in one line
}

// readSaid tells what was said last in groups and communities. It reads names and
// so works away from the interface's goroutine.
func readSaid(e ChatsEngine, lists ...[]model.Conversation) map[model.ConversationID]chatSaid {
	said := make(map[model.ConversationID]chatSaid)
	var t *teller
	for _, list := range lists {
		for i := range list {
			r := &list[i]
			if !Several(r.Kind) || r.Last.Message == 0 {
				continue
			}
			if t == nil {
				me := e.Me()
				t = &teller{engine: e, me: me.ID, own: me.Name}
			}
			t.conv, t.kind, t.names = r.ID, r.Kind, make(map[model.ID]string)
			said[r.ID] = t.said(r, func() (model.Message, bool) { return e.Message(r.Last.Message) })
		}
	}
	return said
}

// said tells the newest message of a conversation; whole reads all of it, which
// lines need.
func (t *teller) said(r *model.Conversation, whole func() (model.Message, bool)) chatSaid {
	l := &r.Last
	s := chatSaid{message: l.Message}
	if l.Kind == model.KindGroupChange || l.Kind == model.KindTimerChange {
		if m, ok := whole(); ok {
			_, words := t.line(&m)
			s.what = joinWords(words)
			return s
		}
	}
	if !l.Outgoing {
		s.who = t.name(l.Sender)
	}
	switch {
	case l.Kind != model.KindText:
		s.what = summaryText(r, t.plainText)
	case l.Text != "":
		s.what = t.plainText(l.Text)
	case l.Files > 0:
		s.what = filesText(l.Files, l.Voice)
	}
	return s
}

// Heard is a message as a notification tells it, in one line: in groups and
// communities with who said it.
func Heard(e TellerEngine, c *model.Conversation, m *model.Message) string {
	t := newTeller(e, c.ID)
	what := t.summary(m)
	if !Several(c.Kind) || m.Kind != model.KindText && m.Kind != model.KindInvitation {
		return what
	}
	return text.F("chats.prefix", "who", t.name(m.Sender)) + " " + what
}
