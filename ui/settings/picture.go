package settings

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
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
func (v *View) DropPicture(data []byte) { v.Picture.Open(data, v.crop) }

func (v *View) removePicture() {
	widget.Confirm(v.window.Canvas(), text.T("profile.picture_remove_title"), text.T("profile.picture_remove_body"),
		text.T("profile.picture_remove"), true, v.Picture.Remove)
}

const cropSide float32 = 320

const cropSteps = 41 // of the slider

// crop is the sheet with the picture: drag, wheel, keys or slider choose.
func (v *View) crop(c *vm.Crop) {
	view := widget.Name(widget.NewCropView(cropSide, text.T("profile.crop_title")), "crop.view")
	slider := widget.Name(widget.NewSlider(cropSteps, 0, nil), "crop.zoom")
	update := func() {
		view.ShowPart(c.Image, c.Shown())
		slider.Set(int(math.Round(c.Zoom() * (cropSteps - 1))))
	}
	zoom := func(to float64) {
		c.SetZoom(to)
		update()
	}
	slider.OnMoved = func(at int) {
		c.SetZoom(float64(at) / (cropSteps - 1))
		view.ShowPart(c.Image, c.Shown())
	}
	slider.SetDisabled(!c.CanZoom())
	view.OnMove = func(dx, dy float64) {
		c.Move(dx, dy)
		view.ShowPart(c.Image, c.Shown())
	}
	view.OnZoom = func(steps int) { zoom(c.Zoom() + float64(steps)/20) }
	body := container.New(widget.Column{},
		container.New(widget.Centred{Width: cropSide}, view), widget.Gap(theme.Space16),
		container.New(zoomRow{}, widget.NewIcon(assets.IconZoomOut, 20, theme.Text2), slider, widget.NewIcon(assets.IconZoomIn, 20, theme.Text2)),
		widget.Gap(theme.Space8), widget.NewParagraph(text.T("profile.crop_hint"), widget.Small, theme.Text2, cropSide))
	s := widget.NewSheet(text.T("profile.crop_title"), body)
	s.Width = cropSide + 2*theme.Space24
	use := func() {
		s.Dismiss()
		v.Picture.Use(c)
	}
	view.OnSubmit = use
	s.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss),
		widget.Name(widget.NewButton(text.T("profile.crop_use"), widget.Primary, use), "crop.use"))
	s.SetInitialFocus(view)
	update()
	s.Open(v.window.Canvas())
}

// zoomRow sets a slider between two signs.
type zoomRow struct{}

func (zoomRow) Layout(o []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(o, s)
	const sign = 20
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(sign, s.Height))
	o[1].Move(fyne.NewPos(sign+theme.Space8, 0))
	o[1].Resize(fyne.NewSize(s.Width-2*(sign+theme.Space8), s.Height))
	o[2].Move(fyne.NewPos(s.Width-sign, 0))
	o[2].Resize(fyne.NewSize(sign, s.Height))
}

func (zoomRow) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(200, o[1].MinSize().Height)
}
