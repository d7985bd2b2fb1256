package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/ui/theme"
)

// overMiddle stacks bars over what stands in the middle of the window.
type overMiddle struct {
	object *fyne.Container
	bars   []fyne.CanvasObject
}

func newOverMiddle(bars ...fyne.CanvasObject) *overMiddle {
	o := &overMiddle{bars: bars}
	o.object = container.New(o)
	return o
}

func (o *overMiddle) set(middle fyne.CanvasObject) fyne.CanvasObject {
	o.object.Objects = append([]fyne.CanvasObject{middle}, o.bars...)
	o.object.Refresh()
	return o.object
}

// MinSize implements fyne.Layout.
func (o *overMiddle) MinSize(list []fyne.CanvasObject) fyne.Size {
	if len(list) == 0 {
		return fyne.Size{}
	}
	return list[0].MinSize()
}

// Layout implements fyne.Layout.
func (o *overMiddle) Layout(list []fyne.CanvasObject, size fyne.Size) {
	if len(list) == 0 {
		return
	}
	y := float32(0)
	for i, bar := range list[1:] {
		if !bar.Visible() {
			continue
		}
		h, x := bar.MinSize().Height, float32(0)
		if i > 0 { // the note of a recording has air around it
			x, y = theme.Space12, y+theme.Space8
		}
		bar.Resize(fyne.NewSize(size.Width-2*x, h))
		h = bar.MinSize().Height
		bar.Resize(fyne.NewSize(size.Width-2*x, h))
		bar.Move(fyne.NewPos(x, y))
		y += h
		if i > 0 {
			y += theme.Space8
		}
	}
	list[0].Move(fyne.NewPos(0, y))
	list[0].Resize(fyne.NewSize(size.Width, max(size.Height-y, 0)))
}
