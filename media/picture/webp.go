package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"time"

	"golang.org/x/image/webp"
)

// A WebP is RIFF: 'RIFF' size 'WEBP', then chunks of fourcc, size and padded
// data. Animations have VP8X, ANIM and an ANMF for each frame, which holds
// ALPH, VP8 or VP8L. Only those are kept: EXIF, XMP, ICCP and chunks that
// nobody knows stay out.
type webpFile struct {
	animation   Animation
	orientation orientation
	head        image.Config
}

func (w *webpFile) config() image.Config { return w.head }

type riffChunk struct {
	name string
	data []byte
}

// riffChunks splits data, which may end in the middle of a chunk.
func riffChunks(data []byte) (list []riffChunk) {
	for len(data) >= 8 {
		n := uint64(binary.LittleEndian.Uint32(data[4:]))
		if n > uint64(len(data)-8) {
			break
		}
		list = append(list, riffChunk{string(data[:4]), data[8 : 8+n : 8+n]})
		data = data[min(uint64(len(data)), 8+n+n&1):]
	}
	return list
}

func appendChunk(out []byte, name string, data []byte) []byte {
	out = append(out, name...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(data)))
	out = append(out, data...)
	if len(data)&1 == 1 {
		out = append(out, 0)
	}
	return out
}

// riff wraps chunks into a file.
func riff(chunks []byte) []byte {
	out := append(make([]byte, 0, len(chunks)+12), "RIFF"...)
	out = binary.LittleEndian.AppendUint32(out, uint32(4+len(chunks)))
	return append(append(out, "WEBP"...), chunks...)
}

const (
	vp8xAlpha     = 0x10
	vp8xAnimation = 0x02
	anmfHeader    = 16
)

func uint24(p []byte) int { return int(p[0]) | int(p[1])<<8 | int(p[2])<<16 }

// scanWebP takes a WebP apart without decoding pixels.
func scanWebP(data []byte) (*webpFile, error) {
	w := &webpFile{orientation: upright}
	a := &w.animation
	a.kind = WebP
	chunks := riffChunks(data[12:])
	if len(chunks) == 0 {
		return nil, ErrNoPicture
	}
	animated := false
	for _, c := range chunks {
		switch c.name {
		case "VP8X":
			if len(c.data) < 10 {
				return nil, ErrNoPicture
			}
			animated = c.data[0]&vp8xAnimation != 0
			a.alpha = c.data[0]&vp8xAlpha != 0
			a.Width, a.Height = 1+uint24(c.data[4:]), 1+uint24(c.data[7:])
		case "ANIM":
			if len(c.data) >= 6 {
				a.head = c.data[:6] // background, loops
				a.loops = int(binary.LittleEndian.Uint16(c.data[4:]))
			}
		case "ANMF":
			f, ok := webpFrame(c.data)
			if !ok || !f.rect.In(image.Rect(0, 0, a.Width, a.Height)) {
				return nil, ErrNoPicture
			}
			if a.frames = append(a.frames, f); len(a.frames) > MaxFrames {
				return nil, ErrTooLarge
			}
		case "EXIF":
			tiff, _ := bytes.CutPrefix(c.data, []byte("Exif\x00\x00"))
			w.orientation = exifOrientation(tiff)
		}
	}
	if animated {
		if len(a.frames) == 0 || a.head == nil {
			return nil, ErrNoPicture
		}
		w.orientation = upright // nobody turns animations
		w.head = image.Config{ColorModel: color.NRGBAModel, Width: a.Width, Height: a.Height}
		return w, nil
	}
	a.frames = nil
	var err error
	if w.head, err = webp.DecodeConfig(bytes.NewReader(data)); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNoPicture, err)
	}
	return w, nil
}

// webpFrame reads an ANMF: X/2, Y/2, width-1, height-1, milliseconds (24 bits
// each), flags, then the frame's chunks.
func webpFrame(p []byte) (frame, bool) {
	if len(p) < anmfHeader {
		return frame{}, false
	}
	x, y := 2*uint24(p), 2*uint24(p[3:])
	f := frame{
		rect:    image.Rect(x, y, x+1+uint24(p[6:]), y+1+uint24(p[9:])),
		delay:   time.Duration(uint24(p[12:])) * time.Millisecond,
		blend:   p[15]&2 == 0,
		control: p[:anmfHeader:anmfHeader],
	}
	if p[15]&1 != 0 {
		f.dispose = disposeBackground
	}
	hasPixels := false
	for _, c := range riffChunks(p[anmfHeader:]) {
		switch c.name {
		case "VP8 ", "VP8L":
			hasPixels = true
			f.data = appendChunk(f.data, c.name, c.data)
		case "ALPH":
			f.alpha = true
			f.data = appendChunk(f.data, c.name, c.data)
		}
	}
	return f, hasPixels
}

// rewriteWebP writes the animation without anything but its frames.
func (a *Animation) rewriteWebP() []byte {
	flags := byte(vp8xAnimation)
	if a.alpha {
		flags |= vp8xAlpha
	}
	out := appendChunk(nil, "VP8X", vp8x(flags, a.Width, a.Height))
	out = appendChunk(out, "ANIM", a.head)
	for _, f := range a.frames {
		out = appendChunk(out, "ANMF", append(bytes.Clone(f.control), f.data...))
	}
	return riff(out)
}

func vp8x(flags byte, width, height int) []byte {
	w, h := width-1, height-1
	return []byte{flags, 0, 0, 0, byte(w), byte(w >> 8), byte(w >> 16), byte(h), byte(h >> 8), byte(h >> 16)}
}

// webpPixels decodes one frame: a WebP of that frame alone.
func (a *Animation) webpPixels(f frame) (image.Image, error) {
	chunks := f.data
	if f.alpha {
		chunks = append(appendChunk(nil, "VP8X", vp8x(vp8xAlpha, f.rect.Dx(), f.rect.Dy())), chunks...)
	}
	one := riff(chunks)
	config, err := webp.DecodeConfig(bytes.NewReader(one))
	if err == nil && (config.Width != f.rect.Dx() || config.Height != f.rect.Dy()) {
		err = ErrNoPicture // larger than its place: a bomb behind a small header
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNoPicture, err)
	}
	img, err := webp.Decode(bytes.NewReader(one))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNoPicture, err)
	}
	return img, nil
}
