package chat

import (
	"fmt"
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/ui/widget"
)

// place returns where a message stands in the view.
func (r *room) place(text string) (y float32, ok bool) {
	list := r.view.messages
	for i, it := range list.items {
		if it.Message != nil && it.Message.Body == text {
			if row := list.list.Row(i); row != nil {
				return row.Position().Y, true
			}
		}
	}
	return 0, false
}

// topmost returns a message in the upper part of the view.
func (r *room) topmost() (text string, y float32) {
	r.t.Helper()
	list := r.view.messages
	first, last := list.list.VisibleRange()
	for i := first; i <= last; i++ {
		if m := list.items[i].Message; m != nil {
			return m.Body, list.list.Row(i).Position().Y
		}
	}
	r.t.Fatal("no message in view")
	return "", 0
}

func history(n int) []model.Message {
	var list []model.Message
	for i := range n {
		m := says(fmt.Sprintf("message %d, which is so long that it sometimes takes a second line in a window that is not very wide %d", i, i*i*i*i), time.Duration(n-i)*17*time.Minute)
		m.Outgoing = i%3 == 0
		if m.Outgoing {
			m.State = model.StateSent
		}
		list = append(list, m)
	}
	return list
}

// What one reads does not move while pages come and go around it.
func TestNothingJumps(t *testing.T) {
	r := enter(t, history(900), nil)
	list := r.view.messages
	if !list.list.AtBottom() {
		t.Fatal("does not open at the end")
	}
	memory := func() string {
		return fmt.Sprint(len(list.items), list.items[0].Key, list.items[len(list.items)-1].Key)
	}
	pages := 0
	for _, direction := range []float32{-1, 1} {
		for range 150 {
			before := memory()
			list.list.ScrollBy(direction * 300)
			text, y := r.topmost()
			for moved := true; moved; {
				moved = false
				for range 3 { // a page may be on its way
					select {
					case f := <-r.queue:
						f()
						moved = true
					case <-time.After(time.Millisecond):
					}
				}
			}
			if memory() != before {
				pages++
			}
			if now, ok := r.place(text); !ok || now < y-1 || now > y+1 {
				t.Fatalf("%q moved from %v to %v (there: %v)", text[:14], y, now, ok)
			}
		}
	}
	if pages < 8 {
		t.Fatalf("only %d pages came: nothing was tested", pages)
	}
	if len(list.items) > 420 {
		t.Fatalf("%d rows in memory", len(list.items))
	}
}

func TestNewMessagesDoNotMoveWhatIsRead(t *testing.T) {
	r := enter(t, history(100), nil)
	list := r.view.messages.list
	list.ScrollBy(-900)
	text, y := r.topmost()
	if _, err := r.engine.SendText(t.Context(), withMaya, model.Draft{Text: "from the other device"}); err != nil {
		t.Fatal(err)
	}
	r.until("the message is in memory", func() bool {
		last := r.view.messages.items[len(r.view.messages.items)-1]
		return last.Message != nil && last.Message.Body == "from the other device"
	})
	if now, ok := r.place(text); !ok || now != y {
		t.Fatalf("moved from %v to %v", y, now)
	}
	if !r.shows("chat.to_end") {
		t.Fatal("no button to the end")
	}
	r.press("chat.to_end")
	r.until("the end", func() bool { return list.AtBottom() && !r.shows("chat.to_end") })
	if _, err := r.engine.SendText(t.Context(), withMaya, model.Draft{Text: "one more"}); err != nil {
		t.Fatal(err)
	}
	r.until("it is shown at the end", func() bool { return r.shows("message:one more") && list.AtBottom() })
}

func TestQuoteLeadsToItsOrigin(t *testing.T) {
	list := history(600)
	answer := says("that one", time.Second)
	answer.Quote = &model.QuoteRef{Author: maya, Timestamp: list[1].Timestamp}
	lost := says("lost", time.Millisecond)
	lost.Quote = &model.QuoteRef{Author: maya, Timestamp: 7}
	r := enter(t, append(list, answer, lost), nil)
	r.view.vm.GoToQuoted(r.view.messages.items[len(r.view.messages.items)-2].Message)
	r.until("the origin", func() bool { _, ok := r.place(list[1].Text); return ok })
	y, _ := r.place(list[1].Text)
	if y < 0 || y > 600 {
		t.Fatalf("the origin stands at %v", y)
	}
	if !r.shows("chat.to_end") {
		t.Fatal("no way back")
	}
	r.press("chat.to_end")
	r.until("the end again", func() bool { return r.shows("message:lost") })
}

func TestOpensAtTheLineOfNewMessages(t *testing.T) {
	list := history(200)
	for i := 150; i < 200; i++ {
		list[i].Outgoing, list[i].Sender, list[i].Unread = false, maya, true
	}
	r := enter(t, list, nil)
	for _, s := range widget.Inspect(r.canvas) {
		if s.Text == "New messages" {
			if s.Y > 150 {
				t.Fatalf("the line stands at %v", s.Y)
			}
			return
		}
	}
	t.Fatalf("the line is not in view: %v", r.names())
}
