package driver

import "image"

// area is a part of a window: a few rectangles that do not overlap.
type area []image.Rectangle

const (
	// nearby is how many pixels there are between rectangles that become one.
	nearby = 8
	// parts is how many rectangles there are at most: each is painted by itself.
	parts = 4
)

// add makes the area larger by a rectangle.
func (a *area) add(r image.Rectangle) {
	if r.Empty() {
		return
	}
	for i := 0; i < len(*a); {
		if !(*a)[i].Overlaps(r.Inset(-nearby)) {
			i++
			continue
		}
		if r.In((*a)[i]) {
			return
		}
		r = r.Union((*a)[i])
		*a = append((*a)[:i], (*a)[i+1:]...)
		i = 0 // what was apart may touch the union
	}
	*a = append(*a, r)
	if len(*a) > parts {
		a.join()
	}
}

// join makes one of the two rectangles whose union has the fewest pixels besides.
func (a *area) join() {
	s := *a
	var x, y, least int
	for i := range s {
		for j := range i {
			more := pixels(s[i].Union(s[j])) - pixels(s[i]) - pixels(s[j])
			if x == y || more < least {
				x, y, least = i, j, more
			}
		}
	}
	r := s[x].Union(s[y])
	*a = append(s[:x], s[x+1:]...)
	*a = append((*a)[:y], (*a)[y+1:]...) // y < x
	a.add(r)
}

// pixels is how many there are in the area.
func (a area) pixels() int {
	n := 0
	for _, r := range a {
		n += pixels(r)
	}
	return n
}

func pixels(r image.Rectangle) int { return r.Dx() * r.Dy() }
