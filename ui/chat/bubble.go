package chat

import (
	"strings"

	"fyne.io/fyne/v2"

	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// bubble returns what the bubble of item i shows, made once for each item.
func (m *messages) bubble(i int) widget.BubbleModel {
	it := m.items[i]
	if b, ok := m.built[it.Key]; ok && b.item == it && b.found == m.found && b.expanded == m.expanded[it.Key] {
		return m.withMark(it.Key, b.model)
	}
	b := builtBubble{item: it, found: m.found, expanded: m.expanded[it.Key]}
	b.model = bubbleModel(it, m.found, m.v.vm.Head.Kind, m.compact)
	b.model.Expanded = b.expanded
	if b.carried = m.carry(&it, m.compact); b.carried != nil {
		stack := b.carried.stack
		b.model.Extra, b.model.ExtraSize, b.model.EdgeToEdge = stack, stack.SizeIn, b.carried.whole
		b.model.Stretch = b.carried.link != nil
	}
	m.built[it.Key] = b
	return m.withMark(it.Key, b.model)
}

// withMark adds the selection, which is no part of the message.
func (m *messages) withMark(key string, b widget.BubbleModel) widget.BubbleModel {
	if m.mark.key == key {
		b.MarkFrom, b.MarkTo = m.mark.from, m.mark.to
	}
	return b
}

var bubbleStates = map[vm.ChatState]widget.State{
	vm.ChatSending: widget.Sending, vm.ChatSent: widget.Sent, vm.ChatRead: widget.Read, vm.ChatFailed: widget.Failed,
}

// bubbleModel turns an item into a bubble.
func bubbleModel(it vm.ChatItem, found string, kind model.Kind, compact bool) widget.BubbleModel {
	c := it.Message
	b := widget.BubbleModel{
		Outgoing: c.Outgoing, First: it.First, Last: it.Last, Time: c.Clock,
		State: bubbleStates[c.State], FailText: c.Fail,
		HasTimer: c.Timed, Timer: float32(it.TimerLeft) / 16,
		Selected: it.Marked, Highlighted: it.Flash, Picking: it.Picking, Picked: it.Picked,
	}
	if c.Deleted {
		b.Deleted = text.T("chat.deleted")
	}
	if c.Edited {
		b.Time = text.F("chat.edited", "time", c.Clock)
	}
	b.Note = c.Whisper
	if compact {
		id := string(model.ConversationOf(c.SenderID))
		b.Compact, b.Gutter, b.Sender, b.SenderID = true, true, c.Sender, c.SenderID.String()
		b.Avatar = &widget.AvatarModel{ID: id, Name: c.AvatarName}
	}
	if c.Deleted {
		return b
	}
	if several := kind == model.KindGroup || kind == model.KindCommunity || kind == model.KindLegacyGroup; several && !c.Outgoing {
		id := c.SenderID.String()
		b.Sender, b.SenderID, b.Gutter = c.Sender, id, true
		b.SenderAdmin = c.Admin
		b.Avatar = &widget.AvatarModel{ID: id, Name: c.Sender}
	}
	if c.Body != "" {
		b.Spans = append(b.Spans, markSpans(widget.ParseText(c.Body, mentions(c)), found)...)
	}
	if c.Quote != nil {
		b.Quote = &widget.Quote{Title: c.Quote.Title, Text: c.Quote.Text}
	}
	for _, r := range c.Reacts {
		b.Reactions = append(b.Reactions, widget.Reaction{Emoji: r.Emoji, Count: r.Count, Mine: r.Mine})
	}
	return b
}

// mentions resolves the names in a message.
func mentions(c *vm.ChatMessage) widget.MentionFunc {
	if len(c.Mentions) == 0 {
		return nil
	}
	return func(token string) (label, data string, me, ok bool) {
		name, ok := c.Mentions[token]
		return name.Label, name.ID.String(), name.Me, ok
	}
}

// markSpans marks words that were searched for.
func markSpans(spans []widget.Span, words string) []widget.Span {
	if strings.TrimSpace(words) == "" {
		return spans
	}
	var out []widget.Span
	for _, s := range spans {
		if s.Kind != widget.Plain {
			out = append(out, s)
			continue
		}
		for _, p := range vm.MarkFound(s.Text, words) {
			kind := widget.Plain
			if p.Found {
				kind = widget.Found
			}
			out = append(out, widget.Span{Text: p.Text, Kind: kind})
		}
	}
	return out
}

// unfold shows a long text whole.
func (m *messages) unfold(key string) {
	m.expanded[key] = true
	for i := range m.items {
		if m.items[i].Key == key {
			m.list.Changed(i)
		}
	}
}

// folded reports whether a message is in view and not shown whole.
func (m *messages) folded(c *vm.ChatMessage) bool {
	for i := range m.items {
		if b, ok := m.list.Row(i).(*widget.Bubble); ok && m.items[i].Message == c {
			return b.Folded()
		}
	}
	return false
}

// bind shows item i in a bubble that may have shown another.
func (m *messages) bind(b *widget.Bubble, i int) {
	it := m.items[i]
	c, v := it.Message, m.v
	b.OnLink = func(s widget.Span) { v.link(s) }
	b.OnQuote = func() { v.vm.GoToQuoted(c) }
	b.OnRetry = func() { v.vm.Retry(c.ID) }
	b.OnReaction = func(n int) { v.vm.React(c, c.Reacts[n].Emoji) }
	b.OnSender = func() { v.actions.Profile(c.SenderID) }
	b.OnFold = func() { m.unfold(it.Key) }
	b.OnTap = func() { m.tapped(c) }
	b.OnPress = func(p widget.BubblePress) { m.press(it.Key, b, p) }
	b.OnDrag = func(p widget.BubblePress) { m.drag(it.Key, b, p) }
	b.OnMenu = nil
	if c.ID != 0 {
		b.OnMenu = func(at fyne.Position) { v.menu(b, at, c) }
	}
	b.Set(m.bubble(i))
	if k := m.built[it.Key].carried; k != nil {
		k.shown()
	}
}
