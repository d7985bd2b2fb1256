package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/ui/theme"
)

// part is what every widget of this package gives its renderer: constructors
// build the objects, the three methods only measure, place and colour them.
type part interface {
	fyne.Widget
	minSize() fyne.Size
	layout(size fyne.Size)
	paint() // colours and texts from the fields and the theme
	objects() []fyne.CanvasObject
}

type renderer struct{ w part }

func newRenderer(w part) fyne.WidgetRenderer {
	w.paint()
	return &renderer{w}
}

func (r *renderer) Destroy()                     {}
func (r *renderer) Layout(size fyne.Size)        { arrange(r.w, size) }
func (r *renderer) MinSize() fyne.Size           { return r.w.minSize() }
func (r *renderer) Objects() []fyne.CanvasObject { return r.w.objects() }
func (r *renderer) Refresh() {
	r.w.paint()
	arrange(r.w, r.w.Size())
	canvas.Refresh(r.w)
}

// recolour gives an object and all that is in it the colours of now. What is not in
// the window hears nothing of another theme.
func recolour(o fyne.CanvasObject) {
	switch w := o.(type) {
	case *fyne.Container:
		for _, in := range w.Objects {
			recolour(in)
		}
	case part:
		w.Refresh()
		for _, in := range w.objects() {
			recolour(in)
		}
	case fyne.Widget:
		w.Refresh()
	}
}

// clipRenderer cuts off what stands out of the widget.
type clipRenderer struct{ renderer }

// IsClip is how the toolkit's painters recognise a clipping renderer.
func (r *clipRenderer) IsClip() {}

func newClipRenderer(w part) fyne.WidgetRenderer {
	w.paint()
	return &clipRenderer{renderer{w}}
}

// control is the base of what can be pressed: hover, press, focus by keyboard,
// disabled. The embedding widget sets press.
type control struct {
	fynewidget.BaseWidget
	named
	press    func()
	hovered  bool
	pressed  bool
	focused  bool
	disabled bool
	tip      tip
	// OnFocus is called when the keyboard comes and goes.
	OnFocus func(focused bool)
}

var (
	_ fyne.Focusable     = (*control)(nil)
	_ fyne.Tappable      = (*control)(nil)
	_ desktop.Hoverable  = (*control)(nil)
	_ desktop.Mouseable  = (*control)(nil)
	_ desktop.Cursorable = (*control)(nil)
)

// Disable greys the control out; it no longer answers.
func (c *control) Disable() { c.SetDisabled(true) }

// Enable undoes Disable.
func (c *control) Enable() { c.SetDisabled(false) }

// SetDisabled sets whether the control answers.
func (c *control) SetDisabled(disabled bool) {
	if c.disabled == disabled {
		return
	}
	c.disabled = disabled
	if disabled {
		c.hovered, c.pressed = false, false
	}
	c.Refresh()
}

// Disabled reports whether the control is greyed out.
func (c *control) Disabled() bool { return c.disabled }

// Focused reports whether the keyboard is on the control.
func (c *control) Focused() bool { return c.focused }

// Tapped implements fyne.Tappable.
func (c *control) Tapped(*fyne.PointEvent) { c.activate() }

func (c *control) activate() {
	if c.disabled || c.press == nil {
		return
	}
	c.tip.hide()
	c.press()
}

// MouseIn implements desktop.Hoverable.
func (c *control) MouseIn(e *desktop.MouseEvent) {
	touch()
	if c.disabled {
		return
	}
	c.hovered = true
	c.tip.enter(e.AbsolutePosition)
	c.Refresh()
}

// MouseMoved implements desktop.Hoverable.
func (c *control) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (c *control) MouseOut() {
	c.tip.hide()
	if !c.hovered && !c.pressed {
		return
	}
	c.hovered, c.pressed = false, false
	c.Refresh()
}

// MouseDown implements desktop.Mouseable.
func (c *control) MouseDown(e *desktop.MouseEvent) {
	touch()
	if c.disabled || e.Button != desktop.MouseButtonPrimary {
		return
	}
	c.pressed = true
	c.Refresh()
}

// MouseUp implements desktop.Mouseable.
func (c *control) MouseUp(*desktop.MouseEvent) {
	if !c.pressed {
		return
	}
	c.pressed = false
	c.Refresh()
}

// Cursor implements desktop.Cursorable.
func (c *control) Cursor() desktop.Cursor {
	if c.disabled {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// FocusGained implements fyne.Focusable.
func (c *control) FocusGained() {
	c.focused = true
	c.Refresh()
	if c.OnFocus != nil {
		c.OnFocus(true)
	}
}

// FocusLost implements fyne.Focusable.
func (c *control) FocusLost() {
	c.focused = false
	c.Refresh()
	if c.OnFocus != nil {
		c.OnFocus(false)
	}
}

// TypedRune implements fyne.Focusable.
func (c *control) TypedRune(r rune) {
	touch()
	if r == ' ' {
		c.activate()
	}
}

// TypedKey implements fyne.Focusable.
func (c *control) TypedKey(e *fyne.KeyEvent) {
	touch()
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		c.activate()
	case fyne.KeyEscape:
		escapeFocused()
	}
}

// ring is the focus ring: 2 px of accent-ink, 2 px outside the control.
type ring struct{ rect *canvas.Rectangle }

func newRing() ring {
	r := canvas.NewRectangle(nil)
	r.StrokeWidth = theme.FocusWidth
	r.Hidden = true
	return ring{r}
}

// paint shows the ring when focused, for a control with this radius.
func (r ring) paint(focused bool, radius float32) {
	r.rect.Hidden = !focused
	r.rect.StrokeColor = theme.Color(theme.AccentInk)
	if radius > 0 {
		radius += theme.FocusGap + theme.FocusWidth
	}
	r.rect.CornerRadius = radius
}

// layout puts the ring round a control's rectangle.
func (r ring) layout(pos fyne.Position, size fyne.Size) {
	const out = theme.FocusGap + theme.FocusWidth
	place(r.rect, pos.X-out, pos.Y-out, size.Width+2*out, size.Height+2*out)
}

// inner puts the ring inside a rectangle, for fields and rows.
func (r ring) inner(pos fyne.Position, size fyne.Size) {
	place(r.rect, pos.X, pos.Y, size.Width, size.Height)
}

// box is a rounded rectangle with an optional border.
func newBox(radius float32) *canvas.Rectangle {
	r := canvas.NewRectangle(nil)
	r.CornerRadius = radius
	return r
}

func place(o fyne.CanvasObject, x, y, w, h float32) {
	if turn > 0 {
		x = turn - x - w
	}
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
}

func size(w, h float32) fyne.Size { return fyne.NewSize(w, h) }

func pos(x, y float32) fyne.Position { return fyne.NewPos(x, y) }
