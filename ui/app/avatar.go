package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/widget"
)

// avatarButton is the own avatar with the dot of the connection, and a mark when
// another account has something unread. It opens the menu of the account.
type avatarButton struct {
	fynewidget.BaseWidget
	avatar  *widget.Avatar
	ring    *canvas.Circle
	news    *widget.Badge // unread in other accounts
	pressed func()
}

var (
	_ fyne.Tappable      = (*avatarButton)(nil)
	_ fyne.Focusable     = (*avatarButton)(nil)
	_ desktop.Cursorable = (*avatarButton)(nil)
)

func newAvatarButton(pressed func()) *avatarButton {
	b := &avatarButton{avatar: widget.NewAvatar(40, widget.AvatarModel{}), ring: canvas.NewCircle(nil), pressed: pressed}
	b.ring.StrokeWidth = theme.FocusWidth
	b.news = widget.NewBadge(0, false)
	b.ring.Hide()
	b.ExtendBaseWidget(b)
	return b
}

func (b *avatarButton) set(m widget.AvatarModel, status widget.Status, elsewhere int) {
	m.Status = status
	b.avatar.Set(m)
	b.news.SetCount(elsewhere, false)
	b.Refresh()
}

// InspectName names the button for driven tests.
func (b *avatarButton) InspectName() string { return "header.me" }

// AccessibilityLabel implements fyne.Accessible.
func (b *avatarButton) AccessibilityLabel() string { return text.T("app.me") }

// CreateRenderer implements fyne.Widget.
func (b *avatarButton) CreateRenderer() fyne.WidgetRenderer {
	return fynewidget.NewSimpleRenderer(container.New(ringed{}, b.avatar, b.ring, b.news))
}

// ringed lays a ring 2 px round the first object, and the third over its upper
// corner at the end of the line.
type ringed struct{}

func (ringed) Layout(o []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(o, s)
	o[0].Resize(s)
	m := o[2].MinSize()
	o[2].Resize(m)
	o[2].Move(fyne.NewPos(s.Width-m.Width+theme.Space8, -theme.Space4))
	const out = theme.FocusGap + theme.FocusWidth
	o[1].Move(fyne.NewPos(-out, -out))
	o[1].Resize(s.AddWidthHeight(2*out, 2*out))
}

func (ringed) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

// Tapped implements fyne.Tappable.
func (b *avatarButton) Tapped(*fyne.PointEvent) { b.pressed() }

// Cursor implements desktop.Cursorable.
func (b *avatarButton) Cursor() desktop.Cursor { return desktop.PointerCursor }

// FocusGained implements fyne.Focusable.
func (b *avatarButton) FocusGained() {
	b.ring.StrokeColor = theme.Color(theme.AccentInk)
	b.ring.Show()
}

// FocusLost implements fyne.Focusable.
func (b *avatarButton) FocusLost() { b.ring.Hide() }

// TypedRune implements fyne.Focusable.
func (b *avatarButton) TypedRune(r rune) {
	if r == ' ' {
		b.pressed()
	}
}

// TypedKey implements fyne.Focusable.
func (b *avatarButton) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		b.pressed()
	case fyne.KeyEscape:
		widget.Escape(b)
	}
}
