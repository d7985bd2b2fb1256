package widget

import (
	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"
)

// ListAdapter gives a VirtualList its rows. All methods run on the interface's
// goroutine; Height and Bind are called for rows in and near the view only.
type ListAdapter interface {
	// Len is the number of rows.
	Len() int
	// Key identifies row i across changes.
	Key(i int) string
	// Kind says which rows can stand in for each other.
	Kind(i int) int
	// Height measures row i in a width.
	Height(i int, width float32) float32
	// CreateRow makes an empty row of a kind.
	CreateRow(kind int) fyne.CanvasObject
	// Bind shows row i in a row of its kind that may have shown another.
	Bind(row fyne.CanvasObject, i int)
}

// Align says where ScrollTo puts a row.
type Align int

// The alignments. Nearest moves no more than needed.
const (
	Nearest Align = iota
	AtTop
	AtCentre
	AtBottom
)

// VirtualList shows a list of any length with as many rows as fit the view.
//
// It keeps one row, the anchor, where it is: rows above may be measured,
// inserted, removed or change their height, and what one reads does not move.
// With FromBottom it stays at the bottom when it is there.
//
// After the data changed, tell it with Inserted, Removed, Changed or, when you
// do not know, Reload.
type VirtualList struct {
	fynewidget.BaseWidget
	named
	FromBottom  bool    // messages: short lists stand at the bottom, new rows keep it there
	RowEstimate float32 // height of rows not measured yet; 56 unless set
	MaxColumn   float32 // widest row, centred; 0: as wide as the list
	Side        float32 // space left and right of the rows
	PadTop      float32
	PadBottom   float32

	// OnVisible tells which rows are in view whenever that changes: the place
	// to load the next page. It may call Inserted and the like.
	OnVisible func(first, last int)
	// OnScrolled is called after every movement.
	OnScrolled func()
	// OnMove is asked for arrow keys (by ±1), page keys (±10), Home and End
	// (±Len); false scrolls instead.
	OnMove func(by int) bool
	// OnActivate is called for Enter and Space.
	OnActivate func()
	// OnFocus tells when the keyboard comes and goes: show which row it is on.
	OnFocus func(focused bool)
	// OnKey is asked before all of these; true: done with.
	OnKey func(*fyne.KeyEvent) bool
	// OnShortcut is asked for copying and the like; false hands it to the window.
	OnShortcut func(fyne.Shortcut) bool

	adapter  ListAdapter
	heights  []float32 // measured or estimated
	measured []bool
	tree     fenwick
	width    float32 // of the rows

	anchor int     // the row that stays
	offset float32 // of its top from the top of the view
	stick  bool    // at the bottom

	rows        map[int]*listRow
	pool        map[int][]fyne.CanvasObject
	order       []fyne.CanvasObject
	first, last int // with rows
	seen        [2]int
	telling     bool
	bar         *scrollBar
	focused     bool
}

type listRow struct {
	object fyne.CanvasObject
	key    string
	kind   int
	stale  bool
}

// NewVirtualList makes a list over an adapter.
func NewVirtualList(a ListAdapter) *VirtualList {
	l := &VirtualList{adapter: a, RowEstimate: 56, rows: map[int]*listRow{}, pool: map[int][]fyne.CanvasObject{}}
	l.last, l.seen = -1, [2]int{0, -1}
	l.stick = true
	l.bar = newScrollBar(l.seek)
	l.ExtendBaseWidget(l)
	return l
}

// SetAdapter shows another list from its end (FromBottom) or beginning.
func (l *VirtualList) SetAdapter(a ListAdapter) {
	l.adapter = a
	l.release()
	l.heights, l.measured = nil, nil
	l.resetHeights(nil)
	l.anchor, l.offset, l.stick = 0, l.PadTop, true
	l.Refresh()
}

// Reload takes everything anew. What is in view stays where it is as long as
// one of its rows is still there.
func (l *VirtualList) Reload() {
	kept := make(map[string]float32, len(l.rows))
	for i, r := range l.rows {
		if i < len(l.heights) {
			kept[r.key] = l.heights[i]
		}
	}
	top := !l.FromBottom && l.AtTop()
	anchorKey, dy := l.anchorCandidates()
	l.release()
	l.resetHeights(kept)
	if top {
		l.anchor, l.offset = 0, l.PadTop
	} else {
		l.findAnchor(anchorKey, dy)
	}
	l.Refresh()
}

// anchorCandidates lists the keys in view from the anchor on, with the offsets
// of their rows.
func (l *VirtualList) anchorCandidates() (keys []string, tops []float32) {
	y := l.offset
	for i := l.anchor; i <= l.last && i < len(l.heights); i++ {
		if r, ok := l.rows[i]; ok {
			keys, tops = append(keys, r.key), append(tops, y)
		}
		y += l.heights[i]
	}
	return keys, tops
}

func (l *VirtualList) findAnchor(keys []string, tops []float32) {
	if len(keys) == 0 {
		return
	}
	want := make(map[string]int, len(keys))
	for j, k := range keys {
		want[k] = j
	}
	best := len(keys)
	for i := range l.adapter.Len() {
		if j, ok := want[l.adapter.Key(i)]; ok && j < best {
			best = j
			l.anchor, l.offset = i, tops[j]
			if j == 0 {
				return
			}
		}
	}
}

func (l *VirtualList) resetHeights(kept map[string]float32) {
	n := l.adapter.Len()
	l.heights = make([]float32, n)
	l.measured = make([]bool, n)
	for i := range l.heights {
		l.heights[i] = l.RowEstimate
		if len(kept) > 0 {
			if h, ok := kept[l.adapter.Key(i)]; ok {
				l.heights[i] = h
			}
		}
	}
	l.tree.build(l.heights)
}

// Inserted tells that n rows appeared before what was row at.
func (l *VirtualList) Inserted(at, n int) {
	if n <= 0 || at < 0 || at > len(l.heights) {
		return
	}
	top := !l.FromBottom && l.AtTop()
	if at == len(l.heights) {
		for range n {
			l.heights, l.measured = append(l.heights, l.RowEstimate), append(l.measured, false)
			l.tree.push(l.RowEstimate)
		}
	} else {
		heights, measured := make([]float32, 0, len(l.heights)+n), make([]bool, 0, len(l.heights)+n)
		heights, measured = append(heights, l.heights[:at]...), append(measured, l.measured[:at]...)
		for range n {
			heights, measured = append(heights, l.RowEstimate), append(measured, false)
		}
		l.heights, l.measured = append(heights, l.heights[at:]...), append(measured, l.measured[at:]...)
		l.tree.build(l.heights)
	}
	l.renumber(func(i int) int {
		if i >= at {
			return i + n
		}
		return i
	})
	// A row that comes in exactly at the anchor goes above it: what is in view
	// stays. A list from the top that stands there shows what comes in at it;
	// an empty list has nothing to keep.
	switch {
	case top:
		l.anchor, l.offset = 0, l.PadTop
	case len(l.heights) > n && l.anchor >= at:
		l.anchor += n
	}
	l.Refresh()
}

// Removed tells that n rows from row at are gone.
func (l *VirtualList) Removed(at, n int) {
	if n <= 0 || at < 0 || at+n > len(l.heights) {
		return
	}
	switch {
	case l.anchor >= at+n:
		l.anchor -= n
	case l.anchor >= at:
		// The anchor itself goes: the next row takes its place.
		l.anchor = at
	}
	l.heights = append(l.heights[:at], l.heights[at+n:]...)
	l.measured = append(l.measured[:at], l.measured[at+n:]...)
	l.tree.build(l.heights)
	l.renumber(func(i int) int {
		switch {
		case i < at:
			return i
		case i < at+n:
			return -1
		}
		return i - n
	})
	l.Refresh()
}

// Changed tells that rows show something else now, perhaps in another height.
func (l *VirtualList) Changed(rows ...int) {
	for _, i := range rows {
		if i < 0 || i >= len(l.measured) {
			continue
		}
		l.measured[i] = false
		if r, ok := l.rows[i]; ok {
			r.stale = true
		}
	}
	l.Refresh()
}

// ChangedAll is Changed for every row; heights are measured again as rows come
// into view.
func (l *VirtualList) ChangedAll() {
	clear(l.measured)
	for _, r := range l.rows {
		r.stale = true
	}
	l.Refresh()
}

// renumber moves the shown rows to new indices; -1 releases one.
func (l *VirtualList) renumber(to func(int) int) {
	moved := make(map[int]*listRow, len(l.rows))
	for i, r := range l.rows {
		if j := to(i); j >= 0 {
			moved[j] = r
		} else {
			l.recycle(r)
		}
	}
	l.rows = moved
}

// Row returns the shown object of row i, or nil when it is out of view.
func (l *VirtualList) Row(i int) fyne.CanvasObject {
	if r, ok := l.rows[i]; ok {
		return r.object
	}
	return nil
}

// VisibleRange returns the rows in view; last is less than first when there
// are none.
func (l *VirtualList) VisibleRange() (first, last int) { return l.seen[0], l.seen[1] }

// AtBottom reports whether the end of the last row is in view.
func (l *VirtualList) AtBottom() bool {
	n := len(l.heights)
	if n == 0 || l.stick && l.FromBottom {
		return true
	}
	return l.bottomOf(n-1) <= l.Size().Height-l.PadBottom+1
}

// AtTop reports whether the beginning of the first row is in view.
func (l *VirtualList) AtTop() bool {
	return len(l.heights) == 0 || l.topOf(0) >= l.PadTop-1
}

// Place returns a place to come back to with Restore: a row's key and the
// offset of its top in the view. The key is empty at the bottom of a
// FromBottom list and for an empty list.
func (l *VirtualList) Place() (key string, offset float32) {
	if len(l.heights) == 0 || l.FromBottom && l.AtBottom() {
		return "", 0
	}
	return l.adapter.Key(l.anchor), l.offset
}

// Restore goes back to a Place; an unknown key is the bottom or the top.
func (l *VirtualList) Restore(key string, offset float32) {
	l.stick = l.FromBottom
	l.anchor, l.offset = 0, l.PadTop
	if key != "" {
		for i := range l.adapter.Len() {
			if l.adapter.Key(i) == key {
				l.anchor, l.offset, l.stick = i, offset, false
				break
			}
		}
	}
	l.Refresh()
}

// Minimum sizes of the toolkit's kind: the list takes what it is given.
func (l *VirtualList) minSize() fyne.Size { return size(80, 40) }
func (l *VirtualList) paint()             {}

// CreateRenderer implements fyne.Widget.
func (l *VirtualList) CreateRenderer() fyne.WidgetRenderer {
	if len(l.heights) != l.adapter.Len() {
		l.resetHeights(nil)
	}
	return newClipRenderer(l)
}

func (l *VirtualList) objects() []fyne.CanvasObject { return l.order }
