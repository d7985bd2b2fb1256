package picture

import (
	"image"
	"image/color"

	"golang.org/x/image/draw"
)

// Fit scales a picture down to fit into w × h pixels; one that fits comes back
// as it is.
func Fit(img image.Image, w, h int) image.Image {
	b := img.Bounds()
	if b.Dx() <= w && b.Dy() <= h || b.Empty() || w <= 0 || h <= 0 {
		return img
	}
	tw, th := w, max(1, (b.Dy()*w+b.Dx()/2)/b.Dx())
	if th > h {
		tw, th = max(1, (b.Dx()*h+b.Dy()/2)/b.Dy()), h
	}
	return scaleTo(img, tw, th)
}

// Cover scales and cuts a picture so that it fills w × h pixels from its
// middle, as tiles of an album and avatars are.
func Cover(img image.Image, w, h int) image.Image {
	return scaleTo(crop(img, centred(img.Bounds(), w, h)), w, h)
}

// centred is the largest rectangle of the shape w : h in the middle of b.
func centred(b image.Rectangle, w, h int) image.Rectangle {
	cw, ch := b.Dx(), b.Dy()
	if cw*h > ch*w {
		cw = max(1, ch*w/h)
	} else {
		ch = max(1, cw*h/w)
	}
	at := b.Min.Add(image.Pt((b.Dx()-cw)/2, (b.Dy()-ch)/2))
	return image.Rectangle{at, at.Add(image.Pt(cw, ch))}
}

func crop(img image.Image, r image.Rectangle) image.Image {
	if sub, ok := img.(interface {
		SubImage(image.Rectangle) image.Image
	}); ok {
		return sub.SubImage(r)
	}
	return toRGBA(img).SubImage(r.Sub(img.Bounds().Min))
}

// scaleTo scales to exactly w × h: whole-number averaging down to less than
// twice the size, which costs one look at each pixel and leaves no pattern, then
// a smooth filter for the rest.
func scaleTo(img image.Image, w, h int) *image.RGBA {
	b := img.Bounds()
	if n := min(b.Dx()/w, b.Dy()/h); n >= 2 {
		img = average(toRGBA(img), n)
	}
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(dst, dst.Rect, img, img.Bounds(), draw.Src, nil)
	return dst
}

// average makes one pixel of each n × n; what is left at the edges goes.
func average(src *image.RGBA, n int) *image.RGBA {
	w, h := src.Rect.Dx()/n, src.Rect.Dy()/n
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	sums := make([]uint32, 4*w)
	for y := range h {
		clear(sums)
		for sy := y * n; sy < (y+1)*n; sy++ {
			row := src.Pix[sy*src.Stride:][:4*w*n]
			for x := range w {
				s := sums[4*x : 4*x+4 : 4*x+4]
				for p := row[4*x*n:][:4*n]; len(p) >= 4; p = p[4:] {
					s[0] += uint32(p[0])
					s[1] += uint32(p[1])
					s[2] += uint32(p[2])
					s[3] += uint32(p[3])
				}
			}
		}
		out := dst.Pix[y*dst.Stride:][:4*w]
		area := uint32(n * n)
		for i, s := range sums {
			out[i] = byte((s + area/2) / area)
		}
	}
	return dst
}

// opaque reports whether no pixel lets anything through.
func opaque(img image.Image) bool {
	switch m := img.ColorModel(); m {
	case color.YCbCrModel, color.GrayModel, color.Gray16Model, color.CMYKModel:
		return true
	}
	if o, ok := img.(interface{ Opaque() bool }); ok {
		return o.Opaque()
	}
	return false
}
