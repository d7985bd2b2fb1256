package vm

import (
	"cmp"
	"context"
	"slices"
	"time"

	"sotto/engine"
	"sotto/engine/model"
)

// chatNews is what events have named and nobody has read yet.
type chatNews struct {
	messages map[model.MessageID]bool // true: new
	record   bool
	people   bool
	typing   bool
	setting  bool
	status   bool
	all      bool
}

func (n *chatNews) message(id model.MessageID, added bool) {
	if n.messages == nil {
		n.messages = make(map[model.MessageID]bool)
	}
	n.messages[id] = n.messages[id] || added
}

func (n *chatNews) any() bool {
	return len(n.messages) > 0 || n.record || n.people || n.typing || n.setting || n.status || n.all
}

// changed collects what events say; fetch reads it.
func (c *Chat) changed(events []engine.Event) {
	n := &c.news
	for _, ev := range events {
		switch ev := ev.(type) {
		case engine.MessageAdded:
			if ev.Conversation == c.conv {
				n.message(ev.Message, true)
			}
		case engine.MessageChanged:
			if ev.Conversation == c.conv {
				n.message(ev.Message, false)
			}
		case engine.ReactionChanged:
			if ev.Conversation == c.conv {
				n.message(ev.Message, false)
			}
		case engine.MessageDeleted:
			if ev.Conversation == c.conv {
				c.removed(ev.Key)
			}
		case engine.ConversationChanged:
			n.record = n.record || ev.Conversation == c.conv
		case engine.ReadChanged:
			n.record = n.record || ev.Conversation == c.conv
		case engine.TypingChanged:
			n.typing = n.typing || ev.Conversation == c.conv
		case engine.TransferChanged:
			if ev.Conversation == c.conv {
				c.moved(ev.Message, ev.Index)
			}
		case engine.GroupChanged:
			n.record = n.record || ev.Conversation == c.conv
			n.people = n.people || ev.Conversation == c.conv
		case engine.SettingsChanged:
			n.setting = true
		case engine.StatusChanged:
			n.status = true
		case engine.Resync:
			n.all = true
		}
	}
	c.fetch()
	c.readMoves()
}

// chatFresh is the answer to fetch.
type chatFresh struct {
	record   model.Conversation
	room     ChatRoom
	known    bool
	typing   bool
	setting  model.Settings
	status   model.NetworkStatus
	messages []*ChatMessage
	added    map[model.MessageID]bool
}

// manyNews is how many changed messages are read one by one.
const manyNews = 100

// fetch reads what news named, one question at a time, so that a burst of
// events costs a few readings.
func (c *Chat) fetch() {
	if c.fetching || !c.loaded || c.left || !c.news.any() {
		return
	}
	n := c.news
	c.news = chatNews{}
	if n.all || len(n.messages) > manyNews {
		c.reread()
		return
	}
	c.fetching = true
	age := c.age
	e, conv := c.engine, c.conv
	peopled := n.people || n.record && c.clock.Now().Sub(c.room.read) > peopleAge
	Ask(c.desk, func(context.Context) (chatFresh, error) {
		f := chatFresh{added: n.messages, typing: e.IsTyping(conv), status: e.Status(), setting: e.Settings()}
		f.record, f.known = e.Conversation(conv)
		t := newTeller(e, conv)
		if f.room = t.room; peopled {
			f.room.people = readPeople(e, &f.record, &f.room)
		}
		for id := range n.messages {
			if m, ok := e.Message(id); ok && m.Conversation == conv {
				f.messages = append(f.messages, t.tell(&m))
			}
		}
		slices.SortFunc(f.messages, bySent)
		return f, nil
	}, func(f chatFresh, _ error) {
		c.fetching = false
		if age != c.age {
			// Another window is on its way: it has all this.
			c.fetch()
			return
		}
		c.apply(f)
		c.pause()
	})
}

// pause waits about a frame before events are read again.
func (c *Chat) pause() {
	const frame = 16 * time.Millisecond
	c.fetching = true
	chatAfter(c.desk, c.clock, frame, func() {
		c.fetching = false
		c.fetch()
	})
}

func (c *Chat) apply(f chatFresh) {
	if c.known && !f.known {
		c.view.Gone()
		return
	}
	renamed := f.record.Title() != c.record.Title()
	c.known, c.record = f.known, f.record
	c.takeRoom(f.room)
	look := c.takeSettings(f.setting)
	c.typing, c.status = f.typing, f.status
	c.headChanged()
	for _, m := range f.messages {
		c.put(m, f.added[m.ID])
	}
	c.trim()
	if items := c.items(); look || !sameItems(items, c.Items) {
		c.Items = items
		c.view.ItemsChanged(nil)
	}
	c.ticking()
	c.read()
	if renamed {
		c.reread()
	}
}

// bySent is the order of messages in a conversation.
func bySent(a, b *ChatMessage) int {
	return cmp.Or(cmp.Compare(a.sent, b.sent), cmp.Compare(a.ID, b.ID))
}

// put exchanges a message in the window, or puts it in its place there.
func (c *Chat) put(m *ChatMessage, added bool) {
	at, found := slices.BinarySearchFunc(c.window, m, bySent)
	if found {
		if c.window[at].Deleted != m.Deleted {
			c.quotesOf(m.Key)
		}
		c.window[at] = m
		c.fetched(m)
		return
	}
	if m.Outgoing && added {
		c.composer.stored(m)
	}
	if added && m.unread && m.sent <= c.seen {
		c.seen = m.sent - 1 // it came late, among what was read
	}
	if at == 0 && c.moreBefore || at == len(c.window) && c.moreAfter {
		return // it belongs to a part that is not in memory
	}
	if added && m.unread && (!c.active || c.moreAfter || !c.atEnd()) && !c.anyUnread() {
		c.newFrom = m.ID
	}
	c.window = slices.Insert(c.window, at, m)
}

func (c *Chat) anyUnread() bool {
	return slices.ContainsFunc(c.window, func(m *ChatMessage) bool { return m.unread && m.sent > c.seen })
}

// atEnd reports whether the end of the conversation is in view.
func (c *Chat) atEnd() bool { return !c.moreAfter && c.last >= len(c.Items)-1 }

// removed takes a message out of the window.
func (c *Chat) removed(k model.MessageKey) {
	i := slices.IndexFunc(c.window, func(m *ChatMessage) bool { return m.Key == k })
	if i < 0 {
		return
	}
	if c.window[i].ID == c.newFrom {
		c.newFrom = 0
		if i+1 < len(c.window) && c.window[i+1].unread {
			c.newFrom = c.window[i+1].ID
		}
	}
	delete(c.held, c.window[i].ID)
	c.window = slices.Delete(c.window, i, i+1)
	c.quotesOf(k)
	c.composer.gone(c, k)
	c.rebuild(nil)
}

// quotesOf reads messages again that answer one that has changed.
func (c *Chat) quotesOf(k model.MessageKey) {
	for _, m := range c.window {
		if m.quoted == (model.QuoteRef{Author: k.Sender, Timestamp: k.Timestamp}) {
			c.news.message(m.ID, false)
		}
	}
}

// trim keeps the window bounded; what is farther from view goes.
func (c *Chat) trim() {
	over := len(c.window) - maxWindow
	if over <= 0 {
		return
	}
	if c.first+c.last < len(c.Items) && !c.atEnd() {
		c.window = slices.Delete(c.window, maxWindow, len(c.window))
		c.moreAfter = true
		return
	}
	c.window = slices.Delete(c.window, 0, over)
	c.moreBefore = true
}

// reread reads the window anew, around what is in view.
func (c *Chat) reread() {
	anchor := model.Anchor{End: true}
	if !c.atEnd() {
		for i := max(c.first, 0); i < len(c.Items) && i <= c.last; i++ {
			if m := c.Items[i].Message; m != nil && m.ID != 0 {
				anchor = model.Anchor{Message: m.ID}
				break
			}
		}
	}
	c.replace(anchor, func(p page) *ChatPlace { return nil })
}

// replace exchanges the window for another part of the conversation.
func (c *Chat) replace(anchor model.Anchor, place func(page) *ChatPlace) {
	c.age++
	c.replacing = true
	age := c.age
	e, conv := c.engine, c.conv
	type answer struct {
		page
		chatFresh
	}
	Ask(c.desk, func(context.Context) (answer, error) {
		var a answer
		a.typing, a.status, a.setting = e.IsTyping(conv), e.Status(), e.Settings()
		a.record, a.known = e.Conversation(conv)
		t := newTeller(e, conv)
		a.room, a.page = t.room, t.readPage(anchor, 2*firstPage, 2*firstPage)
		return a, nil
	}, func(a answer, _ error) {
		if age != c.age {
			return
		}
		c.replacing = false
		if c.known && !a.known {
			c.view.Gone()
			return
		}
		c.known, c.record = a.known, a.record
		c.takeRoom(a.room)
		c.takeSettings(a.setting)
		c.typing, c.status = a.typing, a.status
		c.window, c.moreBefore, c.moreAfter = a.page.messages, a.page.before, a.page.after
		c.paging = false
		c.headChanged()
		c.rebuild(place(a.page))
		c.ticking()
		c.read()
		c.fetch()
	})
}

// turnPages reads on when the view comes near an end of the window.
func (c *Chat) turnPages() {
	const near = 16 // items
	if !c.loaded || c.paging || c.replacing || c.left || c.last < c.first || len(c.window) == 0 {
		return
	}
	switch {
	case !c.moreBefore && c.first < near && c.room.Community.HasEarlier:
		c.loadEarlier()
	case c.moreBefore && c.first < near:
		c.turn(c.window[0].ID, true)
	case c.moreAfter && c.last >= len(c.Items)-near:
		c.turn(c.window[len(c.window)-1].ID, false)
	}
}

func (c *Chat) turn(from model.MessageID, back bool) {
	c.paging = true
	age := c.age
	e, conv := c.engine, c.conv
	Ask(c.desk, func(context.Context) (page, error) {
		t := newTeller(e, conv)
		if back {
			return t.readPage(model.Anchor{Message: from}, nextPage, 0), nil
		}
		return t.readPage(model.Anchor{Message: from}, 0, nextPage), nil
	}, func(p page, _ error) {
		if age != c.age {
			return
		}
		c.paging = false
		if p.anchor < 0 {
			c.reread() // the message at the edge is gone
			return
		}
		c.join(p, back)
		c.rebuild(nil)
		c.ticking()
		c.turnPages()
	})
}

// join adds a page to the window and lets the other end go.
func (c *Chat) join(p page, back bool) {
	for _, m := range p.messages {
		if at, found := slices.BinarySearchFunc(c.window, m, bySent); found {
			c.window[at] = m
		} else {
			c.window = slices.Insert(c.window, at, m)
		}
	}
	over := len(c.window) - maxWindow
	if back {
		c.moreBefore = p.before
		if over > 0 {
			c.window = slices.Delete(c.window, maxWindow, len(c.window))
			c.moreAfter = true
		}
		return
	}
	c.moreAfter = p.after
	if over > 0 {
		c.window = slices.Delete(c.window, 0, over)
		c.moreBefore = true
	}
}

// shown are the messages that rows are made of: the window without what is
// about to be deleted, and what is being sent.
func (c *Chat) shown() []*ChatMessage {
	list := c.window
	if len(c.held) > 0 {
		list = slices.DeleteFunc(slices.Clone(list), func(m *ChatMessage) bool { return c.held[m.ID] })
	}
	if pending := c.composer.echoes(); len(pending) > 0 && !c.moreAfter {
		list = append(slices.Clone(list), pending...)
	}
	return list
}
