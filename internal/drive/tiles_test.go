package drive

import (
	"image"
	"image/color"
	"image/draw"
	"slices"
	"testing"
)

func TestOddTiles(t *testing.T) {
	paper, grey := color.RGBA{251, 249, 247, 255}, color.RGBA{251, 251, 251, 255}
	window := image.Rect(10, 20, 10+10*tile, 20+5*tile)
	screen := image.NewRGBA(image.Rect(0, 0, 800, 600))
	fill := func(r image.Rectangle, c color.RGBA) {
		draw.Draw(screen, r, image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(window, paper)
	fill(image.Rect(100, 40, 330, 300), grey) // a panel, larger than a square
	if odd := OddTiles(screen, window); len(odd) != 0 {
		t.Errorf("a panel: %v", odd)
	}
	wrong := image.Rect(10+7*tile, 20+2*tile, 10+8*tile, 20+3*tile)
	fill(wrong, grey)
	if odd := OddTiles(screen, window); !slices.Equal(odd, []image.Rectangle{wrong}) {
		t.Errorf("got %v, want %v", odd, wrong)
	}
	screen.SetRGBA(wrong.Min.X+5, wrong.Min.Y+5, paper) // something is painted in it
	if odd := OddTiles(screen, window); len(odd) != 0 {
		t.Errorf("a picture: %v", odd)
	}
}
