package vm

import (
	"slices"
	"strings"

	"sotto/engine/model"
	"sotto/ui/text"
)

var groupLines = map[model.GroupChangeKind]string{
	model.MembersAdded: "added", model.MembersRemoved: "removed", model.MembersPromoted: "promoted", model.MemberLeft: "left",
	model.GroupRenamed: "renamed", model.GroupPicture: "picture", model.GroupInvited: "invited",
	model.GroupKicked: "kicked", model.GroupDeleted: "deleted",
}

// groupLine says what changed in a group.
func (t *teller) groupLine(m *model.Message) []ChatWords {
	c := m.Change
	if c == nil || groupLines[c.Kind] == "" {
		return []ChatWords{{Text: text.T("chat.group.changed")}}
	}
	key := "chat.group." + groupLines[c.Kind]
	if c.Kind == model.MembersPromoted && len(c.Members) > 1 {
		key += "_many"
	}
	if text.Has(key+"_you") && len(c.Members) == 1 && t.mine(c.Members[0]) {
		key += "_you"
	}
	if c.History && text.Has(key+"_history") {
		key += "_history"
	}
	if t.mine(m.Sender) && text.Has(key+"_mine") { // many languages conjugate
		key += "_mine"
	}
	const who, members, name = "\x00", "\x01", "\x02"
	s := text.F(key, "who", who, "members", members, "name", name)
	return fillWords(s, map[string][]ChatWords{
		who:     {{Text: t.name(m.Sender), Strong: true}},
		members: t.several(c.Members),
		name:    {{Text: c.Name, Strong: true}},
	})
}

// mostNamed is how many people a line names before it counts the others.
const mostNamed = 4

// several names people: "Vera, Paul and 3 others".
func (t *teller) several(ids []model.ID) []ChatWords {
	var names []string
	for _, id := range ids {
		if t.mine(id) {
			names = append(names, text.T("chat.group.you"))
			continue
		}
		names = append(names, t.name(id))
	}
	if i := slices.IndexFunc(ids, t.mine); i > 0 { // the user comes first
		names = slices.Insert(slices.Delete(names, i, i+1), 0, text.T("chat.group.you"))
	}
	if n := len(names); n > mostNamed {
		names = append(names[:mostNamed-1], text.N("chat.group.others", n-mostNamed+1))
	}
	var out []ChatWords
	for i, n := range names {
		switch {
		case i > 0 && i == len(names)-1:
			out = append(out, ChatWords{Text: text.T("chat.group.and")})
		case i > 0:
			out = append(out, ChatWords{Text: text.T("chat.group.comma")})
		}
		out = append(out, ChatWords{Text: n, Strong: true})
	}
	return out
}

// fillWords puts words in the place of marks of one character.
func fillWords(s string, marks map[string][]ChatWords) []ChatWords {
	var out []ChatWords
	for s != "" {
		i := strings.IndexFunc(s, func(r rune) bool { return marks[string(r)] != nil })
		if i < 0 {
			return append(out, ChatWords{Text: s})
		}
		if i > 0 {
			out = append(out, ChatWords{Text: s[:i]})
		}
		out = append(out, marks[s[i:i+1]]...)
		s = s[i+1:]
	}
	return out
}
