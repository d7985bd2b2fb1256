package picture

import (
	"fmt"
	"image"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/image/draw"
)

// maxText bounds what a QR code may say: version 40 holds 2,953 bytes.
const maxText = 4096

// ReadQR returns the text of the QR code in a picture file: a photograph, a
// screenshot, dark on light or light on dark.
func ReadQR(file []byte) (text string, err error) {
	img, err := Decode(file)
	if err != nil {
		return "", err
	}
	return FindQR(img)
}

// scanSides are the longest sides, in pixels, at which a code is looked for:
// large photographs are noisy at full size, small screenshots need all of it.
var scanSides = []int{0, 1600, 800, 400}

// FindQR returns the text of the QR code in a decoded picture.
func FindQR(img image.Image) (text string, err error) {
	defer func() {
		if r := recover(); r != nil {
			text, err = "", fmt.Errorf("%w: %v", ErrNoQR, r)
		}
	}()
	longest := max(img.Bounds().Dx(), img.Bounds().Dy())
	for _, side := range scanSides {
		candidate := img
		switch {
		case side == 0 && longest > 3000:
			continue
		case side != 0 && longest <= side:
			continue
		case side != 0:
			candidate = shrink(img, side)
		}
		if text, ok := scan(candidate); ok {
			if len(text) > maxText {
				return "", ErrTooLarge
			}
			return text, nil
		}
	}
	return "", ErrNoQR
}

func scan(img image.Image) (string, bool) {
	hints := map[gozxing.DecodeHintType]interface{}{gozxing.DecodeHintType_TRY_HARDER: true}
	for _, invert := range []bool{false, true} {
		var source gozxing.LuminanceSource = gozxing.NewLuminanceSourceFromImage(img)
		if invert {
			source = gozxing.NewInvertedLuminanceSource(source)
		}
		for _, binarizer := range []gozxing.Binarizer{gozxing.NewHybridBinarizer(source), gozxing.NewGlobalHistgramBinarizer(source)} {
			bitmap, err := gozxing.NewBinaryBitmap(binarizer)
			if err != nil {
				continue
			}
			if result, err := qrcode.NewQRCodeReader().Decode(bitmap, hints); err == nil {
				return result.GetText(), true
			}
		}
	}
	return "", false
}

func shrink(img image.Image, side int) image.Image {
	b := img.Bounds()
	scale := float64(side) / float64(max(b.Dx(), b.Dy()))
	small := image.NewGray(image.Rect(0, 0, max(1, int(float64(b.Dx())*scale)), max(1, int(float64(b.Dy())*scale))))
	draw.ApproxBiLinear.Scale(small, small.Bounds(), img, b, draw.Src, nil)
	return small
}
