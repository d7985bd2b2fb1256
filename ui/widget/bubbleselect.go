package widget

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// BubblePress is the pointer on a bubble with its first button down.
type BubblePress struct {
	Place    int  // in the text, see MarkFrom; the nearest one
	Text     bool // the pointer is on the text
	Inside   bool // the pointer is on the bubble
	Clicks   int  // 1, 2 for a word, 3 for a paragraph
	Modifier fyne.KeyModifier
	Absolute fyne.Position
}

const doubleClick = 400 * time.Millisecond

// Folded reports whether the text is longer than what is shown of it.
func (b *Bubble) Folded() bool { return b.Size().Width > 0 && b.layoutFor(b.Size().Width).folded }

// pickWidth is what the ring of picking takes of the row.
func (m *BubbleModel) pickWidth() float32 {
	if m.Picking {
		return 36
	}
	return 0
}

// SelectedText returns a part of the text as it is shown.
func (b *Bubble) SelectedText(from, to int) string {
	l := b.layoutFor(b.Size().Width)
	if l.body == nil {
		return ""
	}
	n := len(l.body.text)
	return string(l.body.text[min(max(from, 0), n):min(max(to, from, 0), n)])
}

// Word returns the word around a place in the text.
func (b *Bubble) Word(at int) (from, to int) {
	if l := b.layoutFor(b.Size().Width); l.body != nil {
		return l.body.wordAt(at)
	}
	return 0, 0
}

// Paragraph returns the line around a place, as it was typed.
func (b *Bubble) Paragraph(at int) (from, to int) {
	if l := b.layoutFor(b.Size().Width); l.body != nil {
		return l.body.paragraphAt(at)
	}
	return 0, 0
}

func (b *Bubble) pressAt(p, absolute fyne.Position) BubblePress {
	p = turned(p, b.Size().Width)
	l := b.layoutFor(b.Size().Width)
	out := BubblePress{Inside: l.bubble.contains(p), Absolute: absolute}
	if l.body != nil && len(l.body.text) > 0 {
		out.Place = l.body.placeAt(inColumn(p, l.bodyX, l.bodyW), p.Y-l.bodyY, l.bodyW)
		out.Text = frame{l.bodyX - 4, l.bodyY, l.bodyW + 8, l.body.height}.contains(p)
	}
	return out
}

// MouseDown implements desktop.Mouseable.
func (b *Bubble) MouseDown(e *desktop.MouseEvent) {
	touch()
	if e.Button != desktop.MouseButtonPrimary || b.OnPress == nil {
		return
	}
	if now := time.Now(); now.Sub(b.clicked) < doubleClick {
		b.clicks++
		b.clicked = now
	} else {
		b.clicks, b.clicked = 1, now
	}
	press := b.pressAt(e.Position, e.AbsolutePosition)
	press.Clicks, press.Modifier = b.clicks, e.Modifier
	b.modifier = e.Modifier
	b.OnPress(press)
}

// MouseUp implements desktop.Mouseable.
func (b *Bubble) MouseUp(*desktop.MouseEvent) {}

// Dragged implements fyne.Draggable.
func (b *Bubble) Dragged(e *fyne.DragEvent) {
	if b.OnDrag != nil {
		b.OnDrag(b.pressAt(e.Position, e.AbsolutePosition))
	}
}

// DragEnd implements fyne.Draggable.
func (b *Bubble) DragEnd() {}
