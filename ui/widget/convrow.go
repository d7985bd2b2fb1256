package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
)

// RowModel is a conversation in the list.
type RowModel struct {
	Avatar AvatarModel
	Name   string
	Marks  []assets.IconName // 16 px right after the name: muted, timer
	Time   string

	// The second line, the first of these that is set: typing, a draft, the
	// preview with who said it before it and the own state before that.
	Typing  string // "typing…"
	Draft   string // the draft's text; the word before it is added
	Prefix  string // "Jonas:"
	Preview string
	State   State
	// NameSpans and PreviewSpans replace Name and the second line: words that a
	// search has found.
	NameSpans, PreviewSpans []Span

	Unread    int
	MarkedNew bool // unread without a number
	Muted     bool
	Mention   bool
	Pinned    bool

	Selected bool // shown in the window
	Cursor   bool // keyboard is on it
	Lifted   bool // being dragged
}

// ConversationRow is a row of the conversation list, 64 high.
type ConversationRow struct {
	fynewidget.BaseWidget
	OnTapped  func()
	OnMenu    func(at fyne.Position)
	OnPointer func() // the pointer came or moves on the row

	model   RowModel
	hovered bool
	pressed bool

	box     *panel
	ring    ring
	avatar  *Avatar
	name    flowView
	marks   []*glyph
	time    *canvas.Text
	state   *glyph
	preview flowView
	badge   *Badge
	mention *Badge
	pin     *glyph
	list    []fyne.CanvasObject
	laid    fyne.Size // size of the last layout; zero after a change
}

var (
	_ fyne.Tappable          = (*ConversationRow)(nil)
	_ fyne.SecondaryTappable = (*ConversationRow)(nil)
	_ desktop.Hoverable      = (*ConversationRow)(nil)
	_ desktop.Mouseable      = (*ConversationRow)(nil)
)

// NewConversationRow makes an empty row for Set.
func NewConversationRow() *ConversationRow {
	r := &ConversationRow{}
	r.make()
	r.ExtendBaseWidget(r)
	return r
}

func (r *ConversationRow) make() {
	r.box, r.ring, r.avatar = newPanel(theme.Radius12), newRing(), NewAvatar(40, AvatarModel{})
	r.time, r.state, r.pin = &canvas.Text{}, newGlyph("", 16), newGlyph("", 16)
	r.badge, r.mention = NewBadge(0, false), NewBadge(0, false)
}

// Row returns the row itself, also that inside a PinnedRow.
func (r *ConversationRow) Row() *ConversationRow { return r }

// Set shows a conversation.
func (r *ConversationRow) Set(m RowModel) {
	r.model = m
	r.Refresh()
}

// Model returns what is shown.
func (r *ConversationRow) Model() RowModel { return r.model }

// CreateRenderer implements fyne.Widget.
func (r *ConversationRow) CreateRenderer() fyne.WidgetRenderer { return newRenderer(r) }

func (r *ConversationRow) minSize() fyne.Size           { return size(160, theme.RowHeight) }
func (r *ConversationRow) objects() []fyne.CanvasObject { return r.list }

func (r *ConversationRow) unread() bool { return r.model.Unread > 0 || r.model.MarkedNew }

func (r *ConversationRow) paint() {
	r.laid = fyne.Size{}
	m := &r.model
	var ground color.NRGBA
	ground, around := transparent, theme.List
	r.box.rect.StrokeWidth = 0
	switch {
	case m.Lifted:
		ground, around = theme.Color(theme.Sheet), theme.Sheet
		r.box.rect.StrokeColor, r.box.rect.StrokeWidth = theme.Color(theme.AccentLine), 1
	case m.Selected:
		ground, around = theme.Color(theme.AccentSoft), theme.AccentSoft
	case r.pressed:
		ground, around = theme.Color(theme.Pressed), theme.Pressed
	case r.hovered:
		ground, around = theme.Color(theme.Hover), theme.Hover
	}
	r.box.rect.FillColor = ground
	r.box.refresh()
	r.ring.paint(m.Cursor, 0)
	r.ring.rect.CornerRadius = theme.Radius12
	a := m.Avatar
	a.Ring = around
	r.avatar.Set(a)
	ink, style := theme.Text3, Time
	if r.unread() && !m.Muted {
		ink, style = theme.AccentInk, TimeBold
	}
	setText(r.time, m.Time, style, false, theme.Color(ink))
	r.paintState()
	r.badge.SetCount(m.Unread, m.Muted)
	if m.MarkedNew && m.Unread == 0 {
		r.badge.Text, r.badge.Hidden = " ", false
	}
	icon := assets.IconName("")
	if m.Mention {
		icon = assets.IconMention
	}
	r.mention.SetIcon(icon)
	pin := assets.IconName("")
	if m.Pinned && r.badge.Hidden && r.mention.Hidden {
		pin = assets.IconPin
	}
	r.pin.paint(pin, theme.Color(theme.Text3))
}

func (r *ConversationRow) paintState() {
	m := &r.model
	icon, ink := stateIcon(m.State), theme.Text3
	switch {
	case m.Typing != "" || m.Draft != "":
		icon = ""
	case m.State == Failed:
		icon, ink = assets.IconWarning, theme.Danger
	case m.State == Read:
		ink = theme.AccentInk
	}
	r.state.paint(icon, theme.Color(ink))
}

// previewSpans is the second line.
func (m *RowModel) previewSpans() []Span {
	switch {
	case m.PreviewSpans != nil:
		return m.PreviewSpans
	case m.Typing != "":
		return []Span{{Text: m.Typing, Kind: Lively}}
	case m.Draft != "":
		return []Span{{Text: text.T("widget.draft") + " ", Kind: Bad}, {Text: m.Draft}}
	case m.Prefix != "":
		return []Span{{Text: m.Prefix + " ", Kind: Dark}, {Text: m.Preview}}
	}
	return Text(m.Preview)
}

func (r *ConversationRow) layout(s fyne.Size) {
	if s == r.laid {
		return // the toolkit asks again for each text that is new
	}
	r.laid = s
	m := &r.model
	r.box.place(0, 0, s.Width, s.Height)
	r.ring.inner(pos(0, 0), s)
	place(r.avatar, 8, 12, 40, 40)
	r.list = append(r.list[:0], r.box.object(), r.avatar)
	const left = 60
	right := s.Width - 12

	style := Time
	if r.unread() && !m.Muted {
		style = TimeBold
	}
	tw := ceil(textWidth(m.Time, style, false))
	placeText(r.time, style, right-tw, 14, tw)
	r.list = append(r.list, r.time)
	r.layoutName(left, right-tw-8)

	end := r.layoutEnd(right)
	x := float32(left)
	if r.state.name != "" {
		r.state.move(x, 35)
		r.list = append(r.list, r.state.img)
		x += 20
	}
	f := layoutLine(m.previewSpans(), Small, max(end-x, 10))
	r.preview.show(f, plainInks(theme.Text2), x, 33, end-x, false)
	r.list = append(r.list, r.preview.list...)
	r.list = append(r.list, r.ring.rect)
}

func (r *ConversationRow) layoutName(left, end float32) {
	m := &r.model
	style := Body
	if r.unread() {
		style = BodyBold
	}
	room := max(end-left-float32(len(m.Marks))*20, 20)
	name := m.NameSpans
	if name == nil {
		name = Text(m.Name)
	}
	f := layoutLine(name, style, room)
	r.name.show(f, plainInks(theme.Text), left, 11, f.width, false)
	r.list = append(r.list, r.name.list...)
	x := left + f.width + 4
	for i, icon := range m.Marks {
		if i == len(r.marks) {
			r.marks = append(r.marks, newGlyph("", 16))
		}
		r.marks[i].paint(icon, theme.Color(theme.Text3))
		r.marks[i].move(round(x), 14)
		r.list = append(r.list, r.marks[i].img)
		x += 20
	}
}

// layoutEnd places what stands at the right of the second line and returns
// where the preview has to end.
func (r *ConversationRow) layoutEnd(right float32) float32 {
	end := right
	if !r.badge.Hidden {
		w := r.badge.minSize().Width
		place(r.badge, end-w, 33, w, 20)
		r.list = append(r.list, r.badge)
		end -= w + 8
	}
	if !r.mention.Hidden {
		place(r.mention, end-20, 33, 20, 20)
		r.list = append(r.list, r.mention)
		end -= 28
	}
	if r.pin.name != "" {
		r.pin.move(end-16, 35)
		r.list = append(r.list, r.pin.img)
		end -= 24
	}
	return end
}

// Tapped implements fyne.Tappable.
func (r *ConversationRow) Tapped(*fyne.PointEvent) { call(r.OnTapped) }

// TappedSecondary implements fyne.SecondaryTappable.
func (r *ConversationRow) TappedSecondary(e *fyne.PointEvent) {
	if r.OnMenu != nil {
		r.OnMenu(e.AbsolutePosition)
	}
}

// MouseIn implements desktop.Hoverable.
func (r *ConversationRow) MouseIn(*desktop.MouseEvent) {
	r.setHover(true, r.pressed)
	call(r.OnPointer)
}

// MouseMoved implements desktop.Hoverable.
func (r *ConversationRow) MouseMoved(*desktop.MouseEvent) { call(r.OnPointer) }

// MouseOut implements desktop.Hoverable.
func (r *ConversationRow) MouseOut() { r.setHover(false, false) }

// MouseDown implements desktop.Mouseable.
func (r *ConversationRow) MouseDown(e *desktop.MouseEvent) {
	r.setHover(r.hovered, e.Button == desktop.MouseButtonPrimary)
}

// MouseUp implements desktop.Mouseable.
func (r *ConversationRow) MouseUp(*desktop.MouseEvent) { r.setHover(r.hovered, false) }

// Park implements Parker.
func (r *ConversationRow) Park() { r.hovered, r.pressed = false, false }

func (r *ConversationRow) setHover(hovered, pressed bool) {
	if r.hovered == hovered && r.pressed == pressed {
		return
	}
	r.hovered, r.pressed = hovered, pressed
	r.Refresh()
}
