package settings

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

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
	v.Settings.Change(func(s *model.Settings) { f(&s.Appearance) })
}

func (v *View) appearance() []fyne.CanvasObject {
	now := v.Settings.Now.Appearance
	look := Look(now)
	return []fyne.CanvasObject{
		section("", v.languages()),
		heading("appearance.theme"), v.mark("appearance.theme", widget.NewCard(v.themes(look), theme.Space4), nil), widget.Gap(theme.Space24),
		heading("appearance.accent"), v.mark("appearance.accent", widget.NewCard(v.accents(look), theme.Space4), nil), widget.Gap(theme.Space12),
		preview(now.Compact), widget.Gap(theme.Space24),
		section("settings.size", v.zoom(look),
			v.toggle("appearance.motion", !now.Still, v.set(func(s *model.Settings, on bool) { s.Appearance.Still = !on })),
			v.layouts(now.Compact)),
		v.system(),
	}
}

// languages chooses what the window speaks.
func (v *View) languages() fyne.CanvasObject {
	now := v.window.Language()
	row := v.row("appearance.language", nil)
	row.Chevron, row.Value = true, text.T("appearance.language_system")
	items := []widget.MenuItem{{Name: "language.system", Label: row.Value, Checked: now == "", Action: func() { v.window.SetLanguage("") }}, {}}
	for _, l := range text.Choices() {
		if l.Code == now {
			row.Value = l.Name
		}
		items = append(items, widget.MenuItem{Name: "language." + l.Code, Label: l.Name, Checked: now == l.Code, Action: func() { v.window.SetLanguage(l.Code) }})
	}
	row.OnTapped = func() {
		v.menu(row, items)
	}
	return v.place("appearance.language", row)
}

// themes are three pictures of the window to choose from.
func (v *View) themes(look theme.Options) fyne.CanvasObject {
	row := container.New(even{gap: theme.Space12, least: 132})
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
	row := container.New(even{least: 72})
	for _, a := range theme.Accents() {
		row.Add(newSwatch(a, look.Accent == a, func() { v.look(func(p *model.Appearance) { p.Accent = a.String() }) }))
	}
	return container.New(widget.Inset{Left: theme.Space4, Top: theme.Space12, Right: theme.Space4, Bottom: theme.Space12}, row)
}

// layouts chooses between bubbles and lines without them.
func (v *View) layouts(compact bool) fyne.CanvasObject {
	at := 0
	if compact {
		at = 1
	}
	choose := widget.Name(widget.NewSegmented([]string{text.T("appearance.bubbles"), text.T("appearance.compact")}, at, func(i int) {
		v.look(func(a *model.Appearance) { a.Compact = i == 1 })
	}), "appearance.layout_choice")
	choose.OnFocus = v.follow(choose)
	row := v.row("appearance.layout", nil)
	row.Tail = choose
	return v.mark("appearance.layout", row, choose)
}

// preview shows two messages the way they will look.
func preview(compact bool) fyne.CanvasObject {
	var shown *fyne.Container
	if compact {
		shown = container.New(widget.Column{Gap: theme.Space4},
			line("appearance.sample_name", "09:41", "appearance.sample_in"), line("appearance.sample_me", "09:42", "appearance.sample_out"))
	} else {
		in, out := widget.NewBubble(), widget.NewBubble()
		in.Set(widget.BubbleModel{First: true, Last: true, Spans: widget.Text(text.T("appearance.sample_in")), Time: "09:41"})
		out.Set(widget.BubbleModel{Outgoing: true, First: true, Last: true, Spans: widget.Text(text.T("appearance.sample_out")), Time: "09:42", State: widget.Read})
		shown = container.New(bubbles{}, in, out)
	}
	ground := widget.NewSurface(theme.Paper, container.New(widget.Inset{Left: theme.Space16, Top: theme.Space4, Right: theme.Space16, Bottom: theme.Space16}, shown))
	ground.Border, ground.Radius = theme.Line, theme.Radius12
	return ground
}

// line is a message in the compact layout.
func line(name, at, said string) fyne.CanvasObject {
	return container.New(widget.Inset{Top: theme.Space8}, container.New(widget.Column{},
		container.New(widget.Row{Gap: theme.Space8}, widget.NewLabel(text.T(name), widget.SmallBold, theme.Text), widget.NewLabel(at, widget.Caption, theme.Text3)),
		widget.NewParagraph(text.T(said), widget.Body, theme.Text, 0)))
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
	return fyne.NewSize(200, h)
}

// zoom is a slider over the steps. What it changes moves the slider as well, so
// the choice counts when the drag ends; until then the number says where it is.
func (v *View) zoom(look theme.Options) fyne.CanvasObject {
	now := theme.ClampZoom(look.Zoom)
	at := 0
	for i, z := range theme.ZoomSteps {
		if z <= now {
			at = i
		}
	}
	percent := func(i int) string { return strconv.Itoa(theme.ZoomSteps[i]) + " %" }
	value := widget.NewLabel(percent(at), widget.Small, theme.Text)
	slider := widget.Name(widget.NewSlider(len(theme.ZoomSteps), at, func(i int) {
		v.look(func(a *model.Appearance) { a.Zoom = theme.ZoomSteps[i] })
	}), "appearance.zoom_slider")
	slider.OnMoved = func(i int) { value.SetText(percent(i)) }
	slider.OnFocus = v.follow(slider)
	row := v.row("appearance.zoom", nil)
	row.Detail = text.F("appearance.zoom_keys", "smaller", widget.Keys("Ctrl −"), "larger", widget.Keys("Ctrl +"))
	row.Tail = container.New(fixed{140, 48}, slider, value)
	return v.mark("appearance.zoom", row, slider)
}

// fixed sets objects side by side in given widths.
type fixed []float32

func (f fixed) Layout(o []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(o, s)
	x := float32(0)
	for i, c := range o {
		h := c.MinSize().Height
		c.Move(fyne.NewPos(x, (s.Height-h)/2))
		c.Resize(fyne.NewSize(f[i], h))
		x += f[i] + theme.Space12
	}
}

func (f fixed) MinSize(o []fyne.CanvasObject) fyne.Size {
	w := theme.Space12 * float32(len(f)-1)
	for _, x := range f {
		w += x
	}
	return fyne.NewSize(w, slices.MaxFunc(o, func(a, b fyne.CanvasObject) int { return int(a.MinSize().Height - b.MinSize().Height) }).MinSize().Height)
}

// even sets objects side by side in equal widths, in several rows where they
// would get less than the least.
type even struct{ gap, least float32 }

func (e even) columns(n int, width float32) int {
	if width <= 0 {
		return n
	}
	fit := min(n, max(1, int((width+e.gap)/(e.least+e.gap))))
	rows := (n + fit - 1) / fit
	return (n + rows - 1) / rows
}

func (e even) Layout(o []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(o, s)
	cols := e.columns(len(o), s.Width)
	w := (s.Width - e.gap*float32(cols-1)) / float32(cols)
	h := e.height(o)
	for i, c := range o {
		c.Move(fyne.NewPos(float32(i%cols)*(w+e.gap), float32(i/cols)*(h+theme.Space12)))
		c.Resize(fyne.NewSize(w, h))
	}
}

func (e even) height(o []fyne.CanvasObject) float32 {
	h := float32(0)
	for _, c := range o {
		h = max(h, c.MinSize().Height)
	}
	return h
}

func (e even) MinSize(o []fyne.CanvasObject) fyne.Size {
	rows := 1
	if w := o[0].Size().Width; w > 0 {
		// As it was laid out last.
		rows = 0
		y := float32(-1)
		for _, c := range o {
			if c.Position().Y > y {
				y = c.Position().Y
				rows++
			}
		}
	}
	h := e.height(o)
	return fyne.NewSize(200, h*float32(rows)+theme.Space12*float32(rows-1))
}
