package settings

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/widget"
)

// Look reads the appearance of the settings as the theme takes it.
func Look(a model.Appearance) theme.Options {
	o := theme.Options{Accent: theme.ParseAccent(a.Accent), Zoom: a.Zoom, Still: a.Still}
	switch a.Theme {
	case "light":
		o.Variant = theme.Light
	case "dark":
		o.Variant = theme.Dark
	}
	return o
}

func (v *View) look(f func(*model.Appearance)) {
	v.model.Change(func(s *model.Settings) { f(&s.Appearance) })
	v.show()
}

func (v *View) appearance() []fyne.CanvasObject {
	look := Look(v.model.Now.Appearance)
	return []fyne.CanvasObject{
		section("settings.theme", v.themes(look)),
		section("settings.accent", v.accents(look)),
		preview(), widget.Gap(theme.Space24),
		section("settings.size", v.zoom(look), toggleRow("appearance.motion", !look.Still, func(on bool) {
			v.model.Change(func(s *model.Settings) { s.Appearance.Still = !on })
		})),
	}
}

// themes are three pictures of the window to choose from.
func (v *View) themes(look theme.Options) fyne.CanvasObject {
	row := container.New(even{gap: theme.Space12})
	for _, t := range []struct {
		variant theme.Variant
		name    string
	}{{theme.Light, "light"}, {theme.Dark, "dark"}, {theme.System, "system"}} {
		choose := func() { v.look(func(a *model.Appearance) { a.Theme = t.name }) }
		radio := widget.Name(widget.NewRadio(text.T("appearance."+t.name), look.Variant == t.variant, choose), "appearance."+t.name)
		row.Add(container.New(widget.Column{Gap: theme.Space12},
			newMiniature(t.variant, look.Accent, look.Variant == t.variant, choose),
			container.New(widget.Centred{Width: radio.MinSize().Width}, radio)))
	}
	return container.New(widget.Inset{Left: theme.Space12, Top: theme.Space12, Right: theme.Space12, Bottom: theme.Space12}, row)
}

func (v *View) accents(look theme.Options) fyne.CanvasObject {
	row := container.New(even{})
	for _, a := range theme.Accents() {
		row.Add(newSwatch(a, look.Accent == a, func() { v.look(func(p *model.Appearance) { p.Accent = a.String() }) }))
	}
	return container.New(widget.Inset{Left: theme.Space4, Top: theme.Space12, Right: theme.Space4, Bottom: theme.Space12}, row)
}

// preview shows two bubbles in the chosen colours.
func preview() fyne.CanvasObject {
	in, out := widget.NewBubble(), widget.NewBubble()
	in.Set(widget.BubbleModel{First: true, Last: true, Spans: widget.Text(text.T("appearance.sample_in")), Time: "09:41"})
	out.Set(widget.BubbleModel{Outgoing: true, First: true, Last: true, Spans: widget.Text(text.T("appearance.sample_out")), Time: "09:42", State: widget.Read})
	card := widget.NewSurface(theme.Paper, container.New(widget.Inset{Left: theme.Space16, Top: theme.Space4, Right: theme.Space16, Bottom: theme.Space16},
		container.New(bubbles{}, in, out)))
	card.Border, card.Radius = theme.Line, theme.Radius12
	return card
}

// bubbles stacks bubbles, which measure themselves.
type bubbles struct{}

func (bubbles) Layout(o []fyne.CanvasObject, s fyne.Size) {
	y := float32(0)
	for _, b := range o {
		h := b.(*widget.Bubble).HeightFor(s.Width)
		b.Move(fyne.NewPos(0, y))
		b.Resize(fyne.NewSize(s.Width, h))
		y += h
	}
}

func (bubbles) MinSize(o []fyne.CanvasObject) fyne.Size {
	h := float32(0)
	for _, b := range o {
		h += b.(*widget.Bubble).HeightFor(max(b.Size().Width, 280))
	}
	return fyne.NewSize(240, h)
}

func (v *View) zoom(look theme.Options) fyne.CanvasObject {
	now := theme.ClampZoom(look.Zoom)
	step := func(direction int) func() {
		return func() { v.look(func(a *model.Appearance) { a.Zoom = theme.ZoomStep(a.Zoom, direction) }) }
	}
	less := widget.Name(widget.NewDenseIconButton(assets.IconMinus, text.T("appearance.smaller"), step(-1)), "appearance.smaller")
	more := widget.Name(widget.NewDenseIconButton(assets.IconPlus, text.T("appearance.larger"), step(1)), "appearance.larger")
	less.SetDisabled(now <= theme.ZoomMin)
	more.SetDisabled(now >= theme.ZoomMax)
	value := widget.NewLabel(strconv.Itoa(now)+" %", widget.Body, theme.Text)
	row := widget.NewPressRow("", text.T("appearance.zoom"), nil)
	row.Detail = text.T("appearance.zoom_hint")
	row.Tail = container.New(widget.Row{Gap: theme.Space8}, less, value, more)
	return row
}

// even sets objects side by side in equal widths.
type even struct{ gap float32 }

func (e even) Layout(o []fyne.CanvasObject, s fyne.Size) {
	n := float32(len(o))
	w := (s.Width - e.gap*(n-1)) / n
	for i, c := range o {
		c.Move(fyne.NewPos(float32(i)*(w+e.gap), 0))
		c.Resize(fyne.NewSize(w, s.Height))
	}
}

func (e even) MinSize(o []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, c := range o {
		m = m.Max(c.MinSize())
	}
	return fyne.NewSize(240, m.Height)
}
