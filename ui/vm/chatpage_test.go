package vm

import (
	"fmt"
	"testing"

	"sotto/engine/model"
)

// whole checks that the window is a run of the conversation without gaps or
// doubles, and returns its ends.
func whole(t *testing.T, f *fakeEngine, c *Chat) (first, last int) {
	t.Helper()
	all := f.messages[c.conv]
	at := -1
	for i, m := range all {
		if m.ID == c.window[0].ID {
			at = i
		}
	}
	for i, m := range c.window {
		if all[at+i].ID != m.ID {
			t.Fatalf("message %d of the window is %q, want %q", i, m.Body, all[at+i].Text)
		}
	}
	if c.moreBefore != (at > 0) || c.moreAfter != (at+len(c.window) < len(all)) {
		t.Fatalf("window %d to %d of %d says more before %v, after %v", at, at+len(c.window), len(all), c.moreBefore, c.moreAfter)
	}
	return at, at + len(c.window) - 1
}

func TestPagesBothWaysAndStaysBounded(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 1000)
	c, s := openChat(d, f, withMaya, 0)
	if p := s.last(); p == nil || !p.End {
		t.Fatalf("opens at %+v, want the end", p)
	}
	_, last := whole(t, f, c)
	if last != 999 {
		t.Fatalf("last message in memory is %d", last)
	}
	for i := 0; c.moreBefore; i++ {
		c.Visible(0, 10)
		d.idle(c)
		first, _ := whole(t, f, c)
		if len(c.window) > maxWindow {
			t.Fatalf("%d messages in memory", len(c.window))
		}
		if i > 100 {
			t.Fatalf("does not reach the beginning, is at %d", first)
		}
	}
	if !c.moreAfter {
		t.Fatal("the end is still in memory")
	}
	for i := 0; c.moreAfter; i++ {
		n := len(c.Items)
		c.Visible(n-10, n-1)
		d.idle(c)
		whole(t, f, c)
		if len(c.window) > maxWindow || i > 100 {
			t.Fatalf("%d messages in memory after %d pages", len(c.window), i)
		}
	}
	if !c.moreBefore {
		t.Fatal("the beginning is still in memory")
	}
}

func TestPageWhoseEdgeIsGone(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 500)
	c, _ := openChat(d, f, withMaya, 0)
	f.remove(c.window[0].ID) // no event has come yet
	c.Visible(0, 10)
	d.idle(c)
	whole(t, f, c)
	c.Visible(0, 10)
	d.idle(c)
	whole(t, f, c)
}

func TestOlderAnswerDoesNotReplaceNewer(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 1000)
	c, s := openChat(d, f, withMaya, 0)
	// The page of the first question comes after that of the second.
	turns := make(chan chan struct{}, 2)
	f.pages = func() {
		ready := make(chan struct{})
		turns <- ready
		<-ready
	}
	early := f.messages[withMaya][100].ID
	c.GoTo(early)
	first := <-turns
	c.ToEnd() // the end is in memory: nothing to ask
	c.GoTo(f.messages[withMaya][500].ID)
	second := <-turns
	f.mu.Lock()
	f.pages = nil
	f.mu.Unlock()
	close(second)
	d.until("the second place", func() bool { return c.index(f.messages[withMaya][500].ID) >= 0 })
	close(first)
	d.idle(c)
	if c.index(early) >= 0 {
		t.Fatal("the first place was shown in the end")
	}
	if p := s.last(); p.Key != key(&ChatMessage{ID: f.messages[withMaya][500].ID}) {
		t.Fatalf("the view is at %+v", p)
	}
	whole(t, f, c)
}

func TestOpensAtFirstUnread(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 200)
	for i := range 90 {
		f.put(withMaya, 0, model.Message{Text: fmt.Sprint("new ", i), Unread: true, Timestamp: at(noon) + model.Millis(i)})
	}
	c, s := openChat(d, f, withMaya, 0)
	if p := s.last(); p.Key != "u" {
		t.Fatalf("opens at %+v, want the line of new messages", p)
	}
	for i, it := range c.Items {
		if it.Kind == ItemUnread {
			if next := c.Items[i+1].Message.Body; next != "new 0" {
				t.Fatalf("under the line stands %q", next)
			}
			return
		}
	}
	t.Fatal("no line of new messages")
}

func TestOpensWhereOneLeftOff(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 500)
	left := f.messages[withMaya][250].ID
	f.chats[withMaya].FirstRead = left
	c, s := openChat(d, f, withMaya, 0)
	if p := s.last(); p.Key != key(&ChatMessage{ID: left}) || p.Centre {
		t.Fatalf("opens at %+v", p)
	}
	c.Leave()
	if err := FinishErrands(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := f.said("scroll"); len(got) != 0 {
		t.Fatalf("nothing moved, and %q was saved", got)
	}

	f.remove(left)
	_, s = openChat(d, f, withMaya, 0)
	if p := s.last(); !p.End {
		t.Fatalf("the message is gone: opens at %+v, want the end", p)
	}
}

func TestLeavesWhereOneIs(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 40)
	c, _ := openChat(d, f, withMaya, 0)
	c.Visible(5, 15)
	want := c.Items[5].Message.ID
	c.Leave()
	d.until("saved", func() bool { return len(f.said("scroll")) == 1 })
	if got := f.said("scroll")[0]; got != fmt.Sprintf("scroll %d", want) {
		t.Fatalf("saved %q, want message %d", got, want)
	}
}
