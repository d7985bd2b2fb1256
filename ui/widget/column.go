package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// The layouts below are for fyne's container.New. They know about wrapped
// text: a child is given its width before it is asked for its height.

// Column stacks children with a gap between, each as wide as the column.
type Column struct{ Gap float32 }

// Layout implements fyne.Layout.
func (c Column) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	defer turnIn(s.Width)()
	y := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		h := heightIn(o, s.Width)
		place(o, 0, y, s.Width, h)
		y += h + c.Gap
	}
}

// MinSize implements fyne.Layout.
func (c Column) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var w, h float32
	n := 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		w, h = max(w, m.Width), h+m.Height
		n++
	}
	return size(w, h+c.Gap*float32(max(0, n-1)))
}

func heightIn(o fyne.CanvasObject, width float32) float32 {
	if o.Size().Width != width {
		o.Resize(size(width, o.MinSize().Height))
	}
	return o.MinSize().Height
}

// Row sets children side by side with a gap between, centred in height. The
// room that is left goes to its Spacers; without one the children stand at the
// left.
type Row struct{ Gap float32 }

// Layout implements fyne.Layout.
func (r Row) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	defer turnIn(s.Width)()
	spacers := 0
	for _, o := range objects {
		if isSpacer(o) && o.Visible() {
			spacers++
		}
	}
	extra := max(0, s.Width-r.MinSize(objects).Width)
	x := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		w, h := m.Width, min(m.Height, s.Height)
		if isSpacer(o) {
			w += extra / float32(spacers)
		}
		place(o, round(x), round((s.Height-h)/2), w, h)
		x += w + r.Gap
	}
}

// MinSize implements fyne.Layout.
func (r Row) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var w, h float32
	n := 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		w, h = w+m.Width, max(h, m.Height)
		n++
	}
	return size(w+r.Gap*float32(max(0, n-1)), h)
}

// Spacer takes the room that is left in a Row; its content, if any, is as wide
// as the room.
type Spacer struct{ Surface }

// NewSpacer makes a spacer; content may be nil.
func NewSpacer(content fyne.CanvasObject) *Spacer {
	s := &Spacer{Surface{content: content, box: newPanel(0)}}
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer implements fyne.Widget.
func (s *Spacer) CreateRenderer() fyne.WidgetRenderer { return newRenderer(s) }

func isSpacer(o fyne.CanvasObject) bool {
	_, ok := o.(*Spacer)
	return ok
}

// Flow is a Row that breaks into several lines where one has no room; its
// Spacers go then.
type Flow struct{ Gap float32 }

// Layout implements fyne.Layout.
func (f Flow) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	if r := Row(f); r.MinSize(objects).Width <= s.Width {
		r.Layout(objects, s)
		return
	}
	defer turnIn(s.Width)()
	var x, y, high float32
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if isSpacer(o) {
			place(o, x, y, 0, 0)
			continue
		}
		if x > 0 && x+m.Width > s.Width {
			x, y, high = 0, y+high+f.Gap, 0
		}
		place(o, x, y, m.Width, m.Height)
		x, high = x+m.Width+f.Gap, max(high, m.Height)
	}
}

// MinSize implements fyne.Layout: the height is that of the last layout.
func (f Flow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		least := o.MinSize()
		if o.Size().Width > 0 && f.broken(objects) {
			least.Height += o.Position().Y
		}
		m = m.Max(least)
	}
	return m
}

// broken reports whether the children stood in several lines last.
func (f Flow) broken(objects []fyne.CanvasObject) bool {
	edge := float32(0)
	for _, o := range objects {
		if o.Visible() && !isSpacer(o) {
			edge = max(edge, o.Position().X+o.Size().Width)
		}
	}
	return edge < Row(f).MinSize(objects).Width-slack
}

// Inset leaves space round its children, which lie on each other.
type Inset struct{ Left, Top, Right, Bottom float32 }

// Layout implements fyne.Layout.
func (i Inset) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	defer turnIn(s.Width)()
	for _, o := range objects {
		place(o, i.Left, i.Top, max(0, s.Width-i.Left-i.Right), max(0, s.Height-i.Top-i.Bottom))
	}
}

// MinSize implements fyne.Layout.
func (i Inset) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, o := range objects {
		m = m.Max(o.MinSize())
	}
	return m.AddWidthHeight(i.Left+i.Right, i.Top+i.Bottom)
}

// Centred puts its children in the middle of the width, no wider than Width
// and with Side left and right; in height they start at Top, or stand in the
// middle when Middle is set.
type Centred struct {
	Width, Side, Top float32
	Middle           bool
}

// Layout implements fyne.Layout.
func (c Centred) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	defer turnIn(s.Width)()
	w := min(c.Width, s.Width-2*c.Side)
	for _, o := range objects {
		h := heightIn(o, w)
		y := c.Top
		if c.Middle {
			y = max(c.Top, round((s.Height-h)/2))
		}
		place(o, round((s.Width-w)/2), y, w, h)
	}
}

// MinSize implements fyne.Layout.
func (c Centred) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, o := range objects {
		m = m.Max(o.MinSize())
	}
	return size(min(m.Width, c.Width)+2*c.Side, m.Height+2*c.Top)
}

// Gap is empty height between the children of a Column.
func Gap(height float32) fyne.CanvasObject {
	return container.New(Inset{Top: height})
}
