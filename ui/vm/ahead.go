package vm

import (
	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/clock"
)

// FirstPage is what a conversation opens with where the reader left off, read
// before anybody has opened it.
type FirstPage struct {
	conv   model.ConversationID
	news   *engine.Subscription // from before it was read
	opened opened
	later  []engine.Event // of news, seen already
}

// ReadFirst reads the first page of a conversation. Close or open what answer
// gets.
func ReadFirst(desk Desk, e ChatEngine, conv model.ConversationID, answer func(*FirstPage)) {
	go func() {
		p := &FirstPage{conv: conv, news: e.Subscribe()}
		p.opened = readOpening(desk.Context(), e, conv, 0)
		desk.post(func() {
			if desk.Context().Err() != nil {
				p.Close()
				return
			}
			answer(p)
		})
	}()
}

// Conversation returns whose page it is.
func (p *FirstPage) Conversation() model.ConversationID { return p.conv }

// Close forgets the page.
func (p *FirstPage) Close() { p.news.Close() }

// Fresh reports whether nothing has changed that the page shows.
func (p *FirstPage) Fresh() bool {
	events := p.news.Take()
	p.later = append(p.later, events...)
	for _, ev := range p.later {
		if !p.spares(ev) {
			return false
		}
	}
	return true
}

// spares reports whether an event leaves the page as it is.
func (p *FirstPage) spares(ev engine.Event) bool {
	switch ev := ev.(type) {
	case engine.MessageAdded:
		return ev.Conversation != p.conv
	case engine.MessageChanged:
		return ev.Conversation != p.conv
	case engine.MessageDeleted:
		return ev.Conversation != p.conv
	case engine.ReactionChanged:
		return ev.Conversation != p.conv
	case engine.ReadChanged:
		return ev.Conversation != p.conv
	case engine.TypingChanged:
		return ev.Conversation != p.conv
	case engine.TransferChanged:
		return ev.Conversation != p.conv
	case engine.ConversationChanged:
		return ev.Conversation != p.conv
	case engine.GroupChanged:
		return ev.Conversation != p.conv
	case engine.StatusChanged:
		return true // Begin asks again
	}
	// Settings, an overflow of news: it may show any of them.
	return false
}

// OpenRead opens a conversation whose first page was read. Lay shows it, Begin
// makes it an open conversation like any other.
func OpenRead(desk Desk, e ChatEngine, clk clock.Clock, first *FirstPage, view ChatView) *Chat {
	c := newChat(desk, e, clk, first.conv, view)
	c.begins = first
	return c
}

// Lay tells the view what the first page of OpenRead is. It leaves no trace: a
// conversation that was laid out only need not be left.
func (c *Chat) Lay() {
	if c.begins != nil && !c.loaded {
		c.show(c.begins.opened, 0)
	}
}

// Begin follows the news since the first page of OpenRead was read. A
// conversation of OpenChat has begun already.
func (c *Chat) Begin() {
	p := c.begins
	if p == nil {
		return
	}
	c.Lay()
	c.begins = nil
	c.changed(p.later)
	c.desk.watch(p.news, c.changed)
}

// watch is Watch for a subscription that was made before.
func (d Desk) watch(sub *engine.Subscription, changed func([]engine.Event)) {
	go func() {
		defer sub.Close()
		for {
			events, err := sub.Wait(d.ctx)
			if err != nil {
				return
			}
			d.Post(func() { changed(events) })
		}
	}()
}
