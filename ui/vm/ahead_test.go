package vm

import (
	"slices"
	"testing"

	"sotto/engine"
	"sotto/engine/model"
)

func readFirst(d *desktop, f *fakeEngine, conv model.ConversationID) *FirstPage {
	d.t.Helper()
	var page *FirstPage
	ReadFirst(d.Desk, f, conv, func(p *FirstPage) { page = p })
	d.until("the first page is read", func() bool { return page != nil })
	return page
}

// TestReadAheadOpensLikeAnother opens a conversation in both ways.
func TestReadAheadOpensLikeAnother(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 100)
	for range 3 {
		f.put(withMaya, 0, model.Message{Text: "new", Unread: true})
	}
	f.chats[withMaya].Draft = model.Draft{Text: "half a"}
	other, onScreen := openChat(d, f, withMaya, 0)

	page := readFirst(d, f, withMaya)
	s := &screen{}
	c := OpenRead(d.Desk, f, d.clock, page, s)
	c.Lay()
	if !slices.Equal(rows(c), rows(other)) {
		t.Errorf("shows %q, want %q", rows(c), rows(other))
	}
	if *s.last() != *onScreen.last() {
		t.Errorf("opens at %+v, want %+v", s.last(), onScreen.last())
	}
	if c.Text() != "half a" {
		t.Errorf("the draft is %q", c.Text())
	}
	if calls := f.said("read"); len(calls) > 0 {
		t.Errorf("nobody has seen it, but %q", calls)
	}
	c.Begin()
	c.Visible(0, len(c.Items)-1)
	c.Active(true)
	d.until("it is read", func() bool { return len(f.said("read")) > 0 })
	m := f.put(withMaya, 0, model.Message{Text: "newer"})
	c.changed([]engine.Event{engine.MessageAdded{Conversation: withMaya, Message: m.ID}})
	d.until("news are shown", func() bool { return slices.Contains(rows(c), "< newer") })
}

// TestReadAheadKnowsWhenItIsStale tells the page what has happened since.
func TestReadAheadKnowsWhenItIsStale(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 3)
	for _, c := range []struct {
		name  string
		event engine.Event
		fresh bool
	}{
		{"a message", engine.MessageAdded{Conversation: withMaya}, false},
		{"a message elsewhere", engine.MessageAdded{Conversation: withJo}, true},
		{"another text", engine.MessageChanged{Conversation: withMaya}, false},
		{"a deletion", engine.MessageDeleted{Conversation: withMaya}, false},
		{"a reaction", engine.ReactionChanged{Conversation: withMaya}, false},
		{"read elsewhere", engine.ReadChanged{Conversation: withMaya}, false},
		{"read in another one", engine.ReadChanged{Conversation: withJo}, true},
		{"typing", engine.TypingChanged{Conversation: withMaya}, false},
		{"a file", engine.TransferChanged{Conversation: withMaya}, false},
		{"draft or name", engine.ConversationChanged{Conversation: withMaya}, false},
		{"the network", engine.StatusChanged{}, true},
		{"the settings", engine.SettingsChanged{}, false},
		{"too much", engine.Resync{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			page := readFirst(d, f, withMaya)
			defer page.Close()
			if !page.Fresh() {
				t.Fatal("stale from the beginning")
			}
			page.later = append(page.later, c.event)
			if page.Fresh() != c.fresh {
				t.Errorf("fresh is %v", !c.fresh)
			}
		})
	}
}
