package widget

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// PaintAhead lets the toolkit paint texts that will be shown in a moment. It
// keeps what it has painted by what a text says and how it looks, so that showing
// them then costs no more than moving them.
func (s *Stage) PaintAhead(texts []*canvas.Text) {
	// Right of the window by nothing: beyond that the toolkit would not paint.
	at := pos(s.Size().Width, 0)
	for _, t := range texts {
		same := *t
		same.Move(at)
		s.unseen = append(s.unseen, &same)
	}
	if len(s.unseen) == 0 {
		return
	}
	canvas.Refresh(s)
	if s.painted != nil {
		s.painted()
	}
	const frames = 100 * time.Millisecond // more than one, also on a slow computer
	s.painted = afterFunc(frames, func() { s.unseen, s.painted = nil, nil })
}

// TextsIn returns the texts that an object of this package shows.
func TextsIn(o fyne.CanvasObject) []*canvas.Text {
	if !o.Visible() {
		return nil
	}
	var list []*canvas.Text
	switch o := o.(type) {
	case *canvas.Text:
		list = append(list, o)
	case *fyne.Container:
		for _, child := range o.Objects {
			list = append(list, TextsIn(child)...)
		}
	case part:
		for _, child := range o.objects() {
			list = append(list, TextsIn(child)...)
		}
	}
	return list
}
