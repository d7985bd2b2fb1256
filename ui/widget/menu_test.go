package widget

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// A menu that is higher than the window shows its other rows when it is
// scrolled, or walked through with the keyboard.
func TestMenuHigherThanTheWindow(t *testing.T) {
	test.NewTempApp(t)
	w := test.NewTempWindow(t, nil)
	owner := NewLabel("x", Body, "")
	w.SetContent(owner)
	w.Resize(fyne.NewSize(300, 300))
	chosen := -1
	var items []MenuItem
	for i := range 20 {
		items = append(items, MenuItem{Name: fmt.Sprint("row ", i), Label: fmt.Sprint("Row ", i), Action: func() { chosen = i }})
	}
	m := ShowMenu(owner, fyne.NewPos(20, 20), items, nil)
	inView := func() (first, last string) {
		for _, s := range m.inspectParts() {
			if s.Y < 0 || s.Y+s.H > w.Canvas().Size().Height {
				t.Fatalf("%s stands at %v, outside of the window", s.Name, s.Y)
			}
			if first == "" {
				first = s.Name
			}
			last = s.Name
		}
		return first, last
	}
	if first, last := inView(); first != "row 0" || last == "row 19" {
		t.Fatalf("shown are %s to %s", first, last)
	}
	for range 40 {
		m.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -10)})
	}
	if _, last := inView(); last != "row 19" {
		t.Fatalf("scrolled to the end, %s is the last", last)
	}
	m.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if first, _ := inView(); first != "row 0" {
		t.Fatalf("the keyboard is on the first row, shown from %s", first)
	}
	for range 16 {
		m.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	}
	m.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if chosen != 16 {
		t.Fatalf("chose %d", chosen)
	}
}

func TestChipsThatDoNotFit(t *testing.T) {
	test.NewTempApp(t)
	w := test.NewTempWindow(t, nil)
	r := NewChipRow()
	r.More = ChipItem{Name: "more", Label: "…", OnTapped: func(fyne.Position) {}}
	w.SetContent(r)
	w.Resize(fyne.NewSize(260, 40))
	for on := range 12 {
		var items []ChipItem
		for i := range 12 {
			items = append(items, ChipItem{Name: fmt.Sprint("chip ", i), Label: fmt.Sprint("Choice ", i), On: i == on})
		}
		r.Set(items)
		seen := map[string]bool{}
		for _, s := range Inspect(w.Canvas()) {
			seen[s.Name] = true
		}
		if !seen[fmt.Sprint("chip ", on)] || !seen["more"] || len(r.Hidden())+len(r.shown)-1 != 12 {
			t.Errorf("chip %d is on, shown are %v, hidden %d", on, seen, len(r.Hidden()))
		}
		last := r.shown[len(r.shown)-1]
		if end := last.Position().X + last.Size().Width; end > r.Size().Width {
			t.Errorf("the chips reach to %v of %v", end, r.Size().Width)
		}
	}
}
