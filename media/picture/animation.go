package picture

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"time"
)

// Animation plays the frames of a GIF or WebP. It keeps them compressed and
// decodes one at a time: an animation costs its file and two canvases, however
// long it is. It is for one goroutine at a time.
type Animation struct {
	Width, Height int

	kind   Kind
	head   []byte // GIF: header and palette; WebP: the ANIM chunk
	loops  int    // 0: for ever
	alpha  bool   // WebP: the flag of VP8X
	frames []frame

	next     int
	played   int // rounds
	canvas   *image.RGBA
	previous *image.RGBA // what a frame with disposePrevious covered
}

// frame is one of an animation, still compressed.
type frame struct {
	rect    image.Rectangle
	delay   time.Duration
	dispose disposal
	blend   bool   // over what is there; else in its place
	alpha   bool   // WebP: has an ALPH chunk
	control []byte // GIF: control extension; WebP: header of the ANMF
	data    []byte
}

// disposal is what happens to a frame before the next one.
type disposal uint8

const (
	disposeBackground disposal = 2
	disposePrevious   disposal = 3
)

// Frames that ask for less than this are shown for defaultDelay, as browsers
// do: such files mean "as fast as it gets" on machines of 1995.
const (
	minDelay     = 20 * time.Millisecond
	defaultDelay = 100 * time.Millisecond
)

// DecodeAnimation opens a GIF or WebP for playing; a picture that does not move
// has one frame. Errors: ErrNoPicture, ErrTooLarge.
func DecodeAnimation(data []byte) (*Animation, error) {
	info, err := Inspect(data)
	if err != nil {
		return nil, err
	}
	switch {
	case info.Kind == GIF:
		return scanGIF(data)
	case info.Kind == WebP && info.Animated():
		w, err := scanWebP(data)
		if err != nil {
			return nil, err
		}
		return &w.animation, nil
	}
	return nil, fmt.Errorf("%w: no animation", ErrNoPicture)
}

func (a *Animation) config() image.Config {
	return image.Config{ColorModel: color.RGBAModel, Width: a.Width, Height: a.Height}
}

// Len is the number of frames.
func (a *Animation) Len() int { return len(a.frames) }

// Done reports whether the animation has played as often as it wants; Next goes
// on all the same.
func (a *Animation) Done() bool { return a.loops > 0 && a.played >= a.loops }

// Rewind begins with the first frame again.
func (a *Animation) Rewind() { a.next, a.played, a.canvas, a.previous = 0, 0, nil, nil }

// Next composes the next frame and says how long to show it. The picture is the
// canvas of the animation: it holds until the next call. Errors: ErrNoPicture
// for a frame that does not decode.
func (a *Animation) Next() (canvas *image.RGBA, shown time.Duration, err error) {
	defer func() {
		if r := recover(); r != nil {
			canvas, err = nil, fmt.Errorf("%w: %v", ErrNoPicture, r)
		}
	}()
	if a.canvas == nil || a.next == 0 {
		a.canvas = image.NewRGBA(image.Rect(0, 0, a.Width, a.Height))
	} else {
		a.disposeOf(a.frames[a.next-1])
	}
	f := a.frames[a.next]
	if f.dispose == disposePrevious {
		a.previous = image.NewRGBA(f.rect)
		draw.Draw(a.previous, f.rect, a.canvas, f.rect.Min, draw.Src)
	}
	var img image.Image
	if a.kind == GIF {
		img, err = a.gifPixels(f)
	} else {
		img, err = a.webpPixels(f)
	}
	if err != nil {
		return nil, 0, err
	}
	op := draw.Src
	if f.blend {
		op = draw.Over
	}
	draw.Draw(a.canvas, f.rect, img, img.Bounds().Min, op)
	if a.next++; a.next == len(a.frames) {
		a.next = 0
		a.played++
	}
	if f.delay < minDelay {
		return a.canvas, defaultDelay, nil
	}
	return a.canvas, f.delay, nil
}

func (a *Animation) disposeOf(f frame) {
	switch f.dispose {
	case disposeBackground:
		draw.Draw(a.canvas, f.rect, image.Transparent, image.Point{}, draw.Src)
	case disposePrevious:
		if a.previous != nil {
			draw.Draw(a.canvas, f.rect, a.previous, f.rect.Min, draw.Src)
		}
	}
}

// rewrite writes the animation anew: frames, delays, loops, nothing else.
func (a *Animation) rewrite() []byte {
	if a.kind == GIF {
		return a.rewriteGIF()
	}
	return a.rewriteWebP()
}
