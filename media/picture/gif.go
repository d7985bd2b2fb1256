package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/gif"
	"time"
)

// A GIF is a header, maybe a global palette, then blocks. Only what the pixels
// need is kept: the palette, for each frame its control (delay, disposal,
// transparent colour) and its image, and the loop count. Comments, texts,
// extensions of applications (XMP among them) and what lies behind the end stay
// out.
const (
	gifExtension = 0x21
	gifImage     = 0x2c
	gifTrailer   = 0x3b
	gifControl   = 0xf9
	gifApp       = 0xff
	gifDelayUnit = 10 * time.Millisecond
)

// scanGIF takes a GIF apart without decoding pixels.
func scanGIF(data []byte) (*Animation, error) {
	r := gifReader{rest: data}
	head, ok := r.take(13)
	if !ok {
		return nil, ErrNoPicture
	}
	a := &Animation{
		kind: GIF, loops: 1,
		Width: int(binary.LittleEndian.Uint16(head[6:])), Height: int(binary.LittleEndian.Uint16(head[8:])),
	}
	if _, ok := r.palette(head[10]); !ok {
		return nil, ErrNoPicture
	}
	// Header and palette as they were; the signature allows extensions.
	a.head = append([]byte("GIF89a"), data[6:len(data)-len(r.rest)]...)
	var control []byte
	for {
		kind, ok := r.take(1)
		if !ok || kind[0] == gifTrailer {
			break // many files lack the trailer
		}
		switch kind[0] {
		case gifExtension:
			label, ok := r.take(1)
			if !ok {
				return nil, ErrNoPicture
			}
			blocks, ok := r.blocks()
			if !ok {
				return a.scanned()
			}
			switch label[0] {
			case gifControl:
				if len(blocks) >= 6 && blocks[0] == 4 {
					control = blocks[1:5]
				}
			case gifApp:
				// 11 "NETSCAPE2.0" 3 1 <loops, 2 bytes> 0
				if len(blocks) >= 16 && blocks[0] == 11 && string(blocks[1:12]) == "NETSCAPE2.0" && blocks[12] == 3 && blocks[13] == 1 {
					if n := int(binary.LittleEndian.Uint16(blocks[14:])); n == 0 {
						a.loops = 0
					} else {
						a.loops = n + 1
					}
				}
			}
		case gifImage:
			f, ok := r.frame(a, control)
			if !ok {
				return a.scanned()
			}
			control = nil
			if a.frames = append(a.frames, f); len(a.frames) > MaxFrames {
				return nil, ErrTooLarge
			}
		default:
			return a.scanned()
		}
	}
	return a.scanned()
}

// scanned ends a scan, also one that found the file cut short: browsers show
// the frames that are there.
func (a *Animation) scanned() (*Animation, error) {
	if len(a.frames) == 0 {
		return nil, ErrNoPicture
	}
	return a, nil
}

type gifReader struct{ rest []byte }

func (r *gifReader) take(n int) ([]byte, bool) {
	if len(r.rest) < n {
		return nil, false
	}
	p := r.rest[:n:n]
	r.rest = r.rest[n:]
	return p, true
}

func (r *gifReader) palette(flags byte) ([]byte, bool) {
	if flags&0x80 == 0 {
		return nil, true
	}
	return r.take(3 << (flags&7 + 1))
}

// blocks takes a chain of sub-blocks with its end.
func (r *gifReader) blocks() ([]byte, bool) {
	for n := 0; ; {
		if n >= len(r.rest) {
			return nil, false
		}
		size := int(r.rest[n])
		n += 1 + size
		if size == 0 {
			return r.take(n)
		}
	}
}

func (r *gifReader) frame(a *Animation, control []byte) (frame, bool) {
	start := r.rest
	desc, ok := r.take(9)
	if !ok {
		return frame{}, false
	}
	if _, ok := r.palette(desc[8]); !ok {
		return frame{}, false
	}
	if _, ok := r.take(1); !ok { // LZW code size
		return frame{}, false
	}
	if _, ok := r.blocks(); !ok {
		return frame{}, false
	}
	x, y := int(binary.LittleEndian.Uint16(desc)), int(binary.LittleEndian.Uint16(desc[2:]))
	w, h := int(binary.LittleEndian.Uint16(desc[4:])), int(binary.LittleEndian.Uint16(desc[6:]))
	f := frame{rect: image.Rect(x, y, x+w, y+h), blend: true}
	if control != nil {
		f.control = control
		f.delay = time.Duration(binary.LittleEndian.Uint16(control[1:])) * gifDelayUnit
		f.dispose = disposal(control[0] >> 2 & 7)
	}
	f.data = start[: len(start)-len(r.rest) : len(start)-len(r.rest)]
	if w == 0 || h == 0 || !f.rect.In(image.Rect(0, 0, a.Width, a.Height)) {
		return frame{}, false
	}
	return f, true
}

// appendFrame writes control and image of a frame.
func appendGIFFrame(out []byte, f frame) []byte {
	if f.control != nil {
		out = append(out, gifExtension, gifControl, 4)
		out = append(out, f.control...)
		out = append(out, 0)
	}
	return append(append(out, gifImage), f.data...)
}

// rewriteGIF writes the animation without anything but its frames.
func (a *Animation) rewriteGIF() []byte {
	out := bytes.Clone(a.head)
	if a.loops != 1 {
		n := max(0, a.loops-1)
		out = append(out, gifExtension, gifApp, 11)
		out = append(out, "NETSCAPE2.0"...)
		out = append(out, 3, 1, byte(n), byte(n>>8), 0)
	}
	for _, f := range a.frames {
		out = appendGIFFrame(out, f)
	}
	return append(out, gifTrailer)
}

// gifPixels decodes one frame: a GIF of that frame alone.
func (a *Animation) gifPixels(f frame) (image.Image, error) {
	one := append(appendGIFFrame(bytes.Clone(a.head), f), gifTrailer)
	img, err := gif.Decode(bytes.NewReader(one))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNoPicture, err)
	}
	return img, nil
}
