package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"

	// The formats that ReadQR and Decode understand.
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"

	_ "golang.org/x/image/webp"
)

// Limits on what is decoded: a hostile file is refused before its pixels are
// allocated.
const (
	MaxBytes  = 20 << 20
	MaxPixels = 50_000_000
	MaxSide   = 20_000
)

// Errors of this package. All are final for the file in hand.
var (
	ErrTooLarge  = errors.New("the picture is too large")
	ErrNoPicture = errors.New("the file is not a picture that can be read (PNG, JPEG, GIF, WebP)")
	ErrNoQR      = errors.New("there is no QR code in the picture")
)

// Decode reads a PNG, JPEG, GIF (first frame) or WebP of at most MaxBytes,
// MaxSide pixels a side and MaxPixels in all.
func Decode(data []byte) (img image.Image, err error) {
	if len(data) > MaxBytes {
		return nil, ErrTooLarge
	}
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNoPicture, err)
	}
	if config.Width <= 0 || config.Height <= 0 {
		return nil, ErrNoPicture
	}
	if config.Width > MaxSide || config.Height > MaxSide || config.Width*config.Height > MaxPixels {
		return nil, ErrTooLarge
	}
	// The decoders are fuzzed upstream; a panic in one is still only a bad file.
	defer func() {
		if r := recover(); r != nil {
			img, err = nil, fmt.Errorf("%w: %v", ErrNoPicture, r)
		}
	}()
	img, _, err = image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNoPicture, err)
	}
	return img, nil
}
