package widget

import (
	"math"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"sotto/assets"
	"sotto/ui/theme"
)

// Style is a row of the type scale.
type Style struct {
	Size, Line float32 // text size and height of a line
	Bold       bool    // weight 600
	Mono       bool
	Tabular    bool // figures of one width: times, counters
}

// The type scale. Caption 11/16, Small 13/20, Body 15/22, Title 18/24,
// Display 24/32.
var (
	Caption     = Style{Size: theme.Text11, Line: theme.Line16}
	CaptionBold = Style{Size: theme.Text11, Line: theme.Line16, Bold: true}
	Small       = Style{Size: theme.Text13, Line: theme.Line20}
	SmallBold   = Style{Size: theme.Text13, Line: theme.Line20, Bold: true}
	Body        = Style{Size: theme.Text15, Line: theme.Line22}
	BodyBold    = Style{Size: theme.Text15, Line: theme.Line22, Bold: true}
	Title       = Style{Size: theme.Text18, Line: theme.Line24, Bold: true}
	Display     = Style{Size: theme.Text24, Line: theme.Line32, Bold: true}
	Code        = Style{Size: theme.Text13, Line: theme.Line20, Mono: true}
	CodeBody    = Style{Size: theme.Text15, Line: theme.Line24, Mono: true}
	BigEmoji    = Style{Size: theme.Text44, Line: theme.Line52}
	Time        = Style{Size: theme.Text11, Line: theme.Line16, Tabular: true}
	TimeBold    = Style{Size: theme.Text11, Line: theme.Line16, Tabular: true, Bold: true}
)

func (s Style) fyneStyle() fyne.TextStyle {
	return fyne.TextStyle{Bold: s.Bold, Monospace: s.Mono}
}

// source is the face that is not the theme's own: tabular figures, emoji.
func (s Style) source(text string, emoji bool) fyne.Resource {
	switch {
	case emoji:
		return assets.Font(assets.Emoji)
	case s.Tabular && ascii(text) && s.Bold:
		return assets.Font(assets.TabularSemiBold)
	case s.Tabular && ascii(text):
		return assets.Font(assets.Tabular)
	}
	return nil
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x7F || s[i] < 0x20 {
			return false
		}
	}
	return true
}

// measured remembers the widths of words. Conversations repeat theirs, and
// shaping a word costs a thousand times a look into a map.
var measured = struct {
	sync.Mutex
	width map[measureKey]float32
}{width: map[measureKey]float32{}}

type measureKey struct {
	text  string
	style Style
	emoji bool
}

const measuredLimit = 1 << 15

// textWidth returns the width of one run of text in one face.
func textWidth(text string, s Style, emoji bool) float32 {
	if text == "" {
		return 0
	}
	key := measureKey{text, s, emoji}
	measured.Lock()
	w, ok := measured.width[key]
	measured.Unlock()
	if ok {
		return w
	}
	full, _ := fyne.CurrentApp().Driver().RenderedTextSize(text, s.Size, s.fyneStyle(), s.source(text, emoji))
	measured.Lock()
	if len(measured.width) >= measuredLimit {
		clear(measured.width)
	}
	measured.width[key] = full.Width
	measured.Unlock()
	return full.Width
}

// The embedded faces share their line metrics, so that runs of one line have
// one baseline (assets/fonts/derive.py sets them).
const (
	ascentOfSans, lineOfSans = 1.097, 1.467
	ascentOfMono, lineOfMono = 1.129, 1.538
)

// textHeight is the height of a run's texture.
func textHeight(s Style) float32 {
	if s.Mono {
		return s.Size * lineOfMono
	}
	return s.Size * lineOfSans
}

// pixelScale is how many pixels of the screen one of ours is; the stage keeps
// it.
var pixelScale float32 = 1

// SetScale tells the scale of the window, so that text stands on whole pixels
// of the screen. A Stage does it by itself.
func SetScale(scale float32) {
	if scale > 0 {
		pixelScale = scale
	}
}

// placeText puts a run into a line box at x. The toolkit rounds baselines up;
// here they are rounded to the nearest pixel, as in the design.
func placeText(t *canvas.Text, s Style, x, y, w float32) {
	h, ascent := textHeight(s), s.Size*ascentOfSans
	if s.Mono {
		ascent = s.Size * ascentOfMono
	}
	baseline := (s.Line-h)/2 + ascent + baselineShift(t.Text)*s.Size
	top := (round(baseline*pixelScale) - ceil(ascent*pixelScale)) / pixelScale
	if turn > 0 {
		x = turn - x - textWidth(t.Text, s, false)
	}
	t.Move(pos(round(x*pixelScale)/pixelScale, y+top))
	t.Resize(size(w, h))
}

func round(v float32) float32 { return float32(math.Round(float64(v))) }
func ceil(v float32) float32  { return float32(math.Ceil(float64(v))) }
