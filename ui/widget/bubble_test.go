package widget

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

func TestBubbleIsAsWideAsItsWidestLine(t *testing.T) {
	text := "Last of the group: the bottom corner on the sender's side is 6. Text wraps at 65 characters."
	m := BubbleModel{Spans: Text(text), Time: "13:59"}
	l := layoutBubble(&m, 560)
	if len(l.body.lines) < 2 {
		t.Fatal("does not wrap")
	}
	var widest float32
	for _, line := range l.body.lines {
		widest = max(widest, line.width)
	}
	want := max(widest, l.body.lines[len(l.body.lines)-1].width+metaAir+l.meta.w)
	if got := l.bubble.w - 2*bubblePadX; got < want || got > want+1 {
		t.Errorf("content is %f wide, its widest line %f", got, want)
	}
	if most := float32(560 * bubbleShare); l.bubble.w > most {
		t.Errorf("bubble is %f wide of at most %f", l.bubble.w, most)
	}
}

func TestOneLineBubbleIs38High(t *testing.T) {
	m := BubbleModel{Spans: Text("Hello"), Time: "13:59", Outgoing: true, State: Read}
	if l := layoutBubble(&m, 760); l.bubble.h != 38 || l.height != 38+bubbleGap {
		t.Errorf("bubble %f, row %f", l.bubble.h, l.height)
	}
	m.First = true
	if l := layoutBubble(&m, 760); l.height != 38+groupGap {
		t.Errorf("first of a group: row %f", l.height)
	}
}

// TestTimeNeverLiesOnText: with growing text the time either has its air on
// the last line or a line of its own.
func TestTimeNeverLiesOnText(t *testing.T) {
	for n := 1; n < 80; n++ {
		m := BubbleModel{Spans: Text(strings.TrimSpace(strings.Repeat("mill ", n))), Time: "13:59", HasTimer: true, Outgoing: n%2 == 0, State: Sent}
		l := layoutBubble(&m, 420)
		last := l.body.lines[len(l.body.lines)-1]
		lineBottom := l.bodyY + last.top + last.height
		if l.meta.y < lineBottom-4 && l.bodyX+last.width+metaAir > l.meta.x+0.6 {
			t.Errorf("%d words: text ends at %f, time begins at %f", n, l.bodyX+last.width, l.meta.x)
		}
		if right := l.bubble.x + l.bubble.w - bubblePadX; !near(l.meta.x+l.meta.w, right) {
			t.Errorf("%d words: time ends at %f, padding at %f", n, l.meta.x+l.meta.w, right)
		}
		if bottom := l.bubble.y + l.bubble.h - metaBottom; !near(l.meta.y+l.meta.h, bottom) {
			t.Errorf("%d words: time stands at %f, want %f", n, l.meta.y+l.meta.h, bottom)
		}
	}
}

func TestBubbleSides(t *testing.T) {
	in := BubbleModel{Spans: Text("Hi"), Time: "1:00"}
	if l := layoutBubble(&in, 500); l.bubble.x != 0 {
		t.Errorf("incoming at %f", l.bubble.x)
	}
	in.Gutter = true
	if l := layoutBubble(&in, 500); l.bubble.x != gutterWidth {
		t.Errorf("in a group at %f", l.bubble.x)
	}
	out := BubbleModel{Spans: Text("Hi"), Time: "1:00", Outgoing: true}
	if l := layoutBubble(&out, 500); !near(l.bubble.x+l.bubble.w, 500) {
		t.Errorf("outgoing ends at %f", l.bubble.x+l.bubble.w)
	}
}

func TestEmojiOnlyHasNoBubble(t *testing.T) {
	for in, want := range map[string]bool{"🙌🏽✨": true, "👍👍👍": true, "👍👍👍👍": false, "👍 ok": false} {
		m := BubbleModel{Spans: Text(in)}
		if got := layoutBubble(&m, 500).big; got != want {
			t.Errorf("%s: large is %t", in, got)
		}
	}
	quoted := BubbleModel{Spans: Text("👍"), Quote: &Quote{Title: "a", Text: "b"}}
	if layoutBubble(&quoted, 500).big {
		t.Error("a quote needs a bubble")
	}
}

func TestLongTextFolds(t *testing.T) {
	m := BubbleModel{Spans: Text(strings.Repeat("line\n", 60) + "end"), Time: "1:00"}
	folded := HeightOfBubble(&m, 500)
	if want := float32(foldLines*22 + 60); folded > want || folded < want-40 {
		t.Errorf("folded height %f", folded)
	}
	m.Expanded = true
	if open := HeightOfBubble(&m, 500); open < 61*22 {
		t.Errorf("open height %f", open)
	}
}

func TestReactionsWrap(t *testing.T) {
	m := BubbleModel{Spans: Text("Hi"), Time: "1:00", Outgoing: true}
	for range 30 {
		m.Reactions = append(m.Reactions, Reaction{Emoji: "👍", Count: 12})
	}
	l := layoutBubble(&m, 400)
	for i, c := range l.chips {
		if c.x < -0.5 || c.x+c.w > 400.5 {
			t.Errorf("chip %d from %f to %f", i, c.x, c.x+c.w)
		}
	}
	if end := l.chips[29]; end.y+end.h > l.height {
		t.Errorf("chips end at %f, the row at %f", end.y+end.h, l.height)
	}
}

func TestBubbleCallbacks(t *testing.T) {
	var got []string
	note := func(s string) func() { return func() { got = append(got, s) } }
	b := NewBubble()
	b.OnLink = func(s Span) { got = append(got, "link "+s.Data) }
	b.OnQuote, b.OnRetry, b.OnSender, b.OnFold, b.OnTap = note("quote"), note("retry"), note("sender"), note("fold"), note("tap")
	b.OnReaction = func(i int) { got = append(got, "reaction") }
	b.OnMenu = func(fyne.Position) { got = append(got, "menu") }
	window(t, b, 600, 400)
	b.Set(BubbleModel{
		Sender: "Lina", First: true, Spans: ParseText("look https://a.example", nil), Time: "1:00", State: Failed,
		Quote: &Quote{Title: "Maya", Text: "what"}, Reactions: []Reaction{{Emoji: "👍", Count: 1}},
	})
	l := b.lay
	middle := func(f frame) fyne.Position { return pos(f.x+f.w/2, f.y+f.h/2) }
	link := l.body.lines[0].fragments[1]
	tap := func(p fyne.Position) { b.Tapped(&fyne.PointEvent{Position: p}) }
	tap(pos(l.bodyX+link.x+5, l.bodyY+5))
	tap(middle(l.quote))
	tap(middle(l.fail))
	tap(middle(l.chips[0]))
	tap(pos(l.bubble.x+20, l.nameY+5))
	tap(pos(l.bodyX+2, l.bodyY+5))
	b.TappedSecondary(&fyne.PointEvent{Position: middle(l.bubble)})
	b.TappedSecondary(&fyne.PointEvent{Position: pos(590, 5)})
	b.MouseIn(&desktop.MouseEvent{})
	tap(middle(l.moreFrame(&b.model, 600)))
	want := "link https://a.example,quote,retry,reaction,sender,tap,menu,menu"
	if s := strings.Join(got, ","); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	b.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: pos(l.bodyX+link.x+5, l.bodyY+5)}})
	if b.Cursor() != desktop.PointerCursor {
		t.Error("a link has no hand")
	}
}

// TestReusedRowShowsTheSame: a row that showed something else measures and
// shows exactly what a fresh one does.
func TestReusedRowShowsTheSame(t *testing.T) {
	models := []BubbleModel{
		{Spans: Text("short"), Time: "1:00"},
		{Spans: Text("🙌🏽"), Time: "1:00", Outgoing: true},
		{Spans: ParseText("a ```x\ny``` b", nil), Time: "1:00", Quote: &Quote{Title: "q", Text: "t"}, State: Failed, Outgoing: true},
		{Deleted: "gone", Time: "1:00"},
		{Spans: Text("in a group"), Sender: "Lina", SenderID: "x", First: true, Last: true, Gutter: true, Avatar: &AvatarModel{Name: "L"}, HasTimer: true, Timer: .5},
	}
	reused := NewBubble()
	window(t, reused, 500, 300)
	for _, a := range models {
		for _, b := range models {
			reused.Set(a)
			reused.Set(b)
			fresh := NewBubble()
			fresh.Set(b)
			fresh.Resize(fyne.NewSize(500, 300))
			fresh.layout(fresh.Size())
			if len(reused.list) != len(fresh.list) {
				t.Fatalf("%d objects after reuse, %d fresh", len(reused.list), len(fresh.list))
			}
			for i := range reused.list {
				if reused.list[i].Position() != fresh.list[i].Position() || reused.list[i].Size() != fresh.list[i].Size() {
					t.Errorf("object %d: %v at %v, fresh %v at %v", i, reused.list[i].Size(), reused.list[i].Position(), fresh.list[i].Size(), fresh.list[i].Position())
				}
			}
		}
	}
}

func TestTypingStopsOutOfView(t *testing.T) {
	c := useClock(t)
	dots := NewTyping()
	window(t, dots, 300, 60)
	if c.run() == 0 {
		t.Fatal("the dots do not move")
	}
	if len(c.waiting) != 1 {
		t.Fatalf("%d steps wait", len(c.waiting))
	}
	dots.Park()
	if c.run() != 0 || len(c.waiting) != 0 {
		t.Error("the dots move out of view")
	}
	dots.Unpark()
	if c.run() != 1 {
		t.Error("the dots do not move again")
	}
}
