package widget

import (
	"sort"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// overscan is how far beyond the view rows are made, so that a turn of the
// wheel finds them ready.
const overscan = 120

// spareRows is how many rows of a kind wait to be used again.
const spareRows = 24

func (l *VirtualList) rowWidth(s fyne.Size) float32 {
	w := s.Width - 2*l.Side
	if l.MaxColumn > 0 {
		w = min(w, l.MaxColumn)
	}
	return max(w, 1)
}

// height returns the height of a row, measuring it when it has not been.
func (l *VirtualList) height(i int) float32 {
	if !l.measured[i] {
		h := l.adapter.Height(i, l.width)
		l.measured[i] = true
		if h != l.heights[i] {
			l.tree.add(i, float64(h)-float64(l.heights[i]))
			l.heights[i] = h
		}
	}
	return l.heights[i]
}

// topOf and bottomOf return where a row stands in the view, by the heights
// known now.
func (l *VirtualList) topOf(i int) float32 {
	return l.offset + float32(l.tree.sum(i)-l.tree.sum(l.anchor))
}

func (l *VirtualList) bottomOf(i int) float32 { return l.topOf(i) + l.heights[i] }

// span is a stretch of rows and where it stands in the view.
type span struct {
	first, last int
	top, bottom float32
}

func (l *VirtualList) growUp(s *span) {
	for s.first > 0 && s.top > -overscan {
		s.first--
		s.top -= l.height(s.first)
	}
}

func (l *VirtualList) growDown(s *span, view float32) {
	for s.last < len(l.heights)-1 && s.bottom < view+overscan {
		s.last++
		s.bottom += l.height(s.last)
	}
}

func (s *span) shift(by float32) {
	s.top += by
	s.bottom += by
}

// fill finds the rows for a view: outwards from the anchor, then moved so that
// neither end stands away from its edge.
func (l *VirtualList) fill(view float32) span {
	n := len(l.heights)
	l.anchor = min(max(l.anchor, 0), n-1)
	if l.FromBottom && l.stick {
		l.anchor = n - 1
		l.offset = view - l.PadBottom - l.height(n-1)
	}
	s := span{l.anchor, l.anchor, l.offset, l.offset + l.height(l.anchor)}
	l.growUp(&s)
	l.growDown(&s, view)
	if gap := view - l.PadBottom - s.bottom; s.last == n-1 && gap > 0 {
		s.shift(gap)
		l.growUp(&s)
	}
	if gap := s.top - l.PadTop; s.first == 0 && gap > 0 {
		s.shift(-gap)
		l.growDown(&s, view)
		if short := view - l.PadBottom - s.bottom; l.FromBottom && s.last == n-1 && short > 0 {
			s.shift(short)
		}
	}
	return s
}

func (l *VirtualList) layout(area fyne.Size) {
	if area.Width <= 0 || area.Height <= 0 {
		return
	}
	if n := l.adapter.Len(); n != len(l.heights) {
		// The owner forgot to tell; be right rather than fast.
		l.release()
		l.resetHeights(nil)
	}
	if w := l.rowWidth(area); w != l.width {
		l.width = w
		clear(l.measured)
	}
	if len(l.heights) == 0 {
		l.release()
		l.order = append(l.order[:0], l.bar)
		l.bar.set(0, area.Height, 0)
		l.tell(0, -1)
		return
	}
	s := l.fill(area.Height)
	l.show(s, area)
	l.reanchor(s, area.Height)
	total := float32(l.tree.total()) + l.PadTop + l.PadBottom
	l.bar.set(max(0, l.PadTop-l.topOf(0)), area.Height, total)
	place(l.bar, area.Width-12, 0, 12, area.Height)
}

// show gives each row of the span an object and lets the others go.
func (l *VirtualList) show(s span, area fyne.Size) {
	for i, r := range l.rows {
		if i < s.first || i > s.last || l.adapter.Kind(i) != r.kind {
			l.recycle(r)
			delete(l.rows, i)
		}
	}
	l.order = l.order[:0]
	x, y := round((area.Width-l.width)/2), s.top
	for i := s.first; i <= s.last; i++ {
		r := l.rows[i]
		key := l.adapter.Key(i)
		if r == nil {
			r = l.take(l.adapter.Kind(i))
			l.rows[i] = r
		}
		if r.stale || r.key != key {
			r.key, r.stale = key, false
			l.adapter.Bind(r.object, i)
		}
		h := l.heights[i]
		r.object.Resize(size(l.width, h))
		r.object.Move(pos(x, round(y)))
		y += h
		l.order = append(l.order, r.object)
	}
	l.first, l.last = s.first, s.last
	l.order = append(l.order, l.bar)
}

// reanchor makes the first row in view the anchor and tells what is in view.
func (l *VirtualList) reanchor(s span, view float32) {
	y, first, last := s.top, -1, s.first
	for i := s.first; i <= s.last; i++ {
		bottom := y + l.heights[i]
		if first < 0 && bottom > 0 {
			first = i
			l.anchor, l.offset = i, y
		}
		if y < view {
			last = i
		}
		y = bottom
	}
	if first < 0 {
		first = s.last
		l.anchor, l.offset = s.last, y-l.heights[s.last]
	}
	l.stick = s.last == len(l.heights)-1 && s.bottom <= view-l.PadBottom+1
	l.tell(first, last)
}

func (l *VirtualList) tell(first, last int) {
	if l.seen == [2]int{first, last} {
		return
	}
	l.seen = [2]int{first, last}
	if l.OnVisible == nil || l.telling {
		return
	}
	l.telling = true
	l.OnVisible(first, last)
	l.telling = false
}

func (l *VirtualList) take(kind int) *listRow {
	waiting := l.pool[kind]
	if n := len(waiting); n > 0 {
		o := waiting[n-1]
		l.pool[kind] = waiting[:n-1]
		return &listRow{object: o, kind: kind, stale: true}
	}
	return &listRow{object: l.adapter.CreateRow(kind), kind: kind, stale: true}
}

func (l *VirtualList) recycle(r *listRow) {
	if p, ok := r.object.(Parker); ok {
		p.Park()
	}
	if len(l.pool[r.kind]) < spareRows {
		l.pool[r.kind] = append(l.pool[r.kind], r.object)
	}
}

// Parker is a row that wants to know that it went out of view: the place to
// stop movement.
type Parker interface{ Park() }

func (l *VirtualList) release() {
	keys := make([]int, 0, len(l.rows))
	for i := range l.rows {
		keys = append(keys, i)
	}
	sort.Ints(keys)
	for _, i := range keys {
		l.recycle(l.rows[i])
	}
	clear(l.rows)
	l.first, l.last = 0, -1
}

func (l *VirtualList) moved() {
	arrange(l, l.Size())
	canvas.Refresh(l)
	if l.OnScrolled != nil {
		l.OnScrolled()
	}
}

// ScrollBy moves the view down by dy (up when negative).
func (l *VirtualList) ScrollBy(dy float32) {
	if len(l.heights) == 0 || dy == 0 {
		return
	}
	l.stick = false
	l.offset -= dy
	l.moved()
}

// Scrolled implements fyne.Scrollable.
func (l *VirtualList) Scrolled(e *fyne.ScrollEvent) { l.ScrollBy(-e.Scrolled.DY) }

// ScrollToBottom goes to the last row.
func (l *VirtualList) ScrollToBottom() {
	if len(l.heights) == 0 {
		return
	}
	l.anchor = len(l.heights) - 1
	l.offset = l.Size().Height - l.PadBottom - l.height(l.anchor)
	l.stick = true
	l.moved()
}

// ScrollToTop goes to the first row.
func (l *VirtualList) ScrollToTop() {
	l.anchor, l.offset, l.stick = 0, l.PadTop, false
	l.moved()
}

// ScrollTo brings row i into view.
func (l *VirtualList) ScrollTo(i int, align Align) {
	if i < 0 || i >= len(l.heights) {
		return
	}
	view := l.Size().Height
	h := l.height(i)
	top := l.PadTop
	switch align {
	case AtCentre:
		top = max(l.PadTop, (view-h)/2)
	case AtBottom:
		top = view - l.PadBottom - h
	case Nearest:
		// Rows between the anchor and i may still be estimates; those in view
		// are exact, and no others matter here.
		now := l.topOf(i)
		switch {
		case i >= l.seen[0] && i <= l.seen[1] && now >= l.PadTop && now+h <= view-l.PadBottom:
			return
		case i > l.seen[0]:
			top = view - l.PadBottom - h
		}
	}
	l.anchor, l.offset, l.stick = i, top, false
	l.moved()
}

// seek goes to a share of the whole, for the scroll bar.
func (l *VirtualList) seek(share float32) {
	if len(l.heights) == 0 {
		return
	}
	if share >= 1 {
		l.ScrollToBottom()
		return
	}
	room := l.tree.total() + float64(l.PadTop+l.PadBottom-l.Size().Height)
	row, within := l.tree.find(max(0, float64(share)*room-float64(l.PadTop)))
	l.anchor, l.offset, l.stick = row, -float32(within), false
	l.moved()
}

// FocusGained implements fyne.Focusable.
func (l *VirtualList) FocusGained() { l.setFocused(true) }

// FocusLost implements fyne.Focusable.
func (l *VirtualList) FocusLost() { l.setFocused(false) }

// Focused reports whether the keyboard is on the list.
func (l *VirtualList) Focused() bool { return l.focused }

func (l *VirtualList) setFocused(on bool) {
	l.focused = on
	if l.OnFocus != nil {
		l.OnFocus(on)
	}
}

// TypedShortcut implements fyne.Shortcutable.
func (l *VirtualList) TypedShortcut(s fyne.Shortcut) {
	if l.OnShortcut != nil && l.OnShortcut(s) {
		return
	}
	if w, ok := canvasOf(l).(fyne.Shortcutable); ok {
		w.TypedShortcut(s)
	}
}

// RowAt returns the shown row at a height of the view, -1 for none.
func (l *VirtualList) RowAt(y float32) int {
	for i := range l.rows {
		if top := l.topOf(i); y >= top && y < top+l.heights[i] {
			return i
		}
	}
	return -1
}

// TypedRune implements fyne.Focusable.
func (l *VirtualList) TypedRune(r rune) {
	if r == ' ' && l.OnActivate != nil {
		l.OnActivate()
	}
}

// TypedKey implements fyne.Focusable.
func (l *VirtualList) TypedKey(k *fyne.KeyEvent) {
	touch()
	if l.OnKey != nil && l.OnKey(k) {
		return
	}
	const line, rows = 64, 10
	n := len(l.heights)
	page := l.Size().Height * 0.9
	switch k.Name {
	case fyne.KeyUp:
		l.step(-1, func() { l.ScrollBy(-line) })
	case fyne.KeyDown:
		l.step(1, func() { l.ScrollBy(line) })
	case fyne.KeyPageUp:
		l.step(-rows, func() { l.ScrollBy(-page) })
	case fyne.KeyPageDown:
		l.step(rows, func() { l.ScrollBy(page) })
	case fyne.KeyHome:
		l.step(-n, l.ScrollToTop)
	case fyne.KeyEnd:
		l.step(n, l.ScrollToBottom)
	case fyne.KeyReturn, fyne.KeyEnter:
		if l.OnActivate != nil {
			l.OnActivate()
		}
	case fyne.KeyEscape:
		Escape(l)
	}
}

func (l *VirtualList) step(by int, scroll func()) {
	if l.OnMove == nil || !l.OnMove(by) {
		scroll()
	}
}
