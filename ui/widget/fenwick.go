package widget

// fenwick is a binary indexed tree over row heights: the sum of the first rows
// and the row at an offset in O(log n), so that a list of any length scrolls
// alike. Sums are float64: a hundred thousand float32 heights would drift.
type fenwick struct {
	tree []float64 // 1-based
	top  int       // the largest power of two that is no larger than the length
}

// build fills the tree in O(n).
func (f *fenwick) build(heights []float32) {
	n := len(heights)
	if cap(f.tree) > n {
		f.tree = f.tree[:n+1]
		clear(f.tree)
	} else {
		f.tree = make([]float64, n+1, n+1+n/4)
	}
	for i, h := range heights {
		f.tree[i+1] += float64(h)
		if parent := (i + 1) + ((i + 1) & -(i + 1)); parent <= n {
			f.tree[parent] += f.tree[i+1]
		}
	}
	f.measure()
}

func (f *fenwick) measure() {
	f.top = 1
	for f.top*2 <= f.len() {
		f.top *= 2
	}
}

func (f *fenwick) len() int { return max(0, len(f.tree)-1) }

// add changes one height.
func (f *fenwick) add(i int, delta float64) {
	for i++; i < len(f.tree); i += i & -i {
		f.tree[i] += delta
	}
}

// push appends a height in O(log n).
func (f *fenwick) push(h float32) {
	if len(f.tree) == 0 {
		f.tree = append(f.tree, 0)
	}
	i := len(f.tree)
	node := float64(h)
	for j := 1; j < i&-i; j *= 2 {
		node += f.tree[i-j]
	}
	f.tree = append(f.tree, node)
	f.measure()
}

// sum returns the height of the first n rows.
func (f *fenwick) sum(n int) float64 {
	var s float64
	for n = min(n, f.len()); n > 0; n -= n & -n {
		s += f.tree[n]
	}
	return s
}

// total returns the height of all rows.
func (f *fenwick) total() float64 { return f.sum(f.len()) }

// find returns the row at an offset from the top, and where in it; past the
// end it is the last row.
func (f *fenwick) find(offset float64) (row int, within float64) {
	if f.len() == 0 {
		return 0, 0
	}
	at := 0
	for step := f.top; step > 0; step /= 2 {
		if next := at + step; next < len(f.tree) && f.tree[next] <= offset {
			at = next
			offset -= f.tree[next]
		}
	}
	if at >= f.len() {
		return f.len() - 1, 0
	}
	return at, max(0, offset)
}
