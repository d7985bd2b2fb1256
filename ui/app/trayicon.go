package app

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"

	"golang.org/x/image/draw"

	"sotto/assets"
)

// traySizes are those of trays at simple and double density.
var traySizes = []int{22, 24, 32, 48, 64}

// trayIcons draws the program's icon for the tray, without and with the mark of
// what is unread. nil where the picture is broken, which a test looks at.
func trayIcons() (icons [2][]image.Image) {
	logo, err := png.Decode(bytes.NewReader(assets.Logo(assets.AppPNG).Content()))
	if err != nil {
		return icons
	}
	for _, side := range traySizes {
		plain := image.NewNRGBA(image.Rect(0, 0, side, side))
		draw.CatmullRom.Scale(plain, plain.Rect, logo, logo.Bounds(), draw.Src, nil)
		icons[0] = append(icons[0], plain)
		icons[1] = append(icons[1], marked(plain))
	}
	return icons
}

// markColor is seen on light and dark panels alike.
var markColor = color.NRGBA{0xf0, 0x4a, 0x3e, 0xff}

// marked sets a disc into the corner, with a gap around it so that it stands off
// from the icon whatever is behind.
func marked(plain *image.NRGBA) *image.NRGBA {
	side := float64(plain.Rect.Dx())
	radius, gap := side*0.21, max(1, side*0.06)
	cx := side - radius
	out := image.NewNRGBA(plain.Rect)
	for y := range plain.Rect.Dy() {
		for x := range plain.Rect.Dx() {
			far := math.Hypot(float64(x)+0.5-cx, float64(y)+0.5-cx)
			under := plain.NRGBAAt(x, y)
			under.A = uint8(float64(under.A) * clamp(far-radius-gap+0.5))
			disc := clamp(radius - far + 0.5)
			if disc > 0 { // the gap leaves nothing of the icon under the disc
				under = markColor
				under.A = uint8(255 * disc)
			}
			out.SetNRGBA(x, y, under)
		}
	}
	return out
}

func clamp(v float64) float64 { return min(1, max(0, v)) }
