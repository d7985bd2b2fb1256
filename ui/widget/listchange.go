package widget

// Rearranged tells at once what became of all rows: row i is what row was[i]
// was before, -1 for a new one, in the same order; the changed ones show
// something else now. What is in view stays where it is, by the first row in
// view that is still there and for which landmark is true (nil: any).
func (l *VirtualList) Rearranged(was, changed []int, landmark func(i int) bool) {
	to := make([]int, len(l.heights))
	for j := range to {
		to[j] = -1
	}
	heights, measured := make([]float32, len(was)), make([]bool, len(was))
	for i, j := range was {
		heights[i] = l.RowEstimate
		if j >= 0 && j < len(to) {
			heights[i], measured[i], to[j] = l.heights[j], l.measured[j], i
		}
	}
	if !l.FromBottom && l.AtTop() {
		l.anchor, l.offset = 0, l.PadTop
	} else {
		l.reanchorTo(to, landmark)
	}
	l.heights, l.measured = heights, measured
	l.tree.build(l.heights)
	l.renumber(func(j int) int {
		if j >= len(to) {
			return -1
		}
		return to[j]
	})
	for _, i := range changed {
		l.measured[i] = false
		if r, ok := l.rows[i]; ok {
			r.stale = true
		}
	}
	l.Refresh()
}

// reanchorTo makes a row the anchor that is there before and after a change.
func (l *VirtualList) reanchorTo(to []int, landmark func(i int) bool) {
	anchor, offset := -1, float32(0)
	y := l.offset
	for j := max(l.anchor, 0); j < len(to) && j <= max(l.seen[1], l.anchor); j++ {
		if i := to[j]; i >= 0 {
			good := landmark == nil || landmark(i)
			if anchor < 0 || good {
				anchor, offset = i, y
			}
			if good {
				break
			}
		}
		y += l.heights[j]
	}
	if anchor >= 0 {
		l.anchor, l.offset = anchor, offset
	}
}
