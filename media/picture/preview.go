package picture

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"

	xdraw "golang.org/x/image/draw"
)

// previewSide is the longer side of a preview in pixels.
const previewSide = 24

// MaxPreview bounds a preview in bytes; one is about 600.
const MaxPreview = 2048

// Preview makes a tiny JPEG of a picture, to be kept with its message and shown
// with Blur until the picture itself is there.
func Preview(img image.Image) []byte {
	if img == nil || img.Bounds().Empty() {
		return nil
	}
	small := Fit(img, previewSide, previewSide)
	flat := image.NewRGBA(image.Rect(0, 0, small.Bounds().Dx(), small.Bounds().Dy()))
	draw.Draw(flat, flat.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(flat, flat.Rect, small, small.Bounds().Min, draw.Over)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, flat, &jpeg.Options{Quality: 50}); err != nil {
		return nil
	}
	return out.Bytes()
}

// Blur shows a preview at w × h pixels, softly. Errors: ErrNoPicture.
func Blur(preview []byte, w, h int) (image.Image, error) {
	if len(preview) > MaxPreview || w <= 0 || h <= 0 || w > MaxSide || h > MaxSide {
		return nil, ErrNoPicture
	}
	info, err := Inspect(preview)
	if err != nil || info.Kind != JPEG || info.Width > previewSide || info.Height > previewSide {
		return nil, ErrNoPicture
	}
	img, err := Decode(preview)
	if err != nil {
		return nil, err
	}
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	xdraw.CatmullRom.Scale(dst, dst.Rect, img, img.Bounds(), xdraw.Src, nil)
	return dst, nil
}
