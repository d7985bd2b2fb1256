package widget

import (
	"fyne.io/fyne/v2"

	"sotto/assets"
	"sotto/ui/theme"
)

var _ fyne.Scrollable = (*Menu)(nil)

// inside returns the edges of the rows in a menu of a height: further in where
// there are more rows than it shows.
func (m *Menu) inside(h float32) (top, bottom float32, cut bool) {
	need := float32(8)
	for _, it := range m.items {
		need += rowHeight(it)
	}
	if need <= h {
		return 4, h - 4, false
	}
	return menuMore, h - menuMore, true
}

// shown returns the rows in view, in a menu of a height, with their tops.
func (m *Menu) shown(h float32) (first int, tops []float32) {
	top, bottom, _ := m.inside(h)
	for i := m.first; i < len(m.items); i++ {
		if top+rowHeight(m.items[i]) > bottom {
			break
		}
		tops = append(tops, top)
		top += rowHeight(m.items[i])
	}
	return m.first, tops
}

// scroll moves the rows by some, as far as there are others.
func (m *Menu) scroll(by int) {
	_, _, _, h := m.frame()
	if _, _, cut := m.inside(h); !cut {
		return
	}
	for ; by > 0; by-- {
		if first, tops := m.shown(h); first+len(tops) >= len(m.items) {
			break
		}
		m.first++
	}
	m.first = max(m.first+min(by, 0), 0)
	m.Refresh()
}

// reveal brings a row into view.
func (m *Menu) reveal(i int) {
	_, _, _, h := m.frame()
	m.first = min(m.first, max(i, 0))
	for {
		first, tops := m.shown(h)
		if i < first+len(tops) || len(tops) == 0 {
			return
		}
		m.first++
	}
}

// Scrolled implements fyne.Scrollable.
func (m *Menu) Scrolled(e *fyne.ScrollEvent) {
	switch {
	case e.Scrolled.DY < 0:
		m.scroll(1)
	case e.Scrolled.DY > 0:
		m.scroll(-1)
	}
}

// paintMore shows where there are more rows.
func (m *Menu) paintMore() {
	_, _, _, h := m.frame()
	first, tops := m.shown(h)
	up, down := assets.IconName(""), assets.IconName("")
	if first > 0 {
		up = assets.IconChevronUp
	}
	if first+len(tops) < len(m.items) {
		down = assets.IconChevronDown
	}
	m.up.paint(up, theme.Color(theme.Text3))
	m.down.paint(down, theme.Color(theme.Text3))
}
