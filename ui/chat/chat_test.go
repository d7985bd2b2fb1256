package chat

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"sotto/engine/model"
	"sotto/ui/widget"
)

func TestWriteAndSend(t *testing.T) {
	r := enter(t, []model.Message{says("are you there?", time.Hour)}, nil)
	r.view.Focus()
	if r.shows("composer.send") {
		t.Fatal("a button to send nothing")
	}
	r.typeText("yes")
	area := r.canvas.Focused().(desktop.Keyable)
	area.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	r.key(fyne.KeyReturn)
	area.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	r.typeText("I am")
	if s, _ := r.seen("composer.text"); s.Text != "yes\nI am" {
		t.Fatalf("the composer has %q", s.Text)
	}
	r.key(fyne.KeyReturn)
	if s, _ := r.seen("composer.text"); s.Text != "" {
		t.Fatalf("the composer still has %q", s.Text)
	}
	if !r.shows("message:yes I am") {
		t.Fatalf("the message is not there at once: %v", r.names())
	}
	r.until("stored", func() bool {
		return len(r.engine.Page(withMaya, model.Anchor{End: true}, 9, 0).Messages) == 2
	})
	sent := r.engine.Page(withMaya, model.Anchor{End: true}, 0, 0).Messages[0]
	if sent.Text != "yes\nI am" || !sent.Outgoing {
		t.Fatalf("stored %+v", sent)
	}
	r.typeText("by button")
	r.press("composer.send")
	r.until("sent", func() bool { return r.shows("message:by button") })
}

func TestReplyAndReactFromTheMenu(t *testing.T) {
	r := enter(t, []model.Message{says("found the cabin", time.Hour), says("two nights?", time.Minute)}, nil)
	r.menu("found the cabin")
	r.press("menu.reply")
	if r.view.vm.Reply == nil || r.view.vm.Reply.Text != "found the cabin" {
		t.Fatalf("answers %+v", r.view.vm.Reply)
	}
	r.typeText("yes!")
	r.key(fyne.KeyReturn)
	r.until("the quote", func() bool {
		s, ok := r.seen("message.quote")
		return ok && s.Text == "Maya: found the cabin"
	})
	r.menu("two nights?")
	r.press("reaction.🥰")
	r.until("the reaction", func() bool {
		s, ok := r.seen("message.reaction")
		return ok && s.Text == "🥰 1"
	})
	r.press("message.reaction")
	r.until("the reaction is taken back", func() bool { return !r.shows("message.reaction") })
}

func TestDeleteHereCanBeUndone(t *testing.T) {
	r := enter(t, []model.Message{says("oops", time.Minute), says("stays", time.Second)}, nil)
	r.menu("oops")
	r.press("menu.delete")
	if r.shows("message:oops") {
		t.Fatal("still there")
	}
	if r.view.undo == nil {
		t.Fatal("nothing to undo with")
	}
	r.view.vm.Restore(r.engine.Page(withMaya, model.Anchor{End: true}, 9, 0).Messages[0].ID)
	if !r.shows("message:oops") {
		t.Fatal("not back")
	}
	r.menu("oops")
	r.press("menu.delete")
	r.view.Leave()
	r.until("deleted when left", func() bool {
		return len(r.engine.Page(withMaya, model.Anchor{End: true}, 9, 0).Messages) == 1
	})
}

func TestOwnMessageAsksWhereToDelete(t *testing.T) {
	m := says("sent too early", time.Minute)
	m.Outgoing, m.State = true, model.StateSent
	r := enter(t, []model.Message{m}, nil)
	r.menu("sent too early")
	r.press("menu.delete")
	r.press("delete.everyone")
	r.press("delete.ok")
	r.until("a line in its place", func() bool { return r.shows("message:This message was deleted") })
}

func TestRequest(t *testing.T) {
	r := enter(t, []model.Message{says("hi, it is me", time.Minute)}, func(c *model.Conversation) { c.Approved = false })
	for _, name := range []string{"request.accept", "request.decline", "request.block", "composer.text"} {
		if !r.shows(name) {
			t.Fatalf("%s is not there: %v", name, r.names())
		}
	}
	r.press("request.accept")
	r.until("accepted", func() bool { return !r.shows("request.accept") })
	if c, _ := r.engine.Conversation(withMaya); !c.Approved {
		t.Fatal("not accepted")
	}
}

func TestDeclinedRequestIsGone(t *testing.T) {
	r := enter(t, []model.Message{says("buy gold", time.Minute)}, func(c *model.Conversation) { c.Approved = false })
	r.press("request.decline")
	r.key(fyne.KeyReturn)
	r.until("gone", func() bool { return r.gone > 0 })
}

func TestBlocked(t *testing.T) {
	r := enter(t, nil, func(c *model.Conversation) { c.Blocked = true })
	if r.shows("composer.text") {
		t.Fatal("a blocked contact can be written to")
	}
	r.press("chat.unblock")
	r.until("unblocked", func() bool { return r.shows("composer.text") })
}

func TestFindBar(t *testing.T) {
	var list []model.Message
	for i := range 200 {
		list = append(list, says(fmt.Sprintf("word%d and more", i), time.Duration(400-i)*time.Minute))
	}
	r := enter(t, list, nil)
	r.press("header.search")
	r.typeText("word12")
	count := func() string {
		for _, s := range widget.Inspect(r.canvas) {
			if strings.Contains(s.Text, " of ") {
				return s.Text
			}
		}
		return ""
	}
	r.until("found", func() bool { return count() == "1 of 11" && r.shows("message:word129 and more") })
	r.press("find.older")
	r.until("the next", func() bool { return count() == "2 of 11" && r.shows("message:word128 and more") })
	r.press("find.newer")
	r.press("find.newer")
	r.until("round to the oldest", func() bool { return count() == "11 of 11" && r.shows("message:word12 and more") })
	if !r.view.Escape() || r.shows("find.text") || !r.shows("header.search") {
		t.Fatal("the search does not close")
	}
}

func TestEmojiPicker(t *testing.T) {
	r := enter(t, nil, nil)
	r.view.Focus()
	r.typeText("who wants ")
	r.press("composer.emoji")
	if !r.shows("emoji.search") {
		t.Fatalf("no picker: %v", r.names())
	}
	r.typeText("pizza")
	r.key(fyne.KeyReturn)
	if s, _ := r.seen("composer.text"); s.Text != "who wants 🍕" {
		t.Fatalf("the composer has %q", s.Text)
	}
	if r.shows("emoji.search") || !r.view.bottom.composer.Area.Focused() {
		t.Fatal("the picker does not close, or the keyboard is elsewhere")
	}
}

func TestTimerSheet(t *testing.T) {
	r := enter(t, nil, nil)
	r.press("header.timer")
	// The second of the three ways is "After reading"; it begins with 12 hours.
	for _, s := range widget.Inspect(r.canvas) {
		if strings.HasPrefix(s.Text, "Off After reading") {
			test.TapCanvas(r.canvas, fyne.NewPos(s.X+130, s.Y+s.H/2))
		}
	}
	r.press("timer.set")
	r.until("the timer is on", func() bool {
		s, ok := r.seen("header.timer_on")
		return ok && s.Text == "12 hours"
	})
	if c, _ := r.engine.Conversation(withMaya); c.Timer != (model.Timer{Mode: model.ExpireAfterRead, Seconds: 12 * 60 * 60}) {
		t.Fatalf("set %+v", c.Timer)
	}
}

func TestNarrow(t *testing.T) {
	r := enter(t, []model.Message{says("hello", time.Minute)}, nil)
	if r.shows("header.back") || !r.shows("header.info") {
		t.Fatal("the wide header")
	}
	r.view.SetNarrow(true)
	if !r.shows("header.back") || r.shows("header.info") {
		t.Fatalf("the narrow header: %v", r.names())
	}
	r.press("header.more")
	r.press("menu.info")
	r.press("header.title")
	if r.infos != 2 {
		t.Fatalf("details were asked for %d times", r.infos)
	}
}

func TestFoldedTextOpens(t *testing.T) {
	long := strings.Repeat("a line\n", 40) + "the end"
	r := enter(t, []model.Message{says(long, time.Minute)}, nil)
	b := r.view.messages.list.Row(1).(*widget.Bubble)
	before := b.Size().Height
	r.press("message.more")
	if r.shows("message.more") || b.Size().Height <= before {
		t.Fatal("it does not open")
	}
}
