package widget

import (
	"testing"

	"pgregory.net/rapid"
)

// TestFenwick holds the tree against plain addition, through any sequence of
// changes.
func TestFenwick(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		height := rapid.Float32Range(0, 500)
		plain := rapid.SliceOfN(height, 0, 80).Draw(t, "heights")
		var f fenwick
		f.build(plain)
		for range rapid.IntRange(0, 30).Draw(t, "changes") {
			if len(plain) == 0 || rapid.Bool().Draw(t, "append") {
				h := height.Draw(t, "new")
				plain = append(plain, h)
				f.push(h)
				continue
			}
			i := rapid.IntRange(0, len(plain)-1).Draw(t, "row")
			h := height.Draw(t, "height")
			f.add(i, float64(h)-float64(plain[i]))
			plain[i] = h
		}
		var sum float64
		for i, h := range plain {
			if got := f.sum(i); got-sum > 0.01 || sum-got > 0.01 {
				t.Fatalf("sum of %d rows is %f, want %f", i, got, sum)
			}
			if h > 0.5 {
				if row, within := f.find(sum + 0.25); row != i || within > 0.3 {
					t.Fatalf("row at %f is %d+%f, want %d", sum+0.25, row, within, i)
				}
			}
			sum += float64(h)
		}
		if len(plain) > 0 {
			if row, _ := f.find(sum + 1000); row != len(plain)-1 {
				t.Fatalf("past the end is row %d", row)
			}
		}
	})
}
