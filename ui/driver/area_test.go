package driver

import (
	"image"
	"math/rand/v2"
	"testing"
)

// TestAreaCovers adds rectangles at random: each lies in the area, no two of the
// area overlap, and there are few.
func TestAreaCovers(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		var a area
		var added []image.Rectangle
		for range 1 + r.IntN(30) {
			x, y := r.IntN(900), r.IntN(700)
			added = append(added, image.Rect(x, y, x+r.IntN(120), y+r.IntN(60)))
			a.add(added[len(added)-1])
		}
		if len(a) > parts {
			t.Fatalf("%d parts: %v", len(a), a)
		}
		for i, p := range a {
			for _, q := range a[:i] {
				if p.Overlaps(q) {
					t.Fatalf("%v overlaps %v after %v", p, q, added)
				}
			}
		}
		for _, one := range added {
			if !one.Empty() && !coveredBy(a, one) {
				t.Fatalf("%v is not in %v", one, a)
			}
		}
	}
}

func coveredBy(a area, r image.Rectangle) bool {
	for _, p := range a {
		if r.In(p) {
			return true
		}
	}
	return false
}

// TestAreaStaysApart: what is far from each other does not become one large part.
func TestAreaStaysApart(t *testing.T) {
	var a area
	a.add(image.Rect(0, 0, 20, 20))
	a.add(image.Rect(800, 600, 820, 620))
	a.add(image.Rect(22, 4, 30, 16)) // beside the first
	if got, want := a.pixels(), 30*20+20*20; got != want {
		t.Errorf("%d pixels in %v, want %d", got, a, want)
	}
}
