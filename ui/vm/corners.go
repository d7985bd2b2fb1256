package vm

import (
	"image"
	"image/draw"
	"math"
)

// roundCorners cuts the corners off a picture: top left, top right, bottom
// right, bottom left, radii in pixels. Bitmaps are cut once instead of at each
// painting, and their corners may differ.
func roundCorners(img image.Image, radii [4]int) image.Image {
	b := img.Bounds()
	out, ok := img.(*image.RGBA)
	if !ok || b.Min != (image.Point{}) {
		out = image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
		draw.Draw(out, out.Rect, img, b.Min, draw.Src)
	}
	w, h := out.Rect.Dx(), out.Rect.Dy()
	for i, r := range radii {
		r = min(r, w/2, h/2)
		for y := range r {
			for x := range r {
				// The distance of the pixel's middle from the middle of the arc.
				dx, dy := float64(r)-float64(x)-0.5, float64(r)-float64(y)-0.5
				cover := float64(r) - math.Hypot(dx, dy) + 0.5
				if cover >= 1 {
					continue
				}
				px, py := x, y
				if i == 1 || i == 2 {
					px = w - 1 - x
				}
				if i >= 2 {
					py = h - 1 - y
				}
				fade(out, px, py, max(cover, 0))
			}
		}
	}
	return out
}

func fade(img *image.RGBA, x, y int, share float64) {
	p := img.Pix[img.PixOffset(x, y):][:4]
	for i := range p {
		p[i] = uint8(float64(p[i]) * share)
	}
}
