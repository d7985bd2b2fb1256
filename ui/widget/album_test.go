package widget

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"sotto/ui/theme"
)

// Every album fills its rectangle: tiles do not overlap, stand 2 apart, and end
// at its edges, in every width and number.
func TestAlbumsFillTheirPlace(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := 1; n <= 32; n++ {
		for _, width := range []float32{97, 160, 233, 360, 361, 552, 900} {
			sizes := make([][2]int, n)
			for i := range sizes {
				sizes[i] = [2]int{r.IntN(5000), r.IntN(5000)}
			}
			whole, tiles := albumLayout(sizes, width)
			name := fmt.Sprintf("%d pictures in %v", n, width)
			if len(tiles) != min(n, albumTiles) {
				t.Errorf("%s: %d tiles", name, len(tiles))
			}
			if whole.Width > width || whole.Width > pictureWidest || whole.Height > 3*pictureHighest {
				t.Errorf("%s: is %v", name, whole)
			}
			var covered float32
			for i, f := range tiles {
				if f.x < 0 || f.y < 0 || f.x+f.w > whole.Width+0.01 || f.y+f.h > whole.Height+0.01 || f.w < 20 || f.h < 20 {
					t.Errorf("%s: tile %d is %+v of %v", name, i, f, whole)
				}
				covered += f.w * f.h
				for j, g := range tiles[:i] {
					apartX, apartY := max(f.x, g.x)-min(f.x+f.w, g.x+g.w), max(f.y, g.y)-min(f.y+f.h, g.y+g.h)
					if apartX < albumGap-0.01 && apartY < albumGap-0.01 {
						t.Errorf("%s: tiles %d and %d are %v and %v apart", name, j, i, apartX, apartY)
					}
				}
			}
			// All but the gaps is picture: there are at most two between columns
			// and two between rows.
			if bare := whole.Width*whole.Height - covered; bare > 2*albumGap*(whole.Width+whole.Height) {
				t.Errorf("%s: %v of it are bare", name, bare)
			}
		}
	}
}

// One picture keeps its proportions, is never enlarged, and never a sliver.
func TestOnePictureKeepsItsProportions(t *testing.T) {
	for _, c := range []struct {
		w, h          int
		width         float32
		wantW, wantH  float32
		proportionate bool
	}{
		{3600, 2400, 552, 360, 240, true},
		{1000, 2000, 552, 200, 400, true},
		{200, 100, 552, 200, 100, true},
		{3600, 2400, 240, 240, 160, true},
		{30, 20, 552, 96, 96, false},
		{9000, 90, 552, 360, 96, false},
		{90, 9000, 552, 96, 400, false},
		{0, 0, 552, 240, 180, false},
		{0, 0, 200, 200, 180, false},
	} {
		s := PictureSize(c.w, c.h, c.width)
		if s.Width != c.wantW || s.Height != c.wantH {
			t.Errorf("%dx%d in %v is %v", c.w, c.h, c.width, s)
		}
		if c.proportionate && s.Width*float32(c.h) != s.Height*float32(c.w) {
			t.Errorf("%dx%d is drawn out to %v", c.w, c.h, s)
		}
	}
}

// The corners of a bubble are those of the tiles that stand in them, and of no
// others.
func TestAlbumCornersAreTheBubbles(t *testing.T) {
	radii := [4]float32{theme.Radius18, theme.Radius18, theme.Radius6, theme.Radius12}
	for n := 1; n <= 12; n++ {
		whole, tiles := albumLayout(make([][2]int, n), 360)
		var sum [4]float32
		for _, f := range tiles {
			for i, r := range f.corners(whole, radii) {
				if r != 0 && sum[i] != 0 {
					t.Errorf("%d pictures: two tiles have corner %d", n, i)
				}
				sum[i] += r
			}
		}
		if sum != radii {
			t.Errorf("%d pictures have the corners %v, want %v", n, sum, radii)
		}
	}
}

// A caption's bubble is no narrower than a line of text wants to be, and an album
// that is away keeps the place of what will come.
func TestAlbumKeepsItsPlace(t *testing.T) {
	away := AlbumModel{Pictures: []PictureModel{{Name: "a.jpg", Width: 4000, Height: 3000, Transfer: Transfer{State: Away}}}}
	here := AlbumModel{Pictures: []PictureModel{{Name: "a.jpg", Width: 4000, Height: 3000}}}
	if a, b := NewAlbum(away).SizeIn(400), NewAlbum(here).SizeIn(400); a != b {
		t.Errorf("%v becomes %v when it comes", a, b)
	}
	small := AlbumModel{Pictures: []PictureModel{{Width: 100, Height: 300}}, Captioned: true}
	if s := NewAlbum(small).SizeIn(400); s.Width != captionLeast {
		t.Errorf("a captioned sliver is %v wide", s.Width)
	}
}
