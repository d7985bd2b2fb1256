package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/theme"
)

// Banner is a notice: icon, a sentence or two, and buttons at its end. Its
// height follows from its width.
type Banner struct {
	fynewidget.BaseWidget
	named
	Tone   Tone
	Icon   assets.IconName
	Spans  []Span // Strong spans for the first words
	OnLink func(Span)

	actions []fyne.CanvasObject
	box     *canvas.Rectangle
	glyph   *glyph
	view    flowView
	flow    *flow
	made    float32 // room for which flow was made
	textX   float32
	textY   float32
	list    []fyne.CanvasObject
}

// NewBanner makes a notice; actions are compact buttons.
func NewBanner(tone Tone, icon assets.IconName, spans []Span, actions ...fyne.CanvasObject) *Banner {
	b := &Banner{Tone: tone, Icon: icon, Spans: spans, actions: actions, box: newBox(theme.Radius12), glyph: newGlyph("", 20)}
	b.ExtendBaseWidget(b)
	return b
}

// Set changes what the notice says.
func (b *Banner) Set(tone Tone, icon assets.IconName, spans []Span) {
	b.Tone, b.Icon, b.Spans = tone, icon, spans
	b.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (b *Banner) CreateRenderer() fyne.WidgetRenderer { return newRenderer(b) }

func (b *Banner) actionsWidth() float32 {
	var w float32
	for _, a := range b.actions {
		if a.Visible() {
			w += a.MinSize().Width + theme.Space8
		}
	}
	return w
}

func (b *Banner) flowFor(width float32) *flow {
	room := width - 2*theme.Space12 - b.actionsWidth()
	if b.Icon != "" {
		room -= 20 + theme.Space12
	}
	room = max(room, 60)
	if b.flow == nil || b.made != room {
		b.flow, b.made = layoutText(b.Spans, flowOptions{style: Small, width: room}), room
	}
	return b.flow
}

func (b *Banner) heightFor(f *flow) float32 {
	h := f.height + 2*theme.Space12
	for _, a := range b.actions {
		if a.Visible() {
			h = max(h, a.MinSize().Height+2*theme.Space8)
		}
	}
	return h
}

// HeightFor measures the notice in a width.
func (b *Banner) HeightFor(width float32) float32 { return b.heightFor(b.flowFor(width)) }

func (b *Banner) minSize() fyne.Size {
	w := b.Size().Width
	if w <= 0 {
		w = 320
	}
	return size(120+b.actionsWidth(), b.HeightFor(w))
}

func (b *Banner) objects() []fyne.CanvasObject { return b.list }

func (b *Banner) paint() {
	b.flow = nil
	b.box.StrokeWidth, b.box.StrokeColor = 0, nil
	if b.Tone == Neutral {
		b.box.FillColor = theme.Color(theme.Sheet)
		b.box.StrokeWidth, b.box.StrokeColor = 1, theme.Color(theme.Line)
		b.glyph.paint(b.Icon, theme.Color(theme.Text2))
		return
	}
	ground, ink := b.Tone.soft()
	b.box.FillColor = theme.Color(ground)
	b.glyph.paint(b.Icon, theme.Color(ink))
}

func (b *Banner) layout(s fyne.Size) {
	if s.Width <= 0 {
		return
	}
	place(b.box, 0, 0, s.Width, s.Height)
	b.list = append(b.list[:0], b.box)
	f := b.flowFor(s.Width)
	b.textX, b.textY = theme.Space12, round((s.Height-f.height)/2)
	if b.Icon != "" {
		b.glyph.move(theme.Space12, b.textY)
		b.list = append(b.list, b.glyph.img)
		b.textX += 20 + theme.Space12
	}
	ink := theme.Text
	if b.Tone == Neutral {
		ink = theme.Text2
	}
	k := plainInks(ink)
	if b.Tone != Neutral {
		k.link = k.text
	}
	b.view.show(f, k, b.textX, b.textY, f.width, false)
	b.list = append(b.list, b.view.list...)
	right := s.Width - theme.Space8
	if s.Height > 60 {
		right = s.Width - theme.Space12
	}
	for i := len(b.actions) - 1; i >= 0; i-- {
		a := b.actions[i]
		if !a.Visible() {
			continue
		}
		m := a.MinSize()
		right -= m.Width
		place(a, right, round((s.Height-m.Height)/2), m.Width, m.Height)
		right -= theme.Space8
		b.list = append(b.list, a)
	}
}

// Tapped implements fyne.Tappable: a link in the sentence.
func (b *Banner) Tapped(e *fyne.PointEvent) {
	if b.OnLink == nil || b.flow == nil {
		return
	}
	if f := b.flow.fragmentAt(inColumn(turned(e.Position, b.Size().Width), b.textX, b.flow.width), e.Position.Y-b.textY, b.flow.width); f != nil && f.kind == Link {
		b.OnLink(Span{Text: f.text, Kind: f.kind, Data: f.data})
	}
}

// PressRow is a row one presses: icon or avatar, title, description, and
// something at its end. Settings, contact panel, first steps, requests.
type PressRow struct {
	control
	Icon      assets.IconName
	IconColor theme.Name // Text2 unless set
	Lead      fyne.CanvasObject
	Title     string
	Bold      bool
	Small     bool   // title in 13 instead of 15
	Detail    string // second line
	Value     string // at the end, quiet
	Tail      fyne.CanvasObject
	Switch    *Toggle // at the end; the row presses it and has the keyboard
	Chevron   bool
	Danger    bool
	Selected  bool
	Ground    theme.Name // at rest; none unless set
	Height    float32    // 48, or 64 with a Detail, unless set
	Wrap      bool       // title and detail take the lines they need; Height is the least
	OnTapped  func()

	box   *canvas.Rectangle
	glyph *glyph
	arrow *glyph
	title flowView
	more  flowView
	value flowView
	ring  ring
	list  []fyne.CanvasObject
}

// NewPressRow makes a row; set the other fields before it is shown.
func NewPressRow(icon assets.IconName, title string, tapped func()) *PressRow {
	r := &PressRow{Icon: icon, Title: title, OnTapped: tapped, IconColor: theme.Text2, box: newBox(theme.Radius12)}
	r.glyph, r.arrow, r.ring = newGlyph("", 20), newGlyph("", 20), newRing()
	r.press = func() { call(r.OnTapped) }
	r.ExtendBaseWidget(r)
	return r
}

// NewSwitchRow makes a row with a switch at its end.
func NewSwitchRow(title string, on bool, changed func(bool)) *PressRow {
	r := NewPressRow("", title, nil)
	r.Switch = NewToggle(on, changed)
	r.OnTapped = func() {
		r.Switch.press()
		r.Refresh()
	}
	return r
}

// Disabled reports whether the keyboard passes the row by: it is greyed out, or
// pressing it does nothing.
func (r *PressRow) Disabled() bool { return r.disabled || r.OnTapped == nil }

// CreateRenderer implements fyne.Widget.
func (r *PressRow) CreateRenderer() fyne.WidgetRenderer { return newRenderer(r) }

func (r *PressRow) minSize() fyne.Size {
	h := r.Height
	switch {
	case h > 0:
	case r.Detail != "":
		h = 64
	default:
		h = 48
	}
	if w := r.Size().Width; r.Wrap && w > 0 {
		left, right := r.edges(w)
		title, more := r.wrapped(right - left)
		text := title.height
		if more != nil {
			text += more.height
		}
		h = max(h, text+2*theme.Space8+theme.Space4)
	}
	return size(120, h)
}

// edges returns where the text of the row begins and ends.
func (r *PressRow) edges(width float32) (left, right float32) {
	left, right = theme.Space12, width-theme.Space12
	switch {
	case r.Lead != nil:
		left = theme.Space8 + r.Lead.MinSize().Width + theme.Space12
	case r.Icon != "":
		left += 20 + theme.Space12
	}
	if r.Chevron {
		right -= 28
	}
	if r.Switch != nil {
		right -= 40 + theme.Space12
	}
	if r.Tail != nil && r.Tail.Visible() {
		right -= r.Tail.MinSize().Width + theme.Space12
	}
	if r.Value != "" {
		right -= layoutLine(Text(r.Value), Small, (right-left)/2).width + theme.Space12
	}
	return left, right
}

// wrapped lays out title and detail in as many lines as they need.
func (r *PressRow) wrapped(width float32) (title, more *flow) {
	style := r.titleStyle()
	title = layoutText(Text(r.Title), flowOptions{style: style, width: max(width, 40)})
	if r.Detail != "" {
		more = layoutText(Text(r.Detail), flowOptions{style: Small, width: max(width, 40)})
	}
	return title, more
}

func (r *PressRow) titleStyle() Style {
	style := Body
	if r.Small {
		style = Small
	}
	style.Bold = r.Bold || r.Selected
	return style
}

func (r *PressRow) objects() []fyne.CanvasObject { return r.list }

func (r *PressRow) paint() {
	ground := transparent
	switch {
	case r.Selected:
		ground = theme.Color(theme.AccentSoft)
	case r.pressed:
		ground = theme.Color(theme.Pressed)
	case r.hovered && r.OnTapped != nil:
		ground = theme.Color(theme.Hover)
	case r.Ground != "":
		ground = theme.Color(r.Ground)
	}
	setRect(r.box, ground, theme.Radius12)
	ink := r.IconColor
	switch {
	case r.Danger:
		ink = theme.Danger
	case r.Selected:
		ink = theme.AccentInk
	}
	r.glyph.paint(r.Icon, theme.Color(ink))
	arrow := assets.IconName("")
	if r.Chevron {
		arrow = assets.IconChevronRight
	}
	r.arrow.paint(arrow, theme.Color(theme.Text2))
	if r.Switch != nil {
		r.Switch.hovered, r.Switch.disabled = r.hovered, r.disabled
		r.Switch.paint()
	}
	r.ring.paint(r.focused, 0)
	r.ring.rect.CornerRadius = theme.Radius12
}

func (r *PressRow) layout(s fyne.Size) {
	place(r.box, 0, 0, s.Width, s.Height)
	r.ring.inner(pos(0, 0), s)
	r.list = append(r.list[:0], r.box)
	left, right := theme.Space12, s.Width-theme.Space12
	switch {
	case r.Lead != nil:
		m := r.Lead.MinSize()
		place(r.Lead, theme.Space8, round((s.Height-m.Height)/2), m.Width, m.Height)
		r.list = append(r.list, r.Lead)
		left = theme.Space8 + m.Width + theme.Space12
	case r.Icon != "":
		r.glyph.move(left, round((s.Height-20)/2))
		r.list = append(r.list, r.glyph.img)
		left += 20 + theme.Space12
	}
	if r.Chevron {
		r.arrow.move(right-20, round((s.Height-20)/2))
		r.list = append(r.list, r.arrow.img)
		right -= 28
	}
	if r.Switch != nil {
		r.Switch.at(right-40, round((s.Height-24)/2))
		r.list = append(r.list, r.Switch.track, r.Switch.knob)
		right -= 40 + theme.Space12
	}
	if r.Tail != nil && r.Tail.Visible() {
		m := r.Tail.MinSize()
		place(r.Tail, right-m.Width, round((s.Height-m.Height)/2), m.Width, m.Height)
		r.list = append(r.list, r.Tail)
		right -= m.Width + theme.Space12
	}
	if r.Value != "" {
		f := layoutLine(Text(r.Value), Small, (right-left)/2)
		r.value.show(f, plainInks(theme.Text2), right-f.width, round((s.Height-Small.Line)/2), f.width, false)
		r.list = append(r.list, r.value.list...)
		right -= f.width + theme.Space12
	}
	r.layoutText(left, right, s)
	r.list = append(r.list, r.ring.rect)
}

func (r *PressRow) layoutText(left, right float32, s fyne.Size) {
	style, ink := r.titleStyle(), theme.Text
	switch {
	case r.Danger:
		ink = theme.Danger
	case r.Selected:
		ink = theme.AccentInk
	case r.disabled:
		ink = theme.Text3
	}
	if r.Wrap {
		title, more := r.wrapped(right - left)
		text := title.height
		if more != nil {
			text += more.height
		}
		y := round((s.Height - text) / 2)
		r.title.show(title, plainInks(ink), left, y, right-left, false)
		r.list = append(r.list, r.title.list...)
		if more != nil {
			r.more.show(more, plainInks(theme.Text2), left, y+title.height, right-left, false)
			r.list = append(r.list, r.more.list...)
		}
		return
	}
	y := round((s.Height - style.Line) / 2)
	if r.Detail != "" {
		y = round((s.Height - Body.Line - Small.Line) / 2)
		f := layoutLine(Text(r.Detail), Small, max(right-left, 10))
		r.more.show(f, plainInks(theme.Text2), left, y+Body.Line, right-left, false)
		r.list = append(r.list, r.more.list...)
	}
	f := layoutLine(Text(r.Title), style, max(right-left, 10))
	r.title.show(f, plainInks(ink), left, y, f.width, false) // names of any script begin at the left
	r.list = append(r.list, r.title.list...)
}
