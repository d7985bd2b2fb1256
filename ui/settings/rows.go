package settings

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/widget"
)

// anchor is the place of a row: the search jumps there and lets it light up.
type anchor struct {
	box    *fyne.Container
	ground *canvas.Rectangle
	target fyne.Focusable // what gets the keyboard; nil: nothing
}

// mark makes an object findable under a name.
func (v *View) mark(key string, o fyne.CanvasObject, target fyne.Focusable) fyne.CanvasObject {
	a := &anchor{ground: canvas.NewRectangle(color.Transparent), target: target}
	a.ground.CornerRadius = theme.Radius12
	a.box = container.New(stacked{}, a.ground, o)
	v.anchors[key] = a
	return a.box
}

// flashFor is how long a row that was looked for is lit.
const flashFor = 1600 * time.Millisecond

// jump shows a row of the page that is open.
func (v *View) jump(key string) {
	a := v.anchors[key]
	if a == nil {
		return
	}
	widget.Reveal(v.scroll, a.box)
	if a.target != nil {
		v.window.Canvas().Focus(a.target)
	}
	a.ground.FillColor = theme.Color(theme.AccentSoft)
	a.ground.Refresh()
	time.AfterFunc(flashFor, func() {
		fyne.Do(func() {
			a.ground.FillColor = color.Transparent
			a.ground.Refresh()
		})
	})
}

// row is a row with the sentences of its name.
func (v *View) row(key string, tapped func()) *widget.PressRow {
	return v.finish(key, widget.NewPressRow("", text.T(key), tapped))
}

// toggle is a row with a switch at its end.
func (v *View) toggle(key string, on bool, changed func(bool)) fyne.CanvasObject {
	return v.place(key, v.finish(key, widget.NewSwitchRow(text.T(key), on, changed)))
}

func (v *View) finish(key string, r *widget.PressRow) *widget.PressRow {
	if hint := key + "_hint"; text.Has(hint) {
		r.Detail = text.T(hint)
	}
	r.Wrap = true
	r.OnFocus = v.follow(r)
	return widget.Name(r, key)
}

// follow scrolls to what has got the keyboard.
func (v *View) follow(o fyne.CanvasObject) func(bool) {
	return func(on bool) {
		if on {
			widget.Reveal(v.scroll, o)
		}
	}
}

// place makes a finished row findable.
func (v *View) place(key string, r *widget.PressRow) fyne.CanvasObject {
	if r.Disabled() {
		return v.mark(key, r, nil)
	}
	return v.mark(key, r, r)
}

// choice is one of several under each other.
func radio(key string, on bool, chosen func()) fyne.CanvasObject {
	return container.New(widget.Inset{Left: theme.Space12, Top: theme.Space12, Right: theme.Space12, Bottom: theme.Space12},
		widget.Name(widget.NewRadio(text.T(key), on, chosen).Wrapped(), key))
}

// heading is the line above a card.
func heading(key string) fyne.CanvasObject {
	return container.New(widget.Inset{Left: theme.Space4, Bottom: theme.Space8}, widget.NewLabel(text.T(key), widget.SmallBold, theme.Text2))
}

// note is a quiet paragraph under a card.
func note(sentence string) fyne.CanvasObject {
	return container.New(widget.Inset{Left: theme.Space4, Right: theme.Space4},
		widget.NewParagraph(sentence, widget.Small, theme.Text3, 600))
}

// section is a heading with a card of rows under it.
func section(key string, rows ...fyne.CanvasObject) fyne.CanvasObject {
	objects := []fyne.CanvasObject{card(rows...), widget.Gap(theme.Space24)}
	if key != "" {
		objects = append([]fyne.CanvasObject{heading(key)}, objects...)
	}
	return container.New(widget.Column{}, objects...)
}

// card sets rows on one sheet with lines between.
func card(rows ...fyne.CanvasObject) fyne.CanvasObject {
	list := container.New(widget.Column{})
	for i, r := range rows {
		if i > 0 {
			list.Add(container.New(widget.Inset{Left: theme.Space12, Right: theme.Space12}, widget.NewSeparator()))
		}
		list.Add(r)
	}
	return widget.NewCard(list, theme.Space4)
}

// stacked lays objects on each other; the last decides about the size.
type stacked struct{}

func (stacked) Layout(o []fyne.CanvasObject, s fyne.Size) {
	for _, c := range o {
		c.Move(fyne.Position{})
		c.Resize(s)
	}
}

func (stacked) MinSize(o []fyne.CanvasObject) fyne.Size { return o[len(o)-1].MinSize() }

// under sets the second object under the first.
type under struct{}

func (under) Layout(o []fyne.CanvasObject, s fyne.Size) {
	h := o[0].MinSize().Height
	o[0].Resize(fyne.NewSize(s.Width, h))
	o[1].Move(fyne.NewPos(0, h))
	o[1].Resize(fyne.NewSize(s.Width, max(0, s.Height-h)))
}

func (under) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

// headed stacks a bar, a line and the rest.
type headed struct{}

func (headed) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Resize(fyne.NewSize(s.Width, theme.HeaderHeight-1))
	o[1].Move(fyne.NewPos(0, theme.HeaderHeight-1))
	o[1].Resize(fyne.NewSize(s.Width, 1))
	o[2].Move(fyne.NewPos(0, theme.HeaderHeight))
	o[2].Resize(fyne.NewSize(s.Width, max(0, s.Height-theme.HeaderHeight)))
}

func (headed) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(theme.LeftMin, 200) }

// grow gives the first object what the second leaves of the width.
type grow struct{}

func (grow) Layout(o []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(o, s)
	m := o[1].MinSize()
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(s.Width-m.Width-theme.Space12, o[0].MinSize().Height))
	first := o[0].MinSize().Height // wrapped text knows it now
	o[1].Move(fyne.NewPos(s.Width-m.Width, (min(first, theme.ButtonLarge)-m.Height)/2))
	o[1].Resize(m)
}

func (grow) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(200, max(o[0].MinSize().Height, o[1].MinSize().Height))
}
