package settings

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/widget"
)

// choice is one of several things to press, for the pictures of this page.
type choice struct {
	fynewidget.BaseWidget
	name    string
	chosen  func()
	focused bool
	painted func() // shows focus
	content *fyne.Container
}

var (
	_ fyne.Tappable      = (*choice)(nil)
	_ fyne.Focusable     = (*choice)(nil)
	_ desktop.Cursorable = (*choice)(nil)
)

// InspectName names the choice for driven tests.
func (c *choice) InspectName() string { return c.name }

// CreateRenderer implements fyne.Widget.
func (c *choice) CreateRenderer() fyne.WidgetRenderer { return fynewidget.NewSimpleRenderer(c.content) }

// Tapped implements fyne.Tappable.
func (c *choice) Tapped(*fyne.PointEvent) { c.chosen() }

// Cursor implements desktop.Cursorable.
func (c *choice) Cursor() desktop.Cursor { return desktop.PointerCursor }

// FocusGained implements fyne.Focusable.
func (c *choice) FocusGained() { c.focus(true) }

// FocusLost implements fyne.Focusable.
func (c *choice) FocusLost() { c.focus(false) }

func (c *choice) focus(on bool) {
	c.focused = on
	c.painted()
	c.Refresh()
}

// TypedRune implements fyne.Focusable.
func (c *choice) TypedRune(r rune) {
	if r == ' ' {
		c.chosen()
	}
}

// TypedKey implements fyne.Focusable.
func (c *choice) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		c.chosen()
	case fyne.KeyEscape:
		widget.Escape(c)
	}
}

// newSwatch shows an accent: a disc with a tick when it is the one, a ring,
// its name.
func newSwatch(a theme.AccentID, on bool, chosen func()) fyne.CanvasObject {
	disc, ring := canvas.NewCircle(a.Swatch()), canvas.NewCircle(color.Transparent)
	tick := widget.NewIcon("", 20, theme.OnAccent)
	style, ink := widget.Small, theme.Text2
	if on {
		tick.Set(assets.IconCheck, theme.OnAccent)
		style, ink = widget.SmallBold, theme.Text
	}
	label := widget.NewLabel(text.T("appearance."+a.String()), style, ink)
	c := &choice{name: "appearance." + a.String(), chosen: chosen}
	c.content = container.New(swatchLayout{}, disc, ring, tick, label)
	c.painted = func() {
		ring.StrokeWidth, ring.StrokeColor = 0, color.Transparent
		switch {
		case c.focused:
			ring.StrokeWidth, ring.StrokeColor = 2, theme.Color(theme.AccentInk)
		case on:
			ring.StrokeWidth, ring.StrokeColor = 2, a.Swatch()
		}
		ring.Refresh()
	}
	c.painted()
	c.ExtendBaseWidget(c)
	return c
}

type swatchLayout struct{}

func (swatchLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	put := func(c fyne.CanvasObject, side, y float32) {
		c.Move(fyne.NewPos((s.Width-side)/2, y))
		c.Resize(fyne.NewSize(side, side))
	}
	put(o[0], 36, 6)
	put(o[1], 48, 0)
	put(o[2], 20, 14)
	w := min(o[3].MinSize().Width, s.Width)
	o[3].Move(fyne.NewPos((s.Width-w)/2, 56))
	o[3].Resize(fyne.NewSize(w, o[3].MinSize().Height))
}

func (swatchLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(48, 76) }

// newMiniature is a small picture of the window in a variant.
func newMiniature(variant theme.Variant, accent theme.AccentID, on bool, chosen func()) fyne.CanvasObject {
	halves := []theme.Variant{variant}
	if variant == theme.System {
		halves = []theme.Variant{theme.Light, theme.Dark}
	}
	frame := canvas.NewRectangle(color.Transparent)
	frame.CornerRadius, frame.StrokeWidth = theme.Radius12, 2
	parts := []fyne.CanvasObject{frame}
	for i, h := range halves {
		t := theme.New(h, accent)
		part := &half{only: len(halves) == 1, right: i == 1}
		ink := func(n theme.Name) color.Color { return t.Color(n, 0) }
		part.box = container.New(part, miniParts(ink)...)
		parts = append(parts, part.box)
	}
	c := &choice{name: "appearance.picture", chosen: chosen}
	c.content = container.New(miniLayout{}, parts...)
	c.painted = func() {
		frame.StrokeColor = color.Transparent
		if on || c.focused {
			frame.StrokeColor = theme.Color(theme.AccentInk)
		}
		frame.Refresh()
	}
	c.painted()
	c.ExtendBaseWidget(c)
	return c
}

func miniParts(ink func(theme.Name) color.Color) []fyne.CanvasObject {
	rect := func(n theme.Name, radius float32) *canvas.Rectangle {
		r := canvas.NewRectangle(ink(n))
		r.CornerRadius = radius
		return r
	}
	ground := rect(theme.Paper, 6)
	ground.StrokeWidth, ground.StrokeColor = 1, ink(theme.Line)
	return []fyne.CanvasObject{
		ground, rect(theme.List, 0), rect(theme.AccentSoft, 4), rect(theme.Line, 2), rect(theme.Line, 2),
		rect(theme.BubbleIn, 8), rect(theme.BubbleOut, 8),
	}
}

// half lays out one picture, or one half of a picture in two variants.
type half struct {
	only, right bool
	box         *fyne.Container
}

func (h *half) Layout(o []fyne.CanvasObject, s fyne.Size) {
	put := func(i int, x, y, w, hh float32) {
		o[i].Move(fyne.NewPos(x, y))
		o[i].Resize(fyne.NewSize(w, hh))
	}
	put(0, 0, 0, s.Width, s.Height)
	list := s.Width * 0.36
	if h.right {
		for i := 1; i <= 4; i++ {
			o[i].Hide()
		}
		list = 0
	} else {
		put(1, 1, 1, list, s.Height-2)
		put(2, 6, 8, list-10, 18)
		put(3, 10, 36, list-20, 5)
		put(4, 10, 54, list-24, 5)
	}
	bubble := min(54, s.Width-list-12)
	put(5, list+8, s.Height-46, bubble, 16)
	put(6, s.Width-8-bubble, s.Height-24, bubble, 16)
}

func (h *half) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(60, 100) }

type miniLayout struct{}

func (miniLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(o, s)
	o[0].Resize(s)
	const in = 6
	n := float32(len(o) - 1)
	w := (s.Width - 2*in) / n
	for i, c := range o[1:] {
		c.Move(fyne.NewPos(in+float32(i)*w, in))
		c.Resize(fyne.NewSize(w, s.Height-2*in))
	}
}

func (miniLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(120, 112) }
