package widget

import "fyne.io/fyne/v2"

// tip is the tooltip of a control; see Stage.
type tip struct {
	text  string
	owner fyne.CanvasObject
}

func (t *tip) enter(at fyne.Position) {
	if t.text == "" || t.owner == nil {
		return
	}
	if s := StageOf(t.owner); s != nil {
		s.showTip(t.owner, t.text)
	}
}

func (t *tip) hide() {
	if t.text == "" || t.owner == nil {
		return
	}
	if s := StageOf(t.owner); s != nil {
		s.hideTip(t.owner)
	}
}
