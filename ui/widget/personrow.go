package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/ui/theme"
)

// PersonRow is a row of a list of people, 48 high: avatar and name. The list
// has the keyboard, not the row.
type PersonRow struct {
	fynewidget.BaseWidget
	OnTapped func()

	text    string
	cursor  bool
	hovered bool
	box     *panel
	ring    ring
	avatar  *Avatar
	name    flowView
	list    []fyne.CanvasObject
}

var (
	_ fyne.Tappable     = (*PersonRow)(nil)
	_ desktop.Hoverable = (*PersonRow)(nil)
)

// NewPersonRow makes an empty row for Set.
func NewPersonRow() *PersonRow {
	r := &PersonRow{box: newPanel(theme.Radius12), ring: newRing(), avatar: NewAvatar(32, AvatarModel{})}
	r.ExtendBaseWidget(r)
	return r
}

// Set shows somebody; cursor says that the keyboard is on the row.
func (r *PersonRow) Set(avatar AvatarModel, name string, cursor bool) {
	r.avatar.Set(avatar)
	r.text, r.cursor = name, cursor
	r.Refresh()
}

// InspectName names the row for driven tests.
func (r *PersonRow) InspectName() string { return "people.row:" + r.text }

// InspectText implements Texted.
func (r *PersonRow) InspectText() string { return r.text }

// AccessibilityLabel implements fyne.Accessible.
func (r *PersonRow) AccessibilityLabel() string { return r.text }

// AccessibilityRole implements fyne.Accessible.
func (r *PersonRow) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer implements fyne.Widget.
func (r *PersonRow) CreateRenderer() fyne.WidgetRenderer { return newRenderer(r) }

func (r *PersonRow) minSize() fyne.Size           { return size(120, 48) }
func (r *PersonRow) objects() []fyne.CanvasObject { return r.list }

func (r *PersonRow) paint() {
	ground := transparent
	if r.hovered {
		ground = theme.Color(theme.Hover)
	}
	r.box.set(ground, theme.Radius12)
	r.ring.paint(r.cursor, 0)
	r.ring.rect.CornerRadius = theme.Radius12
}

func (r *PersonRow) layout(s fyne.Size) {
	r.box.place(0, 0, s.Width, s.Height)
	r.ring.inner(pos(0, 0), s)
	place(r.avatar, 8, 8, 32, 32)
	f := layoutLine(Text(r.text), Body, max(s.Width-52-12, 10))
	r.name.show(f, plainInks(theme.Text), 52, 13, f.width, false)
	r.list = append(append(append(r.list[:0], r.box.object(), r.avatar), r.name.list...), r.ring.rect)
}

// Tapped implements fyne.Tappable.
func (r *PersonRow) Tapped(*fyne.PointEvent) { call(r.OnTapped) }

// MouseIn implements desktop.Hoverable.
func (r *PersonRow) MouseIn(*desktop.MouseEvent) { r.setHover(true) }

// MouseMoved implements desktop.Hoverable.
func (r *PersonRow) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (r *PersonRow) MouseOut() { r.setHover(false) }

// Park implements Parker.
func (r *PersonRow) Park() { r.hovered = false }

func (r *PersonRow) setHover(on bool) {
	if r.hovered != on {
		r.hovered = on
		r.Refresh()
	}
}
