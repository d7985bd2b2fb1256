package widget

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2/canvas"
)

// Measures of a waveform.
const (
	waveBar   float32 = 3
	waveGap   float32 = 2
	waveHigh  float32 = 24
	waveLeast float32 = 3
)

// waveform draws bars, those before a share in another colour. It is one bitmap:
// forty rectangles in each of many rows would cost more than they show.
type waveform struct {
	raster     *canvas.Raster
	bars       []byte
	share      float32
	done, rest color.NRGBA
}

func newWaveform() *waveform {
	w := &waveform{}
	w.raster = canvas.NewRaster(w.draw)
	return w
}

func (w *waveform) set(bars []byte, share float32, done, rest color.NRGBA) {
	same := len(bars) == len(w.bars) && (len(bars) == 0 || &bars[0] == &w.bars[0])
	if same && w.share == share && w.done == done && w.rest == rest {
		return
	}
	w.bars, w.share, w.done, w.rest = bars, share, done, rest
	w.raster.Refresh()
}

// barsIn is how many bars fit into a width.
func barsIn(width float32) int { return max(1, int((width+waveGap)/(waveBar+waveGap))) }

func (w *waveform) draw(width, height int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	size := w.raster.Size()
	if size.Width <= 0 || width == 0 {
		return img
	}
	scale := float32(width) / size.Width
	n := barsIn(size.Width)
	for i := range n {
		ink := w.rest
		if (float32(i)+0.5)/float32(n) <= w.share {
			ink = w.done
		}
		h := waveLeast + (size.Height-waveLeast)*float32(barAt(w.bars, i, n))/255
		x := float32(i) * (waveBar + waveGap)
		fillPill(img, x*scale, (size.Height-h)/2*scale, waveBar*scale, h*scale, ink)
	}
	return img
}

// barAt is the height of bar i of n, whatever the number of bars there are.
func barAt(bars []byte, i, n int) byte {
	if len(bars) == 0 {
		return 0
	}
	from, to := i*len(bars)/n, (i+1)*len(bars)/n
	high := bars[min(from, len(bars)-1)]
	for _, b := range bars[min(from, len(bars)):min(to, len(bars))] {
		high = max(high, b)
	}
	return high
}

// fillPill draws an upright bar with round ends, softened at its edge.
func fillPill(img *image.NRGBA, x, y, w, h float32, ink color.NRGBA) {
	r := w / 2
	for py := int(y); py <= int(y+h) && py < img.Rect.Max.Y; py++ {
		for px := int(x); px <= int(x+w) && px < img.Rect.Max.X; px++ {
			if px < 0 || py < 0 {
				continue
			}
			// The distance of the pixel's middle from the bar's spine.
			cx, cy := float32(px)+0.5-(x+r), float32(py)+0.5
			dy := float32(0)
			if top := y + r; cy < top {
				dy = top - cy
			} else if end := y + h - r; cy > end {
				dy = cy - end
			}
			over := r - hypot(cx, dy) + 0.5
			if over <= 0 {
				continue
			}
			c := ink
			c.A = uint8(float32(ink.A) * min(over, 1))
			if old := img.NRGBAAt(px, py); old.A < c.A {
				img.SetNRGBA(px, py, c)
			}
		}
	}
}

func hypot(a, b float32) float32 { return float32(math.Hypot(float64(a), float64(b))) }
