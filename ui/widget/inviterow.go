package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
)

// InviteModel is an invitation to a community.
type InviteModel struct {
	Own  bool
	Name string
	Line string // the server, or why the invitation cannot be opened
	Dead bool   // it leads nowhere
}

// InviteRow is an invitation in a message: a tile, what to, and a button that
// looks at it. Pressing it anywhere does the same.
type InviteRow struct {
	fynewidget.BaseWidget
	OnOpen  func()
	OnMenu  func(at fyne.Position)
	OnTaken func(e *fyne.PointEvent) bool
	model   InviteModel
	tile    *canvas.Rectangle
	icon    *glyph
	button  *canvas.Rectangle
	label   *canvas.Text
	name    flowView
	line    flowView
	list    []fyne.CanvasObject
}

const (
	inviteHigh   float32 = 44 + 8 + theme.ButtonSmall
	inviteButton float32 = theme.ButtonSmall
)

var (
	_ fyne.Tappable          = (*InviteRow)(nil)
	_ fyne.SecondaryTappable = (*InviteRow)(nil)
	_ desktop.Cursorable     = (*InviteRow)(nil)
)

// NewInviteRow makes a row.
func NewInviteRow(m InviteModel) *InviteRow {
	r := &InviteRow{model: m, tile: newBox(theme.Radius12), icon: newGlyph("", 20), button: newBox(theme.Radius12), label: &canvas.Text{}}
	r.ExtendBaseWidget(r)
	return r
}

// SizeIn measures the row in a width.
func (r *InviteRow) SizeIn(width float32) fyne.Size {
	h := inviteHigh
	if r.model.Dead {
		h = fileHigh
	}
	return size(min(fileWide, width), h)
}

// CreateRenderer implements fyne.Widget.
func (r *InviteRow) CreateRenderer() fyne.WidgetRenderer { return newRenderer(r) }

func (r *InviteRow) minSize() fyne.Size           { return size(160, r.SizeIn(fileWide).Height) }
func (r *InviteRow) paint()                       {}
func (r *InviteRow) objects() []fyne.CanvasObject { return r.list }

func (r *InviteRow) layout(s fyne.Size) {
	m := &r.model
	ground, ink, name, line := theme.AccentSoft, theme.AccentInk, theme.Text, theme.Text3
	if m.Own {
		ground, ink, name, line = theme.InsetOut, theme.OnOut, theme.OnOut, theme.OnOut2
	}
	setRect(r.tile, theme.Color(ground), theme.Radius12)
	place(r.tile, 0, 2, fileTile, fileTile)
	r.icon.paint(assets.IconCommunity, theme.Color(ink))
	r.icon.move(10, 12)
	r.list = append(r.list[:0], r.tile, r.icon.img)
	const x = fileTile + 12
	title := m.Name
	if title == "" {
		title = text.T("widget.invite_unnamed")
	}
	room := s.Width - x
	top := layoutLine(Text(title), SmallBold, room)
	r.name.show(top, inks{text: theme.Color(name)}, x, 2, top.width, false)
	if m.Dead {
		room = max(room-64, 60) // the bubble's time stands at the right of this line
	}
	under := layoutLine(Text(m.Line), Small, room)
	r.line.show(under, inks{text: theme.Color(line)}, x, 22, under.width, false)
	r.list = append(append(r.list, r.name.list...), r.line.list...)
	if m.Dead {
		return
	}
	label := text.T("widget.invite_open")
	w := ceil(textWidth(label, SmallBold, false))
	setRect(r.button, theme.Color(ground), theme.Radius12)
	place(r.button, 0, s.Height-inviteButton, w+2*theme.Space12, inviteButton)
	setText(r.label, label, SmallBold, false, theme.Color(ink))
	placeText(r.label, SmallBold, theme.Space12, s.Height-inviteButton+6, w)
	r.list = append(r.list, r.button, r.label)
}

// Tapped implements fyne.Tappable.
func (r *InviteRow) Tapped(e *fyne.PointEvent) {
	touch()
	if r.OnTaken != nil && r.OnTaken(e) {
		return
	}
	if !r.model.Dead {
		call(r.OnOpen)
	}
}

// TappedSecondary implements fyne.SecondaryTappable.
func (r *InviteRow) TappedSecondary(e *fyne.PointEvent) {
	touch()
	if r.OnMenu != nil {
		r.OnMenu(e.AbsolutePosition)
	}
}

// Cursor implements desktop.Cursorable.
func (r *InviteRow) Cursor() desktop.Cursor {
	if r.model.Dead {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// InspectName implements Named.
func (r *InviteRow) InspectName() string { return "invite:" + r.model.Name }

// InspectText implements Texted.
func (r *InviteRow) InspectText() string { return r.model.Line }
