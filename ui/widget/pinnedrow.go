package widget

import (
	"fyne.io/fyne/v2"
)

// PinnedRow is a ConversationRow that can be dragged to another place. Rows that
// cannot are of the other kind: the toolkit takes a press that moves by two
// pixels for a drag, and the press would be lost.
type PinnedRow struct {
	ConversationRow
	OnDrag func(at fyne.Position) // the pointer in the window, while the row is dragged
	OnDrop func()

	from    fyne.Position
	held    bool
	dragged bool
}

var _ fyne.Draggable = (*PinnedRow)(nil)

// dragSlack is how far a press may move and still be one.
const dragSlack = 8

// NewPinnedRow makes an empty row for Set.
func NewPinnedRow() *PinnedRow {
	r := &PinnedRow{}
	r.make()
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *PinnedRow) CreateRenderer() fyne.WidgetRenderer { return newRenderer(r) }

// Dragged implements fyne.Draggable.
func (r *PinnedRow) Dragged(e *fyne.DragEvent) {
	touch()
	if !r.held {
		r.held, r.from = true, e.AbsolutePosition.Subtract(fyne.NewPos(e.Dragged.DX, e.Dragged.DY))
	}
	far := e.AbsolutePosition.Subtract(r.from)
	if !r.dragged && max(far.X, -far.X) < dragSlack && max(far.Y, -far.Y) < dragSlack {
		return
	}
	r.dragged = true
	if r.OnDrag != nil {
		r.OnDrag(e.AbsolutePosition)
	}
}

// DragEnd implements fyne.Draggable.
func (r *PinnedRow) DragEnd() {
	dragged := r.dragged
	r.held, r.dragged = false, false
	r.setHover(r.hovered, false)
	if dragged {
		call(r.OnDrop)
		return
	}
	call(r.OnTapped)
}
