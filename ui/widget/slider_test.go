package widget

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
)

func TestSliderByKeyboardAndPointer(t *testing.T) {
	var moved, chosen []int
	s := NewSlider(11, 3, func(at int) { chosen = append(chosen, at) })
	s.OnMoved = func(at int) { moved = append(moved, at) }
	window(t, s, 220, 40)
	press(s, fyne.KeyRight, fyne.KeyUp, fyne.KeyLeft, fyne.KeyEnd, fyne.KeyRight, fyne.KeyHome)
	if got, want := chosen, []int{4, 5, 4, 10, 0}; !slices.Equal(got, want) {
		t.Errorf("keys choose %v, want %v", got, want)
	}
	chosen, moved = nil, nil
	// Dragging tells where it is, and chooses once at the end.
	for _, x := range []float32{40, 110, 111, 205} {
		s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, 20)}})
	}
	if len(chosen) != 0 || !slices.Equal(moved, []int{2, 5, 10}) {
		t.Errorf("while dragging: moved %v, chosen %v", moved, chosen)
	}
	s.DragEnd()
	s.DragEnd()
	if !slices.Equal(chosen, []int{10}) {
		t.Errorf("after dragging: %v", chosen)
	}
	s.Tapped(&fyne.PointEvent{Position: fyne.NewPos(110, 20)})
	if s.At != 5 {
		t.Errorf("pressed in the middle: step %d", s.At)
	}
}

func TestRowsTakeTheLinesTheyNeed(t *testing.T) {
	r := NewPressRow("", "A title that has several words", func() {})
	r.Detail = "A hint that explains what the switch at the end of the row does and what it does not do."
	r.Wrap, r.Tail = true, NewToggle(false, nil)
	wide := heightIn(r, 900)
	narrow := heightIn(r, 260)
	if wide != 64 || narrow < 120 {
		t.Errorf("wide %v, narrow %v", wide, narrow)
	}
}
