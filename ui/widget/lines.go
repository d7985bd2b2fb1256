package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/theme"
)

// DayLine is the pill between two days of a conversation.
type DayLine struct {
	fynewidget.BaseWidget
	OnTap   func() // the pill was pressed; may be nil
	hovered bool

	text  string
	box   *canvas.Rectangle
	label *canvas.Text
}

// HeightOfDayLine is what a DayLine takes in any width.
const HeightOfDayLine float32 = 12 + 26 + 12

// NewDayLine makes a pill: "Today".
func NewDayLine(text string) *DayLine {
	d := &DayLine{text: text, box: newBox(13), label: &canvas.Text{}}
	d.ExtendBaseWidget(d)
	return d
}

// Set changes the text.
func (d *DayLine) Set(text string) {
	d.text = text
	d.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (d *DayLine) CreateRenderer() fyne.WidgetRenderer { return newRenderer(d) }

func (d *DayLine) minSize() fyne.Size           { return size(80, HeightOfDayLine) }
func (d *DayLine) objects() []fyne.CanvasObject { return []fyne.CanvasObject{d.box, d.label} }
func (d *DayLine) paint() {
	d.box.FillColor, d.box.StrokeColor, d.box.StrokeWidth = theme.Color(theme.List), theme.Color(theme.Line), 1
	if d.hovered && d.OnTap != nil {
		d.box.FillColor = theme.Color(theme.Hover)
	}
	setText(d.label, d.text, CaptionBold, false, theme.Color(theme.Text2))
}
func (d *DayLine) layout(s fyne.Size) {
	w := textWidth(d.text, CaptionBold, false)
	x := round((s.Width - w - 24) / 2)
	place(d.box, x, 12, ceil(w)+24, 26)
	placeText(d.label, CaptionBold, x+12, 17, w)
}

// UnreadLine marks where one left off reading.
type UnreadLine struct {
	fynewidget.BaseWidget
	text        string
	left, right *canvas.Rectangle
	label       *canvas.Text
}

// HeightOfUnreadLine is what an UnreadLine takes in any width.
const HeightOfUnreadLine float32 = 16 + 16 + 8

// NewUnreadLine makes a line with a word in it: "New messages".
func NewUnreadLine(text string) *UnreadLine {
	u := &UnreadLine{text: text, left: newBox(0), right: newBox(0), label: &canvas.Text{}}
	u.ExtendBaseWidget(u)
	return u
}

// Set changes the text.
func (u *UnreadLine) Set(text string) {
	u.text = text
	u.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (u *UnreadLine) CreateRenderer() fyne.WidgetRenderer { return newRenderer(u) }

func (u *UnreadLine) minSize() fyne.Size { return size(80, HeightOfUnreadLine) }
func (u *UnreadLine) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{u.left, u.right, u.label}
}
func (u *UnreadLine) paint() {
	setRect(u.left, theme.Color(theme.AccentLine), 0)
	setRect(u.right, theme.Color(theme.AccentLine), 0)
	setText(u.label, u.text, CaptionBold, false, theme.Color(theme.AccentInk))
}
func (u *UnreadLine) layout(s fyne.Size) {
	w := ceil(textWidth(u.text, CaptionBold, false))
	side := max(0, (s.Width-w-24)/2)
	place(u.left, 0, 24, side, 1)
	place(u.right, s.Width-side, 24, side, 1)
	placeText(u.label, CaptionBold, side+12, 16, w)
}

// SystemLine tells what happened in a conversation, in the middle, with an
// icon: "Lina set messages to disappear after 1 week".
type SystemLine struct {
	fynewidget.BaseWidget
	OnLink func()                 // a Link span was pressed
	OnMenu func(at fyne.Position) // right click
	OnTap  func()                 // anywhere else
	// Marked shows that the keyboard is on the line, or that it is picked.
	Marked, Picking bool

	pointed bool // the pointer is on the link
	textX   float32
	mark    *canvas.Rectangle
	icon    assets.IconName
	spans   []Span
	glyph   *glyph
	flow    *flow
	made    float32 // width for which flow was made
	view    flowView
	list    []fyne.CanvasObject
}

const systemPad, systemSide float32 = 8, 24

// NewSystemLine makes a line; icon may be empty, names are Strong spans.
func NewSystemLine(icon assets.IconName, spans []Span) *SystemLine {
	l := &SystemLine{icon: icon, spans: spans, glyph: newGlyph("", 16), mark: newBox(theme.Radius12)}
	l.ExtendBaseWidget(l)
	return l
}

// Set changes icon and text.
func (l *SystemLine) Set(icon assets.IconName, spans []Span) {
	l.icon, l.spans = icon, spans
	l.Refresh()
}

// HeightOfSystemLine measures a SystemLine in a width.
func HeightOfSystemLine(icon assets.IconName, spans []Span, width float32) float32 {
	return systemFlow(icon, spans, width).height + 2*systemPad
}

func systemFlow(icon assets.IconName, spans []Span, width float32) *flow {
	room := width - 2*systemSide
	if icon != "" {
		room -= 24
	}
	return layoutText(spans, flowOptions{style: Small, width: max(room, 80)})
}

// CreateRenderer implements fyne.Widget.
func (l *SystemLine) CreateRenderer() fyne.WidgetRenderer { return newRenderer(l) }

func (l *SystemLine) minSize() fyne.Size {
	return size(120, l.flowFor(max(l.Size().Width, 120)).height+2*systemPad)
}

func (l *SystemLine) flowFor(width float32) *flow {
	if l.flow == nil || l.made != width {
		l.flow, l.made = systemFlow(l.icon, l.spans, width), width
	}
	return l.flow
}

func (l *SystemLine) objects() []fyne.CanvasObject { return l.list }
func (l *SystemLine) paint()                       { l.flow = nil }
func (l *SystemLine) layout(s fyne.Size) {
	f := l.flowFor(s.Width)
	w := f.width
	if l.icon != "" {
		w += 24
	}
	x := round((s.Width - w) / 2)
	l.list = l.list[:0]
	if l.Marked {
		setRect(l.mark, theme.Color(theme.AccentSoft), theme.Radius12)
		place(l.mark, x-theme.Space12, systemPad-4, w+2*theme.Space12, f.height+8)
		l.list = append(l.list, l.mark)
	}
	if l.icon != "" {
		l.glyph.paint(l.icon, theme.Color(theme.Text3))
		l.glyph.move(x, systemPad+2)
		l.list = append(l.list, l.glyph.img)
		x += 24
	}
	l.textX = x
	k := plainInks(theme.Text2)
	l.view.show(f, k, x, systemPad, f.width, true)
	l.list = append(l.list, l.view.list...)
}

// Separator is a 1 px line, horizontal unless its height is the larger side.
type Separator struct {
	fynewidget.BaseWidget
	rect *canvas.Rectangle
}

// NewSeparator makes a line in the colour of separators.
func NewSeparator() *Separator {
	s := &Separator{rect: newBox(0)}
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer implements fyne.Widget.
func (s *Separator) CreateRenderer() fyne.WidgetRenderer { return newRenderer(s) }

func (s *Separator) minSize() fyne.Size           { return size(1, 1) }
func (s *Separator) objects() []fyne.CanvasObject { return []fyne.CanvasObject{s.rect} }
func (s *Separator) paint()                       { setRect(s.rect, theme.Color(theme.Line), 0) }
func (s *Separator) layout(area fyne.Size)        { s.rect.Resize(area) }

// NoGround is the colour of a Surface that lets what is under it through: on
// another one of its colour. Painting the same once more costs as much as the
// first time.
const NoGround theme.Name = ""

// BarePaper is theme.Paper for a Surface that stands on the bare window: where a
// graphics card paints, the window was cleared with paper already.
const BarePaper theme.Name = "bare-paper"

// Surface is a coloured ground behind an object, with an optional border:
// panels, cards, pages.
type Surface struct {
	fynewidget.BaseWidget
	Color   theme.Name
	Border  theme.Name // empty: none
	Radius  float32
	Pad     float32
	content fyne.CanvasObject
	box     *panel
}

// NewSurface puts a flat ground behind content (which may be nil).
func NewSurface(color theme.Name, content fyne.CanvasObject) *Surface {
	s := &Surface{Color: color, content: content, box: newPanel(0)}
	s.ExtendBaseWidget(s)
	return s
}

// NewCard puts content on a sheet with a line round it and padding inside.
func NewCard(content fyne.CanvasObject, pad float32) *Surface {
	s := NewSurface(theme.Sheet, content)
	s.Border, s.Radius, s.Pad = theme.Line, theme.Radius12, pad
	return s
}

// Content returns what stands on the surface.
func (s *Surface) Content() fyne.CanvasObject { return s.content }

// SetContent changes what stands on the surface.
func (s *Surface) SetContent(content fyne.CanvasObject) {
	s.content = content
	s.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (s *Surface) CreateRenderer() fyne.WidgetRenderer { return newRenderer(s) }

func (s *Surface) minSize() fyne.Size {
	if s.content == nil {
		return fyne.Size{}
	}
	return s.content.MinSize().AddWidthHeight(2*s.Pad, 2*s.Pad)
}
func (s *Surface) objects() []fyne.CanvasObject {
	if s.content == nil {
		return []fyne.CanvasObject{s.box.object()}
	}
	return []fyne.CanvasObject{s.box.object(), s.content}
}
func (s *Surface) paint() {
	box := s.box.rect
	box.FillColor, box.CornerRadius = color.Transparent, s.Radius
	switch {
	case s.Color == BarePaper && !shaders:
		box.FillColor = theme.Color(theme.Paper)
	case s.Color != NoGround && s.Color != BarePaper:
		box.FillColor = theme.Color(s.Color)
	}
	box.StrokeWidth, box.StrokeColor = 0, nil
	if s.Border != "" {
		box.StrokeWidth, box.StrokeColor = 1, theme.Color(s.Border)
	}
	s.box.refresh()
}
func (s *Surface) layout(area fyne.Size) {
	s.box.place(0, 0, area.Width, area.Height)
	if s.content != nil {
		place(s.content, s.Pad, s.Pad, area.Width-2*s.Pad, area.Height-2*s.Pad)
	}
}
