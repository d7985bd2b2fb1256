package widget

import (
	"image"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sotto/ui/theme"
)

// A card is as high before its picture comes as after, and pressing its parts
// does what they show.
func TestLinkCard(t *testing.T) {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.Light, theme.Lagoon))
	m := LinkModel{Title: "Two nights by the lake", Host: "lake.example", Pictured: true, Transfer: Transfer{State: Away}}
	l := NewLinkCard(m)
	var did []string
	note := func(s string) func() { return func() { did = append(did, s) } }
	l.OnOpen, l.OnFetch, l.OnStop = note("open"), note("fetch"), note("stop")
	l.OnNeed = func(r TileRequest) { did = append(did, "need") }
	away := l.SizeIn(360)
	w := test.NewTempWindow(t, l)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(360, away.Height))
	press := func(x float32) string {
		did = nil
		l.Tapped(&fyne.PointEvent{Position: fyne.NewPos(x, away.Height/2)})
		return strings.Join(did, " ")
	}
	if a, b := press(30), press(200); a != "fetch" || b != "open" {
		t.Errorf("the picture away: %q, the text: %q", a, b)
	}
	m.Transfer = Transfer{State: Moving, Share: 0.5}
	l.Set(m)
	if a := press(30); a != "stop" {
		t.Errorf("the picture moving: %q", a)
	}
	m.Transfer = Transfer{State: Here}
	l.Set(m)
	l.SetPicture(image.NewRGBA(image.Rect(0, 0, 64, 64)))
	if a := press(30); a != "open" {
		t.Errorf("the picture here: %q", a)
	}
	if here := l.SizeIn(360); here != away {
		t.Errorf("%v becomes %v", away, here)
	}
	if seen := l.inspectParts(); len(seen) != 1 || seen[0].Text != "shown" {
		t.Errorf("told as %+v", seen)
	}
	// Out of view it gives the bitmap back; in view again it asks anew.
	l.Park()
	if l.image.Image != nil {
		t.Error("the bitmap stays")
	}
	did = nil
	l.SetPicture(image.NewRGBA(image.Rect(0, 0, 64, 64))) // late
	l.Unpark()
	if l.image.Image != nil || strings.Join(did, " ") != "need" {
		t.Errorf("in view again: %v", did)
	}
	l.OnTaken = func(*fyne.PointEvent) bool { return true }
	if a := press(200); a != "" {
		t.Errorf("while messages are picked: %q", a)
	}
}

// In a bubble the card's inset is as wide as the text, never wider than the room.
func TestLinkCardInABubble(t *testing.T) {
	test.NewTempApp(t)
	for _, text := range []string{"https://lake.example/a", strings.Repeat("many words ", 40) + "https://lake.example/a"} {
		stack := NewMediaStack(true, NewLinkCard(LinkModel{Title: strings.Repeat("A long title ", 20), Host: "lake.example"}))
		for _, width := range []float32{240, 420, 760} {
			m := BubbleModel{Spans: ParseText(text, nil), Extra: stack, ExtraSize: stack.SizeIn, Stretch: true, Time: "12:00"}
			l := layoutBubble(&m, width)
			if l.extra.w != l.bodyW && l.extra.w < l.body.width || l.extra.x+l.extra.w > l.bubble.x+l.bubble.w-bubblePadX+0.01 {
				t.Errorf("in %v: card %+v, text %v, bubble %+v", width, l.extra, l.body.width, l.bubble)
			}
			if l.bodyY < l.extra.y+l.extra.h-0.01 {
				t.Errorf("in %v: the text begins at %v, the card ends at %v", width, l.bodyY, l.extra.y+l.extra.h)
			}
		}
	}
}
