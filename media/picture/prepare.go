package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"
)

// Options of Prepare.
type Options struct {
	// Original keeps the size in pixels and spends more bytes. The picture is
	// still encoded anew: no choice lets metadata through.
	Original bool
	// MaxBytes bounds the file; 0: DefaultMaxBytes.
	MaxBytes int
}

// DefaultMaxBytes is what fits into an attachment (attach.MaxFile).
const DefaultMaxBytes = 9_999_900

// What is sent by default: photographs up to photoSide pixels a side,
// screenshots and drawings up to drawingSide, since their text must stay
// readable.
const (
	photoSide   = 2048
	drawingSide = 4096
	photoQ      = 85
	originalQ   = 93
	// drawingBytes is where a PNG without transparency is taken for a
	// photograph.
	drawingBytes = 3 << 20
)

// Prepared is a picture ready to be sent.
type Prepared struct {
	Data          []byte
	Kind          Kind
	Width, Height int
	Frames        int
	// Preview is a tiny picture for Blur.
	Preview []byte
}

// Prepare makes of any picture file the one that is sent: JPEG for photographs,
// PNG for drawings and for what is transparent, GIF and WebP for animations.
// Nothing of the file but its pixels is in the result.
//
// Errors: ErrNoPicture, ErrTooLarge (also an animation above MaxBytes, which is
// not scaled).
func Prepare(data []byte, o Options) (Prepared, error) {
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	img, info, err := decode(data)
	if err != nil {
		return Prepared{}, err
	}
	if info.Animated() {
		return prepareAnimation(data, img, info, o)
	}
	drawing := info.Kind == PNG || info.Kind == GIF || !opaque(img)
	if !o.Original {
		side := photoSide
		if drawing {
			side = drawingSide
		}
		img = Fit(img, side, side)
	}
	img = info.orientation.apply(img)
	return fitBytes(img, drawing, o)
}

func prepareAnimation(data []byte, first image.Image, info Info, o Options) (Prepared, error) {
	a, err := DecodeAnimation(data)
	if err != nil {
		return Prepared{}, err
	}
	out := a.rewrite()
	if len(out) > o.MaxBytes {
		return Prepared{}, ErrTooLarge
	}
	return Prepared{Data: out, Kind: info.Kind, Width: a.Width, Height: a.Height, Frames: a.Len(), Preview: Preview(first)}, nil
}

// fitBytes finds the form that fits: first as wished, then with fewer bytes for
// each pixel, then with fewer pixels.
func fitBytes(img image.Image, drawing bool, o Options) (Prepared, error) {
	transparent := !opaque(img)
	quality := photoQ
	if o.Original {
		quality = originalQ
	}
	preview := Preview(img)
	for {
		b := img.Bounds()
		p := Prepared{Width: b.Dx(), Height: b.Dy(), Frames: 1, Preview: preview}
		size := 0 // of the smallest try
		if drawing || transparent {
			file, err := encodePNG(img)
			if err != nil {
				return Prepared{}, err
			}
			limit := o.MaxBytes
			if !transparent && !o.Original {
				limit = min(limit, drawingBytes)
			}
			if size = len(file); size <= limit {
				p.Data, p.Kind = file, PNG
				return p, nil
			}
			drawing = false
		}
		if !transparent {
			for q := quality; q >= 60; q -= 12 {
				file, err := encodeJPEG(img, q)
				if err != nil {
					return Prepared{}, err
				}
				if size = len(file); size <= o.MaxBytes {
					p.Data, p.Kind = file, JPEG
					return p, nil
				}
			}
		}
		if b.Dx() <= 64 && b.Dy() <= 64 {
			return Prepared{}, ErrTooLarge
		}
		scale := min(0.8, max(0.25, 0.95*math.Sqrt(float64(o.MaxBytes)/float64(size))))
		img = Fit(img, max(1, int(float64(b.Dx())*scale)), max(1, int(float64(b.Dy())*scale)))
	}
}

func encodePNG(img image.Image) ([]byte, error) {
	var out bytes.Buffer
	// The encoder writes header, palette and pixels, no texts.
	if err := png.Encode(&out, img); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNoPicture, err)
	}
	return out.Bytes(), nil
}

func encodeJPEG(img image.Image, quality int) ([]byte, error) {
	if _, ok := img.(*image.Paletted); ok || img.ColorModel() == color.CMYKModel {
		img = toRGBA(img)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNoPicture, err)
	}
	return out.Bytes(), nil
}

// AvatarSide is the side of a profile picture in pixels (protocol/attachments.md
// §8).
const AvatarSide = 600

// PrepareAvatar makes a profile picture: the part inside crop, which is in
// pixels of the upright picture, as a square JPEG of at most AvatarSide. An
// empty crop takes the middle; one that is no square or lies outside is
// brought into shape. Transparent parts become white. Others see only the
// first frame of an animation.
func PrepareAvatar(data []byte, crop image.Rectangle) (Prepared, error) {
	return PrepareSquare(data, crop, AvatarSide)
}

// PrepareSquare is PrepareAvatar for another side.
func PrepareSquare(data []byte, crop image.Rectangle, side int) (Prepared, error) {
	img, err := Decode(data)
	if err != nil {
		return Prepared{}, err
	}
	return encodeAvatar(Avatar(img, crop, side))
}

func encodeAvatar(img *image.RGBA) (Prepared, error) {
	flat := image.NewRGBA(img.Rect)
	draw.Draw(flat, flat.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(flat, flat.Rect, img, img.Rect.Min, draw.Over)
	file, err := encodeJPEG(flat, photoQ)
	if err != nil {
		return Prepared{}, err
	}
	side := flat.Rect.Dx()
	return Prepared{Data: file, Kind: JPEG, Width: side, Height: side, Frames: 1, Preview: Preview(flat)}, nil
}

// Avatar cuts the square crop out of a picture and scales it to at most side
// pixels.
func Avatar(img image.Image, r image.Rectangle, side int) *image.RGBA {
	b := img.Bounds()
	r = r.Add(b.Min).Intersect(b)
	if r.Empty() {
		r = b
	}
	r = centred(r, 1, 1)
	side = min(side, r.Dx())
	return scaleTo(crop(img, r), side, side)
}
