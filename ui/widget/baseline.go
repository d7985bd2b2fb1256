package widget

import (
	"image"
	"image/color"
	"sync"
	"unicode"

	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/software"
)

// The toolkit sets a text on the baseline of its tallest face. The embedded
// faces share one line, but a text that consists of another script only hangs
// as high as the desktop's font for it, and would dance beside the others. No
// call tells which font that is; so its baseline is looked up in a picture of
// a letter that stands on it.

// standing is a letter of each script that stands on the baseline.
var standing = []struct {
	script *unicode.RangeTable
	letter string
}{
	{unicode.Arabic, "ا"},
	{unicode.Hebrew, "ה"},
	{unicode.Thai, "ก"},
	{unicode.Devanagari, "र"},
}

var baselines = struct {
	sync.Mutex
	shift map[int]float32
}{shift: map[int]float32{}}

// baselineShift returns how far down, in ems, a text has to go to stand on the
// common baseline.
func baselineShift(s string) float32 {
	for _, r := range s {
		if r < 0x590 {
			if r == ' ' {
				continue
			}
			return 0
		}
		for i, e := range standing {
			if unicode.Is(e.script, r) {
				return shiftOf(i)
			}
		}
		if unicode.IsLetter(r) {
			return 0
		}
	}
	return 0
}

func shiftOf(script int) float32 {
	baselines.Lock()
	defer baselines.Unlock()
	shift, ok := baselines.shift[script]
	if !ok {
		shift = probeBaseline(standing[script].letter)
		baselines.shift[script] = shift
	}
	return shift
}

// probeBaseline draws the letter large and finds where its ink ends.
func probeBaseline(letter string) float32 {
	const px, most = 64, 0.4
	t := canvas.NewText(letter, color.White)
	t.TextSize = px
	c := software.NewTransparentCanvas()
	c.SetPadded(false)
	c.SetContent(t)
	c.Resize(t.MinSize())
	img := c.Capture()
	bottom := lastInk(img)
	if bottom < 0 {
		return 0
	}
	shift := ascentOfSans - float32(bottom)/px
	if shift > most || shift < -most {
		return 0
	}
	return shift
}

// lastInk returns the row under the lowest pixel that is more than half
// covered, or -1.
func lastInk(img image.Image) int {
	b := img.Bounds()
	for y := b.Max.Y - 1; y >= b.Min.Y; y-- {
		for x := b.Min.X; x < b.Max.X; x++ {
			if _, _, _, a := img.At(x, y).RGBA(); a > 0x8000 {
				return y - b.Min.Y + 1
			}
		}
	}
	return -1
}
