package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/webp"
)

// Limits on what is decoded: a hostile file is refused before its pixels are
// allocated.
const (
	MaxBytes  = 50 << 20
	MaxPixels = 50_000_000
	MaxSide   = 20_000
	// MaxMemory bounds the decoded pixels in bytes: 16 bits a channel cost
	// twice.
	MaxMemory = 256 << 20
	// MaxFrames and MaxFramePixels bound animations.
	MaxFrames      = 2_000
	MaxFramePixels = 16_000_000
)

// Errors of this package. All are final for the file in hand.
var (
	ErrTooLarge  = errors.New("the picture is too large")
	ErrNoPicture = errors.New("the file is not a picture that can be read (PNG, JPEG, GIF, WebP, HEIC)")
	ErrNoQR      = errors.New("there is no QR code in the picture")
)

// Info is what the header of a picture says.
type Info struct {
	Kind          Kind
	Width, Height int // as shown, upright
	Frames        int // 1 unless it is an animation
	orientation   orientation
}

// Animated reports whether there is more than one frame.
func (i Info) Animated() bool { return i.Frames > 1 }

// Inspect reads the header and refuses what is too large to decode. Errors:
// ErrNoPicture, ErrTooLarge.
func Inspect(data []byte) (info Info, err error) {
	if len(data) > MaxBytes {
		return Info{}, ErrTooLarge
	}
	// The decoders are fuzzed upstream; a panic in one is still only a bad file.
	defer func() {
		if r := recover(); r != nil {
			info, err = Info{}, fmt.Errorf("%w: %v", ErrNoPicture, r)
		}
	}()
	kind, err := Sniff(data)
	if err != nil {
		return Info{}, err
	}
	info = Info{Kind: kind, Frames: 1, orientation: upright}
	var config image.Config
	switch kind {
	case PNG:
		config, err = png.DecodeConfig(bytes.NewReader(data))
		info.orientation = pngOrientation(data)
	case JPEG:
		if config, err = jpeg.DecodeConfig(bytes.NewReader(data)); err == nil {
			info.orientation, err = jpegSegments(data)
		}
	case GIF:
		var a *Animation
		if a, err = scanGIF(data); err == nil {
			config, info.Frames = a.config(), len(a.frames)
		}
	case WebP:
		var w *webpFile
		if w, err = scanWebP(data); err == nil {
			config, info.Frames, info.orientation = w.config(), max(1, len(w.animation.frames)), w.orientation
		}
	case HEIC:
		config, err = heicConfig(data)
	}
	if err != nil {
		if errors.Is(err, ErrTooLarge) || errors.Is(err, ErrNoPicture) {
			return Info{}, err
		}
		return Info{}, fmt.Errorf("%w: %v", ErrNoPicture, err)
	}
	info.Width, info.Height = config.Width, config.Height
	if err := checkSize(config, info.Frames); err != nil {
		return Info{}, err
	}
	if info.orientation.turns() {
		info.Width, info.Height = info.Height, info.Width
	}
	return info, nil
}

func checkSize(c image.Config, frames int) error {
	if c.Width <= 0 || c.Height <= 0 {
		return ErrNoPicture
	}
	pixels := c.Width * c.Height // both are below 2^31
	switch {
	case c.Width > MaxSide, c.Height > MaxSide, pixels > MaxPixels,
		pixels*pixelSize(c.ColorModel) > MaxMemory,
		frames > MaxFrames, frames > 1 && pixels > MaxFramePixels:
		return ErrTooLarge
	}
	return nil
}

func pixelSize(m color.Model) int {
	switch m {
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	case color.GrayModel, color.YCbCrModel:
		return 3
	}
	return 4
}

// Decode reads a picture, upright; of an animation the first frame. Errors:
// ErrNoPicture, ErrTooLarge.
func Decode(data []byte) (image.Image, error) {
	img, info, err := decode(data)
	if err != nil {
		return nil, err
	}
	return info.orientation.apply(img), nil
}

// decode reads a picture as it is stored.
func decode(data []byte) (img image.Image, info Info, err error) {
	if info, err = Inspect(data); err != nil {
		return nil, Info{}, err
	}
	defer func() {
		if r := recover(); r != nil {
			img, err = nil, fmt.Errorf("%w: %v", ErrNoPicture, r)
		}
	}()
	switch {
	case info.Animated():
		var a *Animation
		if a, err = DecodeAnimation(data); err == nil {
			var frame *image.RGBA
			frame, _, err = a.Next()
			img = frame
		}
	case info.Kind == PNG:
		img, err = png.Decode(bytes.NewReader(data))
	case info.Kind == JPEG:
		img, err = jpeg.Decode(bytes.NewReader(data))
	case info.Kind == GIF:
		img, err = gif.Decode(bytes.NewReader(data))
	case info.Kind == WebP:
		img, err = webp.Decode(bytes.NewReader(data))
	case info.Kind == HEIC:
		img, err = decodeHEIC(data)
	}
	if err != nil {
		if errors.Is(err, ErrTooLarge) || errors.Is(err, ErrNoPicture) {
			return nil, Info{}, err
		}
		return nil, Info{}, fmt.Errorf("%w: %v", ErrNoPicture, err)
	}
	return img, info, nil
}
