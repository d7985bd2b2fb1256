package vm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
)

// write puts a text into the composer as the user does.
func write(c *Chat, s string) {
	for i := range []rune(s) {
		c.Typed(string([]rune(s)[:i+1]))
	}
}

// A message goes where it was written, however fast one switches.
func TestSendsToItsOwnConversation(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.gate = make(chan struct{})
	first, _ := openChat(d, f, withMaya, 0)
	write(first, "for Maya")
	if !first.Send() {
		t.Fatal("there is something to send")
	}
	write(first, "half a thought")
	first.Leave()

	second, _ := openChat(d, f, withJo, 0)
	write(second, "for Jonas")
	if !second.Send() {
		t.Fatal("there is something to send")
	}
	close(f.gate)
	d.until("both are sent", func() bool { return len(f.said("send")) == 2 })
	got := f.said("send")
	slices.Sort(got)
	if want := []string{`send Jonas "for Jonas"`, `send Maya "for Maya"`}; !slices.Equal(got, want) {
		t.Fatalf("sent %q, want %q", got, want)
	}
	d.until("the draft is saved", func() bool { return len(f.said("draft")) == 1 })
	if got := f.said("draft"); got[0] != `draft Maya "half a thought"` {
		t.Fatalf("saved %q", got)
	}
}

// Switching with the window's own desks: the screen's context ends at once.
func TestSendsThoughTheScreenIsLeft(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.gate = make(chan struct{})
	desk, leave := d.Sub()
	c := OpenChat(desk, f, d.clock, withMaya, 0, &screen{})
	d.until("open", func() bool { return c.loaded })
	write(c, "one")
	c.Send()
	write(c, "two")
	c.Send()
	c.Leave()
	leave()
	close(f.gate)
	d.until("sent", func() bool { return len(f.said("send")) == 2 })
	if got := f.said("send"); !slices.Equal(got, []string{`send Maya "one"`, `send Maya "two"`}) {
		t.Fatalf("sent %q", got)
	}
}

func TestWhatCouldNotBeSentIsKept(t *testing.T) {
	t.Run("in the open composer", func(t *testing.T) {
		d := newDesktop(t)
		f := newFake(t, d.clock)
		f.fail = model.Fail(model.ReasonDisk, "full", nil)
		c, s := openChat(d, f, withMaya, 0)
		write(c, "precious")
		c.Send()
		c.Typed("next")
		d.until("told", func() bool { return len(s.notices) == 1 })
		if c.Text() != "precious\nnext" || s.texts[len(s.texts)-1] != c.Text() {
			t.Fatalf("the composer has %q", c.Text())
		}
		if got := rows(c); len(got) != 0 {
			t.Fatalf("rows %q", got)
		}
		if s.notices[0] != SentenceOf(model.ReasonDisk) {
			t.Fatalf("said %q", s.notices[0])
		}
	})
	t.Run("in the draft of a left conversation", func(t *testing.T) {
		d := newDesktop(t)
		f := newFake(t, d.clock)
		f.fail = model.Fail(model.ReasonInternal, "broken", nil)
		f.gate = make(chan struct{})
		desk, leave := d.Sub()
		c := OpenChat(desk, f, d.clock, withMaya, 0, &screen{})
		d.until("open", func() bool { return c.loaded })
		write(c, "precious")
		c.Send()
		c.Leave()
		leave()
		close(f.gate)
		d.until("kept", func() bool {
			r, _ := f.Conversation(withMaya)
			return r.Draft.Text == "precious"
		})
	})
	t.Run("when the failure is told while leaving", func(t *testing.T) {
		d := newDesktop(t)
		f := newFake(t, d.clock)
		f.fail = model.Fail(model.ReasonInternal, "broken", nil)
		desk, leave := d.Sub()
		c := OpenChat(desk, f, d.clock, withMaya, 0, &screen{})
		d.until("open", func() bool { return c.loaded })
		write(c, "precious")
		c.Send()
		waitFor(t, "tried", func() bool {
			u := c.composer.pending[0]
			u.mu.Lock()
			defer u.mu.Unlock()
			return u.failed
		})
		c.Leave()
		leave()
		d.until("kept", func() bool {
			r, _ := f.Conversation(withMaya)
			return strings.TrimSpace(r.Draft.Text) == "precious"
		})
	})
}

// waitFor waits for a condition that another goroutine brings about.
func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	end := time.After(patience)
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-look.C:
		case <-end:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// The echo of a message stands there at once, once, and where the message is in
// the end, whether the event or the answer comes first.
func TestEcho(t *testing.T) {
	for _, eventFirst := range []bool{true, false} {
		t.Run(fmt.Sprint("event first: ", eventFirst), func(t *testing.T) {
			d := newDesktop(t)
			f := newFake(t, d.clock)
			f.fill(withMaya, 3)
			f.gate = make(chan struct{}, 1)
			c, s := openChat(d, f, withMaya, 0)
			write(c, "  hello  ")
			c.Send()
			want := []string{"— Today —", "> text 0", "< text 1", "< text 2", "> hello"}
			if got := rows(c); !slices.Equal(got, want) {
				t.Fatalf("at once %q, want %q", got, want)
			}
			if last := c.Items[len(c.Items)-1]; last.Message.State != ChatSending || !s.last().End {
				t.Fatalf("the echo is %+v, the view at %+v", last.Message, s.last())
			}
			if c.Text() != "" || c.CanSend() {
				t.Fatalf("the composer still has %q", c.Text())
			}
			f.gate <- struct{}{}
			var id model.MessageID
			waitFor(t, "stored", func() (ok bool) {
				f.set(func() {
					if ok = len(f.messages[withMaya]) == 4; ok {
						id = f.messages[withMaya][3].ID
					}
				})
				return ok
			})
			added := func() {
				c.changed([]engine.Event{engine.MessageAdded{Conversation: withMaya, Message: id}})
			}
			if eventFirst {
				added()
				d.until("the event is read", func() bool { return c.index(id) >= 0 })
			} else {
				d.until("the answer is there", func() bool { return len(c.composer.pending) == 0 })
				added()
			}
			d.idle(c)
			if got := rows(c); !slices.Equal(got, want) {
				t.Fatalf("in the end %q, want %q", got, want)
			}
			if last := c.Items[len(c.Items)-1]; last.Message.ID != id {
				t.Fatalf("the last row is still the echo: %+v", last.Message)
			}
		})
	}
}

func TestEqualTextsInARow(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	c, _ := openChat(d, f, withMaya, 0)
	for range 3 {
		write(c, "ok")
		c.Send()
	}
	d.idle(c)
	if got := rows(c); !slices.Equal(got, []string{"— Today —", "> ok", "> ok", "> ok"}) {
		t.Fatalf("rows %q", got)
	}
}

func TestLimit(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	c, _ := openChat(d, f, withMaya, 0)
	for _, row := range []struct {
		text string
		left int
		can  bool
	}{
		{"", 2000, false},
		{" \n\t", 1997, false},
		{"a", 1999, true},
		{strings.Repeat("ü", 2000), 0, true},
		{strings.Repeat("🙂", 2001), -1, false},
	} {
		c.Typed(row.text)
		if c.Left() != row.left || c.CanSend() != row.can || row.can != (c.Left() >= 0 && strings.TrimSpace(row.text) != "") {
			t.Errorf("%d characters: %d left, can send %v", len([]rune(row.text)), c.Left(), c.CanSend())
		}
	}
	f.set(func() { f.chats[withMaya].Blocked = true })
	c.changed([]engine.Event{engine.ConversationChanged{Conversation: withMaya}})
	d.idle(c)
	c.Typed("hello")
	if c.CanSend() || c.Send() {
		t.Error("a blocked contact can be written to")
	}
}

func TestDraft(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 3)
	answered := f.messages[withMaya][1]
	f.chats[withMaya].Draft = model.Draft{Text: "I was saying", Quote: &model.QuoteRef{Author: maya, Timestamp: answered.Timestamp}}
	c, s := openChat(d, f, withMaya, 0)
	if !slices.Equal(s.texts, []string{"I was saying"}) || c.Reply == nil || c.Reply.Title != "Maya" || c.Reply.Text != "text 1" {
		t.Fatalf("restored %q, reply %+v", s.texts, c.Reply)
	}
	c.Leave()
	if err := FinishErrands(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := f.said("draft"); len(got) != 0 {
		t.Fatalf("nothing was typed, and %q was saved", got)
	}

	c, _ = openChat(d, f, withMaya, 0)
	c.CancelReply()
	write(c, "I was saying that")
	d.clock.Advance(time.Second)
	d.until("saved", func() bool { return len(f.said("draft")) == 1 })
	if got := f.said("draft")[0]; got != `draft Maya "I was saying that"` {
		t.Fatalf("saved %q", got)
	}
	c.Leave()
	if err := FinishErrands(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := f.said("draft"); len(got) != 1 {
		t.Fatalf("saved again though nothing changed: %q", got)
	}
}

// What is typed before the stored draft was read is not overwritten by it.
func TestDraftDoesNotReplaceTyping(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.chats[withMaya].Draft.Text = "old"
	s := &screen{}
	c := OpenChat(d.Desk, f, d.clock, withMaya, 0, s)
	c.Typed("new")
	d.until("open", func() bool { return c.loaded })
	if c.Text() != "new" || len(s.texts) != 0 {
		t.Fatalf("the composer has %q, the view was told %q", c.Text(), s.texts)
	}
}

// A draft that waits to be saved must not come back after the text was sent.
func TestSentTextIsNoDraft(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	c, _ := openChat(d, f, withMaya, 0)
	write(c, "hello")
	c.Send()
	d.clock.Advance(time.Second)
	d.idle(c)
	c.Leave()
	if err := FinishErrands(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r, _ := f.Conversation(withMaya); r.Draft.Text != "" {
		t.Fatalf("the draft is %q", r.Draft.Text)
	}
	if got := f.said("draft"); len(got) != 0 {
		t.Fatalf("saved %q", got)
	}
}

func TestTypingIsTold(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	c, _ := openChat(d, f, withMaya, 0)
	c.Typed(" ")
	c.Typed(" h")
	c.Typed(" ")
	c.Typed("")
	c.Typed("x")
	c.Leave()
	if err := FinishErrands(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, want := f.said("typing"), []string{"typing Maya true", "typing Maya false", "typing Maya true", "typing Maya false"}; !slices.Equal(got, want) {
		t.Fatalf("told %q, want %q", got, want)
	}
}

func TestReplyWithTheArrowKeys(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	for i, m := range []model.Message{
		{Text: "a"}, {Text: "b", Outgoing: true}, {Kind: model.KindDeleted}, {Text: "c"}, {Kind: model.KindMissedCall}, {Text: "d", Outgoing: true},
	} {
		f.put(withMaya, time.Duration(10-i)*time.Minute, m)
	}
	c, _ := openChat(d, f, withMaya, 0)
	want := func(text string) {
		t.Helper()
		got := ""
		if c.Reply != nil {
			got = c.Reply.Text
		}
		if got != text {
			t.Fatalf("answers %q, want %q", got, text)
		}
	}
	c.ReplyStep(1)
	want("")
	c.ReplyStep(-1)
	want("c") // the newest of somebody else
	c.ReplyStep(-1)
	want("b")
	c.ReplyStep(-1)
	want("a")
	c.ReplyStep(-1)
	want("a")
	c.ReplyStep(1)
	want("b")
	c.ReplyStep(1)
	want("c")
	c.ReplyStep(1)
	want("d")
	c.ReplyStep(1)
	want("")
	c.ReplyStep(-1)
	write(c, "yes")
	c.Send()
	d.idle(c)
	sent := f.messages[withMaya][len(f.messages[withMaya])-1]
	if sent.Quote == nil || sent.Quote.Author != maya || sent.Quote.Timestamp != f.messages[withMaya][3].Timestamp || c.Reply != nil {
		t.Fatalf("sent %+v", sent)
	}
	if q := c.Items[len(c.Items)-1].Message.Quote; q == nil || q.Text != "c" || q.Title != "Maya" {
		t.Fatalf("quote %+v", q)
	}
}

func TestReplyTargetDeleted(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 2)
	c, _ := openChat(d, f, withMaya, 0)
	id := f.messages[withMaya][1].ID
	c.ReplyTo(id)
	if c.Reply == nil {
		t.Fatal("no reply")
	}
	c.changed([]engine.Event{engine.MessageDeleted{Conversation: withMaya, Key: f.remove(id)}})
	if c.Reply != nil {
		t.Fatalf("still answers %+v", c.Reply)
	}
}

func TestReactionErrorsAreTold(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.put(withMaya, time.Minute, model.Message{Text: "a", Reactions: []model.Reaction{{Author: myself, Emoji: "🥰"}, {Author: maya, Emoji: "😮"}}})
	c, s := openChat(d, f, withMaya, 0)
	m := c.window[0]
	c.React(m, "🥰")
	c.React(m, "😮")
	waitFor(t, "both", func() bool { return len(f.said("react")) == 2 })
	got := f.said("react")
	slices.Sort(got)
	if want := []string{"react 1 😮 true", "react 1 🥰 false"}; !slices.Equal(got, want) {
		t.Fatalf("asked for %q, want %q", got, want)
	}
	if recent := c.RecentEmoji(); recent[0] != "😮" || len(recent) < QuickReactions {
		t.Fatalf("recent emoji %q", recent)
	}
	f.set(func() { f.fail = errors.Join(model.Fail(model.ReasonNotAllowed, "too many", nil)) })
	c.React(m, "😈")
	d.until("told", func() bool { return len(s.notices) == 1 })
	if s.notices[0] != text.T("chat.react.not_allowed") {
		t.Fatalf("said %q", s.notices[0])
	}
}

// slowDisk takes as long for a draft as its gate stays closed.
type slowDisk struct {
	*fakeEngine
	gate chan struct{}
}

func (s slowDisk) SaveDraft(ctx context.Context, conv model.ConversationID, d model.Draft) error {
	<-s.gate
	return s.fakeEngine.SaveDraft(ctx, conv, d)
}

// TestDraftOnItsWayIsShown leaves a conversation and comes back before its draft
// is stored.
func TestDraftOnItsWayIsShown(t *testing.T) {
	d := newDesktop(t)
	f := slowDisk{newFake(t, d.clock), make(chan struct{})}
	desk, leave := d.Sub()
	c := OpenChat(desk, f, d.clock, withMaya, 0, &screen{})
	d.until("open", func() bool { return c.loaded })
	write(c, "half a thought")
	c.Leave()
	leave()
	again := OpenChat(d.Desk, f, d.clock, withMaya, 0, &screen{})
	d.until("open again", func() bool { return again.loaded })
	if again.Text() != "half a thought" {
		t.Errorf("the draft is %q", again.Text())
	}
	close(f.gate)
	d.until("stored", func() bool {
		r, _ := f.Conversation(withMaya)
		_, late := underway.of(f, withMaya)
		return r.Draft.Text == "half a thought" && !late
	})
}
