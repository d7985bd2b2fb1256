package vm

import (
	"testing"
	"time"

	"sotto/engine"
	"sotto/engine/model"
)

func TestRowsStandStillUnderThePointer(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.chats[withMaya].LastActivity, f.chats[withJo].LastActivity = 5000, 4000
	c, p := openList(d, f)
	d.rest(c)
	hold := 500 * time.Millisecond
	c.Held = func() time.Duration { return hold }
	lists := p.lists

	f.mu.Lock()
	f.chats[withJo].LastActivity, f.chats[withJo].Unread = 6000, 1
	f.mu.Unlock()
	c.changed([]engine.Event{engine.ConversationsChanged{}})
	d.rest(c)
	if i, _ := c.Find(withMaya); i != 0 || c.ID(0) != withMaya || p.lists != lists {
		t.Fatal("a row slipped away under the pointer")
	}
	if i, _ := c.Find(withJo); c.Row(i).Unread != 1 {
		t.Error("a row that stands still does not show what is new")
	}
	hold = 0
	d.until("the order follows", func() bool {
		d.clock.Advance(50 * time.Millisecond)
		return c.ID(0) == withJo
	})

	// Somebody new is shown at once: it is another row.
	hold = time.Second
	stranger := model.ConversationOf(someone(9))
	f.mu.Lock()
	f.chats[stranger] = &model.Conversation{ID: stranger, Name: "Zoe", Approved: true, LastActivity: 7000}
	f.mu.Unlock()
	c.changed([]engine.Event{engine.ConversationsChanged{}})
	d.rest(c)
	if _, ok := c.Find(stranger); !ok {
		t.Error("a new conversation waits for the pointer")
	}
}
