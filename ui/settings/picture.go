package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/ui/crop"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// pictureRow is the own picture with what can be done about it. It changes while
// the page stays: a name that is being typed must not get lost.
type pictureRow struct {
	v                     *View
	line                  *widget.Label
	change, remove, retry *widget.Button
	box                   *fyne.Container
}

func (v *View) picture() fyne.CanvasObject {
	me := v.Me.Profile
	avatar := widget.Name(widget.NewAvatarButton(80, widget.AvatarModel{ID: me.ID.String(), Name: me.Name},
		text.T("profile.picture_change"), v.choosePicture), "profile.avatar")
	button := func(name, label string, kind widget.ButtonKind, do func()) *widget.Button {
		return widget.Name(widget.NewButton(text.T(label), kind, do).Sized(widget.Compact), name)
	}
	r := &pictureRow{
		v:      v,
		line:   widget.NewParagraph("", widget.Small, theme.Text2, 420),
		change: button("profile.change", "profile.picture_choose", widget.Secondary, v.choosePicture),
		remove: button("profile.remove", "profile.picture_remove", widget.Ghost, v.removePicture),
		retry:  button("profile.retry", "profile.picture_retry", widget.Ghost, v.Picture.Retry),
	}
	r.box = container.New(widget.Column{},
		widget.NewLabel(text.T("profile.picture"), widget.SmallBold, theme.Text2), widget.Gap(theme.Space4),
		r.line, widget.Gap(theme.Space8), container.New(widget.Flow{Gap: theme.Space8}, r.change, r.remove, r.retry))
	r.update()
	v.live = func() {
		r.update()
		v.page.Refresh()
	}
	return v.mark("profile.picture", container.New(beside{80, pictureGap}, avatar, r.box), avatar)
}

const pictureGap float32 = 20

func (r *pictureRow) update() {
	m := r.v.Picture
	label := "profile.picture_choose"
	if m.Has {
		label = "profile.picture_change"
	}
	r.change.SetText(text.T(label))
	r.change.SetDisabled(m.Busy)
	line, retry := m.Line()
	if line == "" {
		line = text.T("profile.picture_hint")
	}
	r.line.SetText(line)
	for b, on := range map[*widget.Button]bool{r.remove: m.Has, r.retry: retry} {
		if on {
			b.Show()
		} else {
			b.Hide()
		}
	}
	r.box.Refresh()
}

// beside puts the second object beside the first, which is a square.
type beside struct{ side, gap float32 }

func (l beside) Layout(o []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(o, s)
	w := s.Width - l.side - l.gap
	o[1].Resize(fyne.NewSize(w, s.Height))
	h := o[1].MinSize().Height
	o[0].Move(fyne.NewPos(0, max(0, (s.Height-l.side)/2)))
	o[0].Resize(fyne.NewSize(l.side, l.side))
	o[1].Move(fyne.NewPos(l.side+l.gap, max(0, (s.Height-h)/2)))
	o[1].Resize(fyne.NewSize(w, h))
}

func (l beside) MinSize(o []fyne.CanvasObject) fyne.Size {
	m := o[1].MinSize()
	return fyne.NewSize(l.side+l.gap+min(m.Width, 200), max(l.side, m.Height))
}

func (v *View) choosePicture() {
	v.window.PickPicture(func(data []byte, err error) {
		if err != nil {
			v.window.Toast(vm.PictureSentence(err), "", nil, nil)
			return
		}
		v.DropPicture(data)
	})
}

// TakesPicture reports whether a picture dropped on the window is one for the
// profile.
func (v *View) TakesPicture() bool { return pages()[v.at].key == "profile" }

// DropPicture opens the sheet in which the part of a picture is chosen that
// others see.
func (v *View) DropPicture(data []byte) {
	v.Picture.Open(data, func(c *vm.Crop) { crop.Open(v.window.Canvas(), c, func() { v.Picture.Use(c) }) })
}

func (v *View) removePicture() {
	widget.Confirm(v.window.Canvas(), text.T("profile.picture_remove_title"), text.T("profile.picture_remove_body"),
		text.T("profile.picture_remove"), true, v.Picture.Remove)
}
