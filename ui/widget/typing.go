package widget

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/ui/theme"
)

// Typing is the bubble with three dots. One dot is darker, and the next one
// every 400 ms, only while the dots are in a visible window and motion is on.
// In a VirtualList, Bind calls Unpark.
type Typing struct {
	fynewidget.BaseWidget
	// First gives it the distance of a new group.
	First bool

	ground *canvas.Rectangle
	dots   [3]*canvas.Circle
	phase  int
	stop   func()
	parked bool
}

// HeightOfTyping is what a Typing row takes in any width.
func HeightOfTyping(first bool) float32 {
	if first {
		return groupGap + 38
	}
	return bubbleGap + 38
}

const typingStep = 400 * time.Millisecond

// NewTyping makes the dots.
func NewTyping() *Typing {
	t := &Typing{ground: newBox(cornerRound), phase: 1}
	for i := range t.dots {
		t.dots[i] = canvas.NewCircle(nil)
	}
	t.ExtendBaseWidget(t)
	return t
}

// CreateRenderer implements fyne.Widget.
func (t *Typing) CreateRenderer() fyne.WidgetRenderer { return newRenderer(t) }

func (t *Typing) minSize() fyne.Size { return size(56, HeightOfTyping(t.First)) }

func (t *Typing) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{t.ground, t.dots[0], t.dots[1], t.dots[2]}
}

func (t *Typing) paint() {
	g := t.ground
	g.FillColor, g.StrokeWidth, g.StrokeColor = theme.Color(theme.BubbleIn), 0, nil
	if !theme.IsDark() {
		g.StrokeWidth, g.StrokeColor = 1, theme.Color(theme.Line)
	}
	g.BottomLeftCornerRadius, g.BottomRightCornerRadius = cornerTail, 0
	if rightToLeft() {
		g.BottomLeftCornerRadius, g.BottomRightCornerRadius = 0, cornerTail
	}
	for i, d := range t.dots {
		d.FillColor = theme.Color(theme.Outline)
		if i == t.phase {
			d.FillColor = theme.Color(theme.Text3)
		}
	}
}

func (t *Typing) layout(s fyne.Size) {
	top := HeightOfTyping(t.First) - 38
	place(t.ground, 0, top, 56, 38)
	for i, d := range t.dots {
		place(d, 12+float32(i)*12, top+15, 8, 8)
	}
	t.schedule()
}

// Park implements Parker: out of view nothing moves.
func (t *Typing) Park() {
	t.parked = true
	if t.stop != nil {
		t.stop()
		t.stop = nil
	}
}

// Unpark lets the dots move again.
func (t *Typing) Unpark() {
	t.parked = false
	t.schedule()
}

// schedule asks for one step; the chain ends by itself when the dots are gone.
func (t *Typing) schedule() {
	if t.stop != nil || t.parked || !theme.Motion() || !t.Visible() || canvasOf(t) == nil {
		return
	}
	t.stop = afterFunc(typingStep, func() {
		t.stop = nil
		if t.parked || !t.Visible() || canvasOf(t) == nil {
			return
		}
		t.phase = (t.phase + 1) % len(t.dots)
		t.Refresh()
	})
}
