package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"sotto/assets"
	"sotto/ui/theme"
)

// Toggle is a switch, 40 by 24.
type Toggle struct {
	control
	On        bool
	OnChanged func(bool)

	track *canvas.Rectangle
	knob  *canvas.Circle
	ring  ring
}

// NewToggle makes a switch.
func NewToggle(on bool, changed func(bool)) *Toggle {
	t := &Toggle{On: on, OnChanged: changed, track: newBox(12), knob: canvas.NewCircle(nil), ring: newRing()}
	t.press = func() {
		t.On = !t.On
		t.Refresh()
		if t.OnChanged != nil {
			t.OnChanged(t.On)
		}
	}
	t.ExtendBaseWidget(t)
	return t
}

// SetOn sets the switch without OnChanged.
func (t *Toggle) SetOn(on bool) {
	t.On = on
	t.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (t *Toggle) CreateRenderer() fyne.WidgetRenderer { return newRenderer(t) }

func (t *Toggle) minSize() fyne.Size { return size(40, 24) }
func (t *Toggle) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{t.track, t.knob, t.ring.rect}
}

func (t *Toggle) paint() {
	var ground color.Color = color.Transparent
	border, knob := theme.Color(theme.Outline), theme.Color(theme.Outline)
	if t.hovered {
		border = theme.Color(theme.Text2)
		knob = border
	}
	if t.On {
		border, knob = theme.Color(theme.Accent), theme.Color(theme.OnAccent)
		if t.hovered {
			border = theme.Color(theme.AccentHover)
		}
		ground = border
	}
	if t.disabled {
		border, knob = theme.Color(theme.Line), theme.Color(theme.Text3)
		if t.On {
			ground = border
		}
	}
	t.track.FillColor, t.track.StrokeColor, t.track.StrokeWidth = ground, border, 2
	t.knob.FillColor = knob
	t.ring.paint(t.focused, 12)
}

func (t *Toggle) layout(s fyne.Size) {
	t.at(round((s.Width-40)/2), round((s.Height-24)/2))
}

// at places the parts of the switch.
func (t *Toggle) at(x, y float32) {
	place(t.track, x, y, 40, 24)
	t.ring.layout(pos(x, y), size(40, 24))
	if t.On {
		place(t.knob, x+20, y+4, 16, 16)
	} else {
		place(t.knob, x+6, y+6, 12, 12)
	}
}

// Check is a box to tick with a label; Radio (see NewRadio) is its round
// sister.
type Check struct {
	control
	Text      string
	On        bool
	OnChanged func(bool)

	round bool
	box   *canvas.Rectangle
	dot   *canvas.Circle
	tick  *glyph
	label *canvas.Text
	ring  ring

	wrap  bool // the label takes the lines it needs
	words flowView
}

// NewCheck makes a box with a label; the label may be empty.
func NewCheck(text string, on bool, changed func(bool)) *Check {
	c := &Check{Text: text, On: on, OnChanged: changed, box: newBox(theme.Radius6), dot: canvas.NewCircle(nil)}
	c.tick, c.label, c.ring = newGlyph("", 16), &canvas.Text{}, newRing()
	c.press = func() {
		if c.round && c.On {
			return
		}
		c.On = !c.On
		c.Refresh()
		if c.OnChanged != nil {
			c.OnChanged(c.On)
		}
	}
	c.ExtendBaseWidget(c)
	return c
}

// NewRadio makes one choice of several; the owner lets the others out.
func NewRadio(text string, on bool, chosen func()) *Check {
	c := NewCheck(text, on, func(bool) {
		if chosen != nil {
			chosen()
		}
	})
	c.round = true
	return c
}

// Wrapped lets the label take the lines it needs in the width it gets.
func (c *Check) Wrapped() *Check {
	c.wrap = true
	return c
}

func (c *Check) flowFor(width float32) *flow {
	return layoutText(Text(c.Text), flowOptions{style: Body, width: max(width-checkText, 60)})
}

// checkText is where the label begins.
const checkText float32 = 20 + 12

// SetOn sets the box without OnChanged.
func (c *Check) SetOn(on bool) {
	c.On = on
	c.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (c *Check) CreateRenderer() fyne.WidgetRenderer { return newRenderer(c) }

func (c *Check) minSize() fyne.Size {
	if c.Text == "" {
		return size(20, 20)
	}
	full := checkText + ceil(textWidth(c.Text, Body, false))
	if w := c.Size().Width; c.wrap && w > 0 && w < full {
		return size(checkText+80, max(c.flowFor(w).height, 24))
	}
	if c.wrap {
		return size(checkText+80, 24)
	}
	return size(full, 24)
}

func (c *Check) objects() []fyne.CanvasObject {
	if c.wrap {
		return append([]fyne.CanvasObject{c.box, c.dot, c.tick.img, c.ring.rect}, c.words.list...)
	}
	return []fyne.CanvasObject{c.box, c.dot, c.tick.img, c.label, c.ring.rect}
}

func (c *Check) paint() {
	c.dot.Hidden = true
	border := theme.Outline
	c.box.FillColor = color.Transparent
	switch {
	case c.round:
		c.box.CornerRadius = 10
		if c.On {
			border = theme.AccentInk
			c.dot.Hidden = false
			c.dot.FillColor = theme.Color(theme.AccentInk)
		}
		c.tick.paint("", transparent)
	case c.On:
		border = theme.Accent
		c.box.FillColor = theme.Color(theme.Accent)
		c.tick.paint(assets.IconCheck, theme.Color(theme.OnAccent))
	default:
		c.tick.paint("", transparent)
	}
	ink := theme.Text
	if c.disabled {
		ink = theme.Text3
	}
	c.box.StrokeColor, c.box.StrokeWidth = theme.Color(border), 2
	setText(c.label, c.Text, Body, false, theme.Color(ink))
	c.ring.paint(c.focused, c.box.CornerRadius)
}

func (c *Check) layout(s fyne.Size) {
	y := round((s.Height - 20) / 2)
	place(c.box, 0, y, 20, 20)
	place(c.dot, 5, y+5, 10, 10)
	c.tick.move(2, y+2)
	c.ring.layout(pos(0, y), size(20, 20))
	if c.wrap {
		ink := theme.Text
		if c.disabled {
			ink = theme.Text3
		}
		f := c.flowFor(s.Width)
		c.words.show(f, plainInks(ink), checkText, round((s.Height-f.height)/2), max(s.Width-checkText, 60), false)
		return
	}
	placeText(c.label, Body, 32, round((s.Height-theme.Line22)/2), s.Width-32)
}

// Segmented is a row of choices of which one is on. Where they have no room
// beside each other they stand below each other.
type Segmented struct {
	control
	Items     []string
	Selected  int
	OnChanged func(int)

	track *canvas.Rectangle
	thumb *canvas.Rectangle
	texts []*canvas.Text
	ring  ring
}

// NewSegmented makes a row of choices, 40 high where there is room for it.
func NewSegmented(items []string, selected int, changed func(int)) *Segmented {
	s := &Segmented{Items: items, Selected: selected, OnChanged: changed, track: newBox(theme.Radius12), thumb: newBox(theme.Radius6), ring: newRing()}
	for range items {
		s.texts = append(s.texts, &canvas.Text{})
	}
	s.ExtendBaseWidget(s)
	return s
}

// Select chooses an item without OnChanged.
func (s *Segmented) Select(i int) {
	s.Selected = i
	s.Refresh()
}

func (s *Segmented) choose(i int) {
	if s.disabled || i < 0 || i >= len(s.Items) || i == s.Selected {
		return
	}
	s.Select(i)
	if s.OnChanged != nil {
		s.OnChanged(i)
	}
}

// Tapped implements fyne.Tappable.
func (s *Segmented) Tapped(e *fyne.PointEvent) {
	at := pos(turned(e.Position, s.Size().Width).X, e.Position.Y)
	for i := range s.Items {
		if p, of := s.segment(i); at.X >= p.X-2 && at.X < p.X+of.Width+2 && at.Y >= p.Y-4 && at.Y < p.Y+of.Height+4 {
			s.choose(i)
			return
		}
	}
}

// TypedKey implements fyne.Focusable.
func (s *Segmented) TypedKey(k *fyne.KeyEvent) {
	switch turnedKey(k.Name) {
	case fyne.KeyLeft, fyne.KeyUp:
		s.choose(s.Selected - 1)
	case fyne.KeyRight, fyne.KeyDown:
		s.choose(s.Selected + 1)
	case fyne.KeyEscape:
		Escape(s)
	}
}

func segmentWidth(text string) float32 { return ceil(textWidth(text, SmallBold, false)) + 32 }

// CreateRenderer implements fyne.Widget.
func (s *Segmented) CreateRenderer() fyne.WidgetRenderer { return newRenderer(s) }

func (s *Segmented) minSize() fyne.Size {
	w := s.inOneRow()
	if !s.stacked(w) {
		return size(w, 40)
	}
	widest := float32(0)
	for _, it := range s.Items {
		widest = max(widest, segmentWidth(it))
	}
	return size(widest+8, 36*float32(len(s.Items))+4)
}

func (s *Segmented) inOneRow() float32 {
	w := float32(4)
	for _, it := range s.Items {
		w += segmentWidth(it) + 4
	}
	return w
}

func (s *Segmented) stacked(row float32) bool { return s.Size().Width > 0 && s.Size().Width < row }

// segment is the place of an item and its size.
func (s *Segmented) segment(i int) (fyne.Position, fyne.Size) {
	if s.stacked(s.inOneRow()) {
		return pos(4, 4+36*float32(i)), size(s.Size().Width-8, 32)
	}
	x := float32(4)
	for _, it := range s.Items[:i] {
		x += segmentWidth(it) + 4
	}
	return pos(x, 4), size(segmentWidth(s.Items[i]), 32)
}

func (s *Segmented) objects() []fyne.CanvasObject {
	list := []fyne.CanvasObject{s.track, s.thumb}
	for _, t := range s.texts {
		list = append(list, t)
	}
	return append(list, s.ring.rect)
}

func (s *Segmented) paint() {
	setRect(s.track, theme.Color(theme.Field), theme.Radius12)
	ground := theme.Sheet
	if theme.IsDark() {
		ground = theme.Pressed
	}
	s.thumb.FillColor, s.thumb.StrokeColor, s.thumb.StrokeWidth = theme.Color(ground), theme.Color(theme.Line), 1
	for i, t := range s.texts {
		ink := theme.Text2
		if i == s.Selected {
			ink = theme.Text
		}
		setText(t, s.Items[i], SmallBold, false, theme.Color(ink))
	}
	s.ring.paint(s.focused, theme.Radius12)
}

func (s *Segmented) layout(fyne.Size) {
	m := s.minSize()
	if s.stacked(s.inOneRow()) {
		m.Width = s.Size().Width
	}
	place(s.track, 0, 0, m.Width, m.Height)
	s.ring.layout(pos(0, 0), m)
	for i, t := range s.texts {
		at, of := s.segment(i)
		if i == s.Selected {
			place(s.thumb, at.X, at.Y, of.Width, of.Height)
		}
		placeText(t, SmallBold, at.X+16, at.Y+6, of.Width-32)
	}
}
