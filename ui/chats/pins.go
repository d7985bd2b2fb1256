package chats

import (
	"fyne.io/fyne/v2"

	"sotto/engine/model"
	"sotto/ui/widget"
)

// dragged moves a pinned row to where the pointer is, among the pinned ones. The
// list gives its rows to others while they move; what is dragged is the
// conversation that the first movement was on.
func (v *View) dragged(id model.ConversationID, at fyne.Position) {
	if v.drag == "" {
		v.drag = id
		v.rowChanged(id)
	}
	y := at.Y - fyne.CurrentApp().Driver().AbsolutePositionForObject(v.list).Y
	to := v.list.RowAt(y)
	switch {
	case y < 0:
		to = 0
	case to < 0:
		to = v.vm.Pinned() - 1
	}
	if v.vm.MovePin(v.drag, to) {
		v.dropped = true
	}
}

// drop ends dragging.
func (v *View) drop() {
	id := v.drag
	v.drag = ""
	v.rowChanged(id)
	if v.dropped {
		v.dropped = false
		v.vm.KeepPins()
	}
}

func (v *View) rowChanged(id model.ConversationID) {
	if i, ok := v.vm.Find(id); ok {
		v.list.Changed(i)
	}
}

// MovePin moves the pinned row that the keyboard is on, else that of the open
// conversation.
func (v *View) MovePin(by int) {
	id := v.cursor
	if id == "" {
		id = v.vm.Selected()
	}
	if i, ok := v.vm.Find(id); ok && v.vm.Results == nil && v.vm.MovePin(id, i+by) {
		v.vm.KeepPins()
		v.list.ScrollTo(i+by, widget.Nearest)
	}
}

// At returns the conversation of a row, counted from 0.
func (v *View) At(i int) (model.ConversationID, bool) {
	if i < 0 || i >= v.vm.Len() {
		return "", false
	}
	return v.vm.ID(i), true
}
