package export

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"sotto/engine/model"
)

// teller says in words what stands in a conversation.
type teller struct {
	x     *exporter
	c     model.Conversation
	me    model.ID
	names map[model.ID]string
}

func newTeller(x *exporter, c model.Conversation) *teller {
	return &teller{x: x, c: c, me: x.s.Me().ID, names: map[model.ID]string{}}
}

// name is what the user calls somebody; empty for nobody.
func (t *teller) name(id model.ID) string {
	if id.IsZero() {
		return ""
	}
	if n, ok := t.names[id]; ok {
		return n
	}
	n := model.ShortID(id)
	switch {
	case id == t.me:
		n = t.x.s.Me().Name
	case t.c.Kind == model.KindContact || t.c.Kind == model.KindSelf:
		if c, ok := t.x.s.Conversation(model.ConversationOf(id)); ok {
			n = c.Title()
		}
	default:
		if p := t.x.s.Person(t.c.ID, id); p.Name != "" {
			n = p.Name
		}
	}
	t.names[id] = n
	return n
}

// line says what happened where a message is no text; empty for one that is.
func (t *teller) line(m *model.Message) string {
	w := t.x.w
	whose := ""
	if m.Outgoing {
		whose = "_you"
	}
	tell := func(key string, pairs ...string) string {
		return w.F(key+whose, append([]string{"who", t.name(m.Sender)}, pairs...)...)
	}
	switch m.Kind {
	case model.KindText, model.KindInvitation:
		return ""
	case model.KindDeleted:
		return w.T("chat.deleted")
	case model.KindTimerChange:
		switch {
		case !m.Timer.On():
			return tell("chat.line.timer_off")
		case m.Timer.Mode == model.ExpireAfterRead:
			return tell("chat.line.timer_read", "length", t.length(m.Timer.Seconds))
		}
		return tell("chat.line.timer_sent", "length", t.length(m.Timer.Seconds))
	case model.KindRequestAccepted:
		return tell("chat.line.accepted")
	case model.KindMediaSaved:
		return tell("chat.line.saved")
	case model.KindScreenshot:
		return tell("chat.line.screenshot")
	case model.KindMissedCall:
		return tell("chat.line.call")
	}
	return t.groupLine(m)
}

// length names the length of a timer.
func (t *teller) length(seconds uint32) string {
	d := time.Duration(seconds) * time.Second
	for _, unit := range []struct {
		size time.Duration
		key  string
	}{
		{7 * 24 * time.Hour, "timer.weeks"}, {24 * time.Hour, "timer.days"}, {time.Hour, "timer.hours"}, {time.Minute, "timer.minutes"},
	} {
		if d >= unit.size && d%unit.size == 0 {
			return t.x.w.N(unit.key, int(d/unit.size))
		}
	}
	return t.x.w.N("timer.seconds", int(seconds))
}

var groupLines = map[model.GroupChangeKind]string{
	model.MembersAdded: "added", model.MembersRemoved: "removed", model.MembersPromoted: "promoted", model.MemberLeft: "left",
	model.GroupRenamed: "renamed", model.GroupPicture: "picture", model.GroupInvited: "invited",
	model.GroupKicked: "kicked", model.GroupDeleted: "deleted",
}

// groupLine says what changed in a group.
func (t *teller) groupLine(m *model.Message) string {
	w, c := t.x.w, m.Change
	if c == nil || groupLines[c.Kind] == "" {
		return w.T("chat.group.changed")
	}
	key := "chat.group." + groupLines[c.Kind]
	if c.Kind == model.MembersPromoted && len(c.Members) > 1 {
		key += "_many"
	}
	if w.Has(key+"_you") && len(c.Members) == 1 && c.Members[0] == t.me {
		key += "_you"
	}
	if c.History && w.Has(key+"_history") {
		key += "_history"
	}
	names := make([]string, len(c.Members))
	for i, id := range c.Members {
		if names[i] = t.name(id); id == t.me {
			names[i] = w.T("chat.group.you")
		}
	}
	if n := len(names); n > 1 {
		names = append(names[:n-2], names[n-2]+" "+w.T("chat.group.and")+" "+names[n-1])
	}
	return w.F(key, "who", t.name(m.Sender), "members", strings.Join(names, ", "), "name", c.Name)
}

// text is what somebody wrote, with names for mentions.
func (t *teller) text(m *model.Message) string {
	if m.Kind == model.KindInvitation && m.Invitation != nil {
		return t.x.w.F("chat.invitation", "name", m.Invitation.Name) + "\n" + m.Invitation.URL
	}
	return mention.ReplaceAllStringFunc(m.Text, func(s string) string {
		id, err := model.ParseID(strings.ToLower(s[1:]))
		if err != nil {
			return s
		}
		return "@" + t.name(id)
	})
}

// mention is how clients write one: an @ and the id.
var mention = regexp.MustCompile(`@[0-9a-fA-F]{66}\b`)

// quoted is what a message answers: whose it was, and what it says.
func (t *teller) quoted(q *model.QuoteRef) (who, said string) {
	m, ok := t.x.s.Find(t.c.ID, model.MessageKey{Sender: q.Author, Timestamp: q.Timestamp})
	if !ok {
		return t.name(q.Author), t.x.w.T("chat.quote_gone")
	}
	if said = t.line(&m); said == "" {
		said = strings.Join(strings.Fields(t.text(&m)), " ")
	}
	if said == "" && len(m.Attachments) > 0 {
		if said = m.Attachments[0].Name; m.Attachments[0].Voice || said == "" {
			said = t.x.w.T("chat.file")
		}
	}
	const most = 200
	if r := []rune(said); len(r) > most {
		said = string(r[:most]) + "…"
	}
	return t.name(q.Author), said
}

// reaction is an emoji with those who chose it.
type reaction struct {
	emoji string
	who   []string
	count int
}

func (t *teller) reactions(list []model.Reaction) []reaction {
	var out []reaction
	for _, r := range list {
		i := slices.IndexFunc(out, func(x reaction) bool { return x.emoji == r.Emoji })
		if i < 0 {
			i = len(out)
			out = append(out, reaction{emoji: r.Emoji})
		}
		out[i].count += r.More
		if n := t.name(r.Author); n != "" {
			out[i].count++
			out[i].who = append(out[i].who, n)
		}
	}
	return out
}

func local(m model.Millis) time.Time { return time.UnixMilli(int64(m)).Local() }
