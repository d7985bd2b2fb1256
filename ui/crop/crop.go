// Package crop is the sheet in which the part of a picture is chosen that others
// see.
package crop

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

const side float32 = 320

const steps = 41 // of the slider

// Open shows the picture: drag, wheel, keys or slider choose. use is called when
// the part is chosen.
func Open(canvas fyne.Canvas, c *vm.Crop, use func()) {
	view := widget.Name(widget.NewCropView(side, text.T("profile.crop_title")), "crop.view")
	slider := widget.Name(widget.NewSlider(steps, 0, nil), "crop.zoom")
	update := func() {
		view.ShowPart(c.Image, c.Shown())
		slider.Set(int(math.Round(c.Zoom() * (steps - 1))))
	}
	zoom := func(to float64) {
		c.SetZoom(to)
		update()
	}
	slider.OnMoved = func(at int) {
		c.SetZoom(float64(at) / (steps - 1))
		view.ShowPart(c.Image, c.Shown())
	}
	slider.SetDisabled(!c.CanZoom())
	view.OnMove = func(dx, dy float64) {
		c.Move(dx, dy)
		view.ShowPart(c.Image, c.Shown())
	}
	view.OnZoom = func(steps int) { zoom(c.Zoom() + float64(steps)/20) }
	body := container.New(widget.Column{},
		container.New(widget.Centred{Width: side}, view), widget.Gap(theme.Space16),
		container.New(zoomRow{}, widget.NewIcon(assets.IconZoomOut, 20, theme.Text2), slider, widget.NewIcon(assets.IconZoomIn, 20, theme.Text2)),
		widget.Gap(theme.Space8), widget.NewParagraph(text.T("profile.crop_hint"), widget.Small, theme.Text2, side))
	s := widget.NewSheet(text.T("profile.crop_title"), body)
	s.Width = side + 2*theme.Space24
	done := func() {
		s.Dismiss()
		use()
	}
	view.OnSubmit = done
	s.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss),
		widget.Name(widget.NewButton(text.T("profile.crop_use"), widget.Primary, done), "crop.use"))
	s.SetInitialFocus(view)
	update()
	s.Open(canvas)
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
