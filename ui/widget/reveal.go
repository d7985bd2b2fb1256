package widget

import "fyne.io/fyne/v2"

// Reveal scrolls a page made by NewScroll until an object on it is in view, with
// a little air. What is in view does not move.
func Reveal(page, o fyne.CanvasObject) {
	if s, ok := page.(*scrollBox); ok {
		s.reveal(o)
	}
}

// KeepInView scrolls a page made by NewScroll until an object on it is in view. If
// it is in view when the page gets lower, as when letters become larger, it stays.
func KeepInView(page, o fyne.CanvasObject) {
	if s, ok := page.(*scrollBox); ok {
		s.kept = o
		s.reveal(o)
	}
}

func (s *scrollBox) keep(height float32) {
	was := s.height
	s.height = height
	if s.kept == nil || height >= was {
		return
	}
	d := fyne.CurrentApp().Driver()
	top := d.AbsolutePositionForObject(s.kept).Y - d.AbsolutePositionForObject(s.content).Y
	bottom := top + s.kept.Size().Height
	if seen := top >= s.offset && bottom <= s.offset+was; seen && bottom > s.offset+height-revealAir {
		s.offset = bottom - height + revealAir
	}
}

// revealAir is the room between what is shown and the edge.
const revealAir = 24

// ScrollUp shows the beginning of a page made by NewScroll.
func ScrollUp(page fyne.CanvasObject) {
	if s, ok := page.(*scrollBox); ok {
		s.scrollTo(0)
	}
}

// Scrolled tells how far a page made by NewScroll is scrolled; ScrollTo scrolls
// it as far.
func Scrolled(page fyne.CanvasObject) float32 {
	if s, ok := page.(*scrollBox); ok {
		return s.offset
	}
	return 0
}

// ScrollTo scrolls a page made by NewScroll.
func ScrollTo(page fyne.CanvasObject, offset float32) {
	if s, ok := page.(*scrollBox); ok {
		s.scrollTo(offset)
	}
}

// Reveal scrolls the body of the sheet until an object in it is in view.
func (s *Sheet) Reveal(o fyne.CanvasObject) { s.scroll.reveal(o) }

func (s *scrollBox) reveal(o fyne.CanvasObject) {
	d := fyne.CurrentApp().Driver()
	top := d.AbsolutePositionForObject(o).Y - d.AbsolutePositionForObject(s).Y
	bottom := top + o.Size().Height
	switch view := s.Size().Height; {
	case top < revealAir:
		s.scrollTo(s.offset + top - revealAir)
	case bottom > view-revealAir:
		// The beginning counts where both ends do not fit.
		s.scrollTo(s.offset + min(bottom-view+revealAir, top-revealAir))
	}
}
