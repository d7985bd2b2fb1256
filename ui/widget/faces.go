package widget

import (
	"image"
	"weak"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// faces gives avatars the picture of their id, so that whoever shows an avatar
// need not know of pictures. large asks for more than a list needs.
var faces func(id string, large bool) image.Image

// living are the avatars that may have to be painted anew.
var living struct {
	all   []weak.Pointer[Avatar]
	sweep int // length at which the dead are swept out
}

// SetFaces sets where avatars get their pictures from; nil: initials only. It
// is called on the interface's goroutine, as FacesChanged is.
func SetFaces(source func(id string, large bool) image.Image) {
	faces = source
	repaint(func(*Avatar) bool { return true })
}

// FacesChanged paints the avatars of these ids anew.
func FacesChanged(ids ...string) {
	repaint(func(a *Avatar) bool {
		for _, id := range ids {
			if a.Model.ID == id {
				return true
			}
		}
		return false
	})
}

func repaint(which func(*Avatar) bool) {
	for _, p := range living.all {
		// One that is not on the screen paints itself when it comes there.
		if a := p.Value(); a != nil && which(a) && a.shown {
			a.Refresh()
		}
	}
}

// live has an avatar hear of new pictures.
func live(a *Avatar) {
	if len(living.all) >= living.sweep {
		kept := living.all[:0]
		for _, p := range living.all {
			if p.Value() != nil {
				kept = append(kept, p)
			}
		}
		clear(living.all[len(kept):])
		living.all, living.sweep = kept, max(256, 2*len(kept))
	}
	living.all = append(living.all, weak.Make(a))
}

// largeFace is the size from which an avatar wants more than a list's picture.
const largeFace float32 = 48

// face is the picture that the avatar shows, nil for initials.
func (a *Avatar) face() image.Image {
	m := a.Model
	if m.Picture != nil || m.Solid || m.ID == "" || faces == nil {
		return m.Picture
	}
	return faces(m.ID, a.px > largeFace)
}

// HasPicture reports whether a picture is shown in place of initials.
func (a *Avatar) HasPicture() bool { return a.face() != nil }

// AvatarButton is an avatar that can be pressed.
type AvatarButton struct {
	control
	avatar *Avatar
	ring   ring
	label  string
	needs  bool // a picture, to be pressed
}

// NewAvatarButton makes one of px.
func NewAvatarButton(px float32, m AvatarModel, label string, pressed func()) *AvatarButton {
	b := &AvatarButton{avatar: NewAvatar(px, m), ring: newRing(), label: label}
	b.press = pressed
	b.tip.text = label
	b.ExtendBaseWidget(b)
	b.tip.owner = b
	return b
}

// OnlyWithPicture makes it answer only while a picture is shown.
func (b *AvatarButton) OnlyWithPicture() *AvatarButton {
	b.needs = true
	return b
}

// Disabled implements fyne.Disableable.
func (b *AvatarButton) Disabled() bool { return b.disabled || b.needs && !b.avatar.HasPicture() }

// Tapped implements fyne.Tappable.
func (b *AvatarButton) Tapped(e *fyne.PointEvent) {
	if !b.Disabled() {
		b.control.Tapped(e)
	}
}

// MouseIn implements desktop.Hoverable.
func (b *AvatarButton) MouseIn(e *desktop.MouseEvent) {
	if !b.Disabled() {
		b.control.MouseIn(e)
	}
}

// Cursor implements desktop.Cursorable.
func (b *AvatarButton) Cursor() desktop.Cursor {
	if b.Disabled() {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// AccessibilityLabel implements fyne.Accessible.
func (b *AvatarButton) AccessibilityLabel() string { return b.label }

// CreateRenderer implements fyne.Widget.
func (b *AvatarButton) CreateRenderer() fyne.WidgetRenderer { return newRenderer(b) }

func (b *AvatarButton) minSize() fyne.Size { return size(b.avatar.px, b.avatar.px) }

func (b *AvatarButton) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{b.avatar, b.ring.rect}
}

func (b *AvatarButton) paint() { b.ring.paint(b.focused, b.avatar.radius()) }

func (b *AvatarButton) layout(s fyne.Size) {
	b.avatar.Move(fyne.NewPos(0, 0))
	b.avatar.Resize(s)
	b.ring.layout(fyne.NewPos(0, 0), s)
}
