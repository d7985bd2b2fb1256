package desktop

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
)

// rawImage is the image-data of a notification: (iiibiiay).
type rawImage struct {
	Width, Height, Stride int32
	HasAlpha              bool
	BitsPerSample         int32
	Channels              int32
	Data                  []byte
}

func imageData(img image.Image) rawImage {
	p := straight(img)
	w, h := p.Rect.Dx(), p.Rect.Dy()
	return rawImage{int32(w), int32(h), int32(p.Stride), true, 8, 4, p.Pix}
}

// pixmap is a picture of a StatusNotifierItem: (iiay), 32 bits for each pixel,
// alpha first, colours not multiplied by it.
type pixmap struct {
	Width, Height int32
	Data          []byte
}

func pixmaps(pictures []image.Image) []pixmap {
	out := []pixmap{}
	for _, img := range pictures {
		p := straight(img)
		data := make([]byte, len(p.Pix))
		for i := 0; i < len(data); i += 4 {
			data[i], data[i+1], data[i+2], data[i+3] = p.Pix[i+3], p.Pix[i], p.Pix[i+1], p.Pix[i+2]
		}
		out = append(out, pixmap{int32(p.Rect.Dx()), int32(p.Rect.Dy()), data})
	}
	return out
}

// straight is a picture with its colours not multiplied by alpha, tightly packed.
func straight(img image.Image) *image.NRGBA {
	b := img.Bounds()
	p := image.NewNRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(p, p.Rect, img, b.Min, draw.Src)
	return p
}

func pngData(img image.Image) []byte {
	var b bytes.Buffer
	if png.Encode(&b, img) != nil {
		return nil // of no size
	}
	return b.Bytes()
}
