package viewer

import (
	"fyne.io/fyne/v2"

	"sotto/ui/theme"
	"sotto/ui/widget"
)

// layout places the parts: a bar at the top, the picture, caption and strip.
type layout struct{ v *Viewer }

const foot float32 = 104 // caption and strip

// MinSize implements fyne.Layout.
func (layout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(280, 280) }

// Layout implements fyne.Layout.
func (l layout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	defer widget.Turn(o, size)
	v := l.v
	put(v.ground, 0, 0, size.Width, size.Height)
	top := (theme.HeaderHeight - 40) / 2
	put(v.back, theme.Space16, top, 40, 40)
	put(v.avatar, 68, (theme.HeaderHeight-32)/2, 32, 32)
	x := size.Width - theme.Space16
	for i := len(v.tools) - 1; i >= 0; i-- {
		x -= 40
		put(v.tools[i], x, top, 40, 40)
		x -= theme.Space4
	}
	room := max(x-112-theme.Space8, 0)
	put(v.who, 112, 11, room, theme.Line22)
	put(v.line, 112, 33, room, theme.Line20)
	below := theme.HeaderHeight
	h := max(size.Height-theme.HeaderHeight-foot, 40)
	if len(v.list) < 2 && v.list[v.at].Message.Body == "" {
		h = max(size.Height-theme.HeaderHeight-theme.Space24, 40)
	}
	put(v.pane, 0, below, size.Width, h)
	middle := below + h/2 - 20
	put(v.prev, theme.Space24, middle, 40, 40)
	put(v.next, size.Width-theme.Space24-40, middle, 40, 40)
	y := below + h + theme.Space12
	w := min(v.caption.MinSize().Width, size.Width-2*theme.Space24)
	w = max(w, min(size.Width-2*theme.Space24, 560))
	put(v.caption, (size.Width-w)/2, y, w, theme.Line22)
	sw, cw := v.strip.width(), v.count.MinSize().Width
	left := (size.Width - sw - theme.Space12 - cw) / 2
	put(v.strip.object, left, y+theme.Line22+theme.Space8, sw, stripHigh)
	put(v.count, left+sw+theme.Space12, y+theme.Line22+theme.Space8+(stripHigh-theme.Line20)/2, cw, theme.Line20)
	toggle(v.strip.object, len(v.list) > 1)
	toggle(v.count, len(v.list) > 1)
}

func put(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
}
