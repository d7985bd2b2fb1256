package drive

import "image"

// tile is the side of the squares, in pixels, in which software renderers paint a
// window.
const tile = 64

// OddTiles returns the squares of a window in a picture of the screen that have
// one colour none of their neighbours has: what was meant to be there was painted
// wrongly or not at all. No control of ours is such a square.
func OddTiles(screen *image.RGBA, window image.Rectangle) []image.Rectangle {
	var odd []image.Rectangle
	inside := window.Intersect(screen.Rect)
	for y := window.Min.Y; y < window.Max.Y; y += tile {
		for x := window.Min.X; x < window.Max.X; x += tile {
			square := image.Rect(x, y, x+tile, y+tile)
			if square.In(inside) && plain(screen, square) && alone(screen, square) {
				odd = append(odd, square)
			}
		}
	}
	return odd
}

// plain reports whether a square has one colour.
func plain(screen *image.RGBA, square image.Rectangle) bool {
	c := screen.RGBAAt(square.Min.X, square.Min.Y)
	for y := square.Min.Y; y < square.Max.Y; y++ {
		for x := square.Min.X; x < square.Max.X; x++ {
			if screen.RGBAAt(x, y) != c {
				return false
			}
		}
	}
	return true
}

// alone reports whether no pixel beside a square has the colour of its corner.
func alone(screen *image.RGBA, square image.Rectangle) bool {
	c := screen.RGBAAt(square.Min.X, square.Min.Y)
	same := func(x, y int) bool {
		return image.Pt(x, y).In(screen.Rect) && screen.RGBAAt(x, y) == c
	}
	for i := range tile {
		if same(square.Min.X+i, square.Min.Y-1) || same(square.Min.X+i, square.Max.Y) ||
			same(square.Min.X-1, square.Min.Y+i) || same(square.Max.X, square.Min.Y+i) {
			return false
		}
	}
	return true
}
