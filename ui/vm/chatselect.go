package vm

import (
	"cmp"
	"slices"
	"strings"

	"sotto/engine/model"
)

// picks are the messages chosen to do something with all of them at once.
type picks struct {
	on   bool
	list map[model.MessageID]*ChatMessage
	from model.MessageID // where a range begins
}

// Picking reports whether messages are being picked.
func (c *Chat) Picking() bool { return c.picks.on }

// Picked returns the picked messages in the order of the conversation, also
// those that have been scrolled out of memory.
func (c *Chat) Picked() []*ChatMessage {
	var out []*ChatMessage
	for _, m := range c.picks.list {
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b *ChatMessage) int {
		return cmp.Or(cmp.Compare(a.sent, b.sent), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Pick takes a message into the picked ones or out of them. The first one
// begins picking; without any left, picking goes on until StopPicking.
func (c *Chat) Pick(id model.MessageID) {
	i := c.index(id)
	if i < 0 || id == 0 {
		return
	}
	p := &c.picks
	if !p.on {
		*p = picks{on: true, list: make(map[model.MessageID]*ChatMessage)}
	}
	if _, there := p.list[id]; there {
		delete(p.list, id)
	} else {
		p.list[id] = c.window[i]
	}
	p.from, c.cursor = id, 0
	c.picksChanged()
}

// PickTo picks all messages in memory from the last one picked to this one.
func (c *Chat) PickTo(id model.MessageID) {
	from := c.index(c.picks.from)
	to := c.index(id)
	if !c.picks.on || from < 0 || to < 0 {
		c.Pick(id)
		return
	}
	for _, m := range c.window[min(from, to) : max(from, to)+1] {
		if m.ID != 0 && !c.held[m.ID] {
			c.picks.list[m.ID] = m
		}
	}
	c.picksChanged()
}

// PickAll picks every message in memory.
func (c *Chat) PickAll() {
	for _, m := range c.shown() {
		if m.ID == 0 {
			continue
		}
		if !c.picks.on {
			c.Pick(m.ID)
		}
		c.picks.list[m.ID] = m
	}
	c.picksChanged()
}

// StopPicking ends picking; false when there was none.
func (c *Chat) StopPicking() bool {
	if !c.picks.on {
		return false
	}
	c.picks = picks{}
	c.picksChanged()
	return true
}

func (c *Chat) picksChanged() {
	c.rebuild(nil)
	c.view.HeadChanged()
}

// dropPick forgets messages that are deleted.
func (c *Chat) dropPick(ids ...model.MessageID) {
	for _, id := range ids {
		delete(c.picks.list, id)
	}
}

// CanDeleteAllForEveryone reports whether each of the messages may be deleted
// for everyone.
func (c *Chat) CanDeleteAllForEveryone(list []*ChatMessage) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(m *ChatMessage) bool { return !c.CanDeleteForEveryone(m) })
}

// ShownText is a message's text with names for mentions, as it is shown.
func (m *ChatMessage) ShownText() string {
	if len(m.Mentions) == 0 {
		return m.Body
	}
	return mentionPattern.ReplaceAllStringFunc(m.Body, func(s string) string {
		if n, ok := m.Mentions[s[1:]]; ok {
			return n.Label
		}
		return s
	})
}

// CopyText is messages as text. One message is its text alone; of several each
// has its day over it where that changes, its time and its sender:
//
//	14 March 2026
//	[14:03] Maya: Tonight?
//	[14:05] You: Promised.
func (*Chat) CopyText(list []*ChatMessage) string {
	var told []*ChatMessage
	for _, m := range list {
		if m.Line == LineNone && !m.Deleted {
			told = append(told, m)
		}
	}
	if len(told) == 1 {
		return everything(told[0])
	}
	var b strings.Builder
	day := -1
	for _, m := range told {
		if m.day != day {
			if day >= 0 {
				b.WriteByte('\n')
			}
			day = m.day
			b.WriteString(wholeDate(localTime(m.sent)))
			b.WriteByte('\n')
		}
		b.WriteString("[" + m.Clock + "] " + m.Sender + ": " + everything(m) + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// everything is everything a message says, files by their names.
func everything(m *ChatMessage) string {
	parts := slices.Clone(m.Files)
	if m.Body != "" {
		parts = append(parts, m.ShownText())
	}
	if m.Invite != nil {
		parts = append(parts, m.Invite.Name, m.Invite.URL)
	}
	return strings.Join(parts, "\n")
}
