package widget

import "fyne.io/fyne/v2"

// TapAt presses the uppermost object at a place of a window that can be pressed,
// as the first mouse button does: for programs without a pointer.
func TapAt(c fyne.Canvas, at fyne.Position) {
	root := c.Content()
	if top := c.Overlays().Top(); top != nil {
		root = top
	}
	if o, p := tappableAt(root, at); o != nil {
		o.Tapped(&fyne.PointEvent{Position: p, AbsolutePosition: at})
	}
}

func tappableAt(o fyne.CanvasObject, at fyne.Position) (fyne.Tappable, fyne.Position) {
	if o == nil || !o.Visible() {
		return nil, at
	}
	p, s := at.Subtract(o.Position()), o.Size()
	inside := p.X >= 0 && p.Y >= 0 && p.X < s.Width && p.Y < s.Height
	list, clips := children(o)
	if clips && !inside {
		return nil, at
	}
	for i := len(list) - 1; i >= 0; i-- {
		if t, q := tappableAt(list[i], p); t != nil {
			return t, q
		}
	}
	if t, ok := o.(fyne.Tappable); ok && inside {
		return t, p
	}
	return nil, at
}
