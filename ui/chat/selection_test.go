package chat

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sotto/engine/model"
	"sotto/ui/widget"
)

// bubble returns the bubble of a message, and where the text's corner is.
func (r *room) bubble(text string) *widget.Bubble {
	r.t.Helper()
	list := r.view.messages
	for i, it := range list.items {
		if it.Message != nil && it.Message.Body == text {
			if b, ok := list.list.Row(i).(*widget.Bubble); ok {
				return b
			}
		}
	}
	r.t.Fatalf("%q is not in view", text)
	return nil
}

// down presses the first button at a share of a bubble's width and height.
func (r *room) down(b *widget.Bubble, x, y float32, m fyne.KeyModifier) {
	at, size := b.BubbleFrame()
	p := at.AddXY(size.Width*x, size.Height*y)
	origin := fyne.CurrentApp().Driver().AbsolutePositionForObject(b)
	b.MouseDown(&desktop.MouseEvent{
		PointEvent: fyne.PointEvent{Position: p, AbsolutePosition: origin.Add(p)}, Button: desktop.MouseButtonPrimary, Modifier: m,
	})
}

func (r *room) tap(b *widget.Bubble, m fyne.KeyModifier) {
	r.down(b, 0.5, 0.5, m)
	at, size := b.BubbleFrame()
	b.Tapped(&fyne.PointEvent{Position: at.AddXY(size.Width/2, size.Height/2)})
}

// dragTo moves the pointer to a point of another bubble with the button down.
func dragTo(from, to *widget.Bubble, x, y float32) {
	at, size := to.BubbleFrame()
	there := fyne.CurrentApp().Driver().AbsolutePositionForObject(to).Add(at.AddXY(size.Width*x, size.Height*y))
	here := fyne.CurrentApp().Driver().AbsolutePositionForObject(from)
	from.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{AbsolutePosition: there, Position: there.Subtract(here)}})
}

func (r *room) copied() string {
	r.canvas.Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutCopy{})
	return fyne.CurrentApp().Clipboard().Content()
}

func TestSelectTextInAMessage(t *testing.T) {
	long := "The boat leaves at nine,\nnot at ten as it said yesterday."
	r := enter(t, []model.Message{says(long, time.Hour), says("مرحبا بالعالم", time.Minute)}, nil)
	b := r.bubble(long)
	r.down(b, 0.02, 0.2, 0)
	dragTo(b, b, 0.98, 0.75)
	if got := r.copied(); got != long {
		t.Errorf("all of it is %q", got)
	}
	r.down(b, 0.02, 0.2, 0)
	dragTo(b, b, 0.98, 0.2)
	if got := r.copied(); got != "The boat leaves at nine," {
		t.Errorf("the first line is %q", got)
	}
	// News do not take the selection away.
	if _, err := r.engine.SendText(t.Context(), withMaya, model.Draft{Text: "fine"}); err != nil {
		t.Fatal(err)
	}
	r.until("the news", func() bool { return r.shows("message:fine") })
	if got := r.copied(); got != "The boat leaves at nine," {
		t.Errorf("after news %q", got)
	}
	arabic := r.bubble("مرحبا بالعالم")
	r.down(arabic, 0.98, 0.4, 0) // right-to-left text begins at the right
	dragTo(arabic, arabic, 0.01, 0.4)
	if got := r.copied(); got != "مرحبا بالعالم" {
		t.Errorf("right to left %q", got)
	}
	if !r.view.Escape() || r.view.messages.mark.text != "" {
		t.Error("Esc keeps the selection")
	}
}

func TestDoubleClickTakesAWord(t *testing.T) {
	r := enter(t, []model.Message{says("unforgettable", time.Hour)}, nil)
	b := r.bubble("unforgettable")
	r.down(b, 0.3, 0.5, 0)
	r.down(b, 0.3, 0.5, 0)
	if got := r.copied(); got != "unforgettable" {
		t.Errorf("double click takes %q", got)
	}
}

// Dragging out of a message picks whole messages.
func TestDragAcrossMessages(t *testing.T) {
	r := enter(t, []model.Message{says("first", 3*time.Minute), says("second", 2*time.Minute), says("third", time.Minute)}, nil)
	from := r.bubble("first")
	r.down(from, 0.1, 0.5, 0)
	dragTo(from, r.bubble("third"), 0.5, 0.5)
	if got := len(r.view.vm.Picked()); got != 3 {
		t.Fatalf("%d messages are picked", got)
	}
	dragTo(from, r.bubble("second"), 0.5, 0.5)
	if got := len(r.view.vm.Picked()); got != 2 {
		t.Errorf("moving back leaves %d", got)
	}
}

func TestPickCopyAndDeleteSeveral(t *testing.T) {
	own := says("mine", 2*time.Minute)
	own.Outgoing, own.State = true, model.StateSent
	r := enter(t, []model.Message{says("one", 50*time.Hour), says("two", 3*time.Minute), own, says("four", time.Minute)}, nil)
	r.menu("one")
	r.press("menu.select")
	if !r.shows("pick.copy") || r.shows("header.search") {
		t.Fatalf("no bar for what is picked: %v", r.names())
	}
	r.tap(r.bubble("mine"), fyne.KeyModifierShift)
	if got := len(r.view.vm.Picked()); got != 3 {
		t.Fatalf("Shift picks %d", got)
	}
	text := r.view.vm.CopyText(r.view.vm.Picked())
	r.press("pick.copy")
	if got := fyne.CurrentApp().Clipboard().Content(); got != text || r.view.vm.Picking() {
		t.Errorf("copied %q", got)
	}
	lines := strings.Split(text, "\n")
	if len(lines) != 6 || lines[2] != "" || !strings.HasSuffix(lines[1], "] Maya: one") || !strings.HasSuffix(lines[5], "] You: mine") {
		t.Errorf("several messages copy as %q", text)
	}
	r.tap(r.bubble("one"), fyne.KeyModifierShortcutDefault)
	r.tap(r.bubble("two"), 0)
	r.tap(r.bubble("mine"), 0)
	r.tap(r.bubble("two"), 0) // not after all
	if got := len(r.view.vm.Picked()); got != 2 {
		t.Fatalf("%d are picked", got)
	}
	r.press("pick.delete")
	r.until("two are left", func() bool { return !r.shows("message:one") && !r.shows("message:mine") })
	r.view.Leave()
	r.until("deleted", func() bool {
		return len(r.engine.Page(withMaya, model.Anchor{End: true}, 9, 0).Messages) == 2
	})
}

func TestForward(t *testing.T) {
	r := enter(t, []model.Message{says("first", 3*time.Minute), says("second", 2*time.Minute)}, nil)
	jonas, err := r.engine.StartConversation(t.Context(), someone(2))
	if err != nil {
		t.Fatal(err)
	}
	r.menu("first")
	r.press("menu.select")
	r.tap(r.bubble("second"), 0)
	r.press("pick.forward")
	r.until("whom it may go to", func() bool { return r.shows("forward.row:*") })
	title := model.ShortID(someone(2))
	r.press("forward.row:" + title)
	r.press("forward.send")
	r.until("it went", func() bool { return len(r.sent) == 1 })
	if r.sent[0].ID != jonas || r.view.vm.Picking() {
		t.Errorf("went to %+v", r.sent)
	}
	var got []string
	for _, m := range r.engine.Page(jonas, model.Anchor{End: true}, 9, 0).Messages {
		got = append(got, m.Text)
	}
	if strings.Join(got, "|") != "first|second" {
		t.Errorf("arrived %q", got)
	}
	if n := len(r.engine.Page(withMaya, model.Anchor{End: true}, 9, 0).Messages); n != 2 {
		t.Errorf("%d messages where they came from", n)
	}
}
