package driver

import (
	"hash/maphash"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// face is how an object looks, wherever it is: two that are equal are painted
// equally. What a texture has inside is not in it (textured).
type face struct {
	kind  kind
	size  fyne.Size
	inks  [3]color.RGBA64
	text  string
	style fyne.TextStyle
	more  any // of the object that pointers tell
	nums  [12]float32
	sum   uint64 // of what has no fixed number of parts
}

// kind is what an object is for the toolkit's painter.
type kind uint8

const (
	unknown kind = iota
	rectangle
	circle
	arc
	raster
	text
	shader
)

// reach is what an object covers of its window, from its place, in units of the
// canvas, without the margin for soft edges.
type reach struct{ left, top, right, bottom float32 }

// textured reports whether an object is painted from a texture of its own, whose
// contents only a refresh changes.
func textured(o fyne.CanvasObject) bool {
	switch o.(type) {
	case *canvas.Image, *canvas.Raster, *canvas.LinearGradient, *canvas.RadialGradient:
		return true
	}
	return false
}

// faceOf is how an object looks and what it covers; painted is false for what only
// has other objects.
func faceOf(o fyne.CanvasObject) (f face, r reach, painted bool) {
	f.size = o.Size()
	r = reach{right: f.size.Width, bottom: f.size.Height}
	switch o := o.(type) {
	case *canvas.Rectangle:
		f.kind = rectangle
		f.inks[0], f.inks[1] = ink(o.FillColor), ink(o.StrokeColor)
		f.nums = [12]float32{
			o.StrokeWidth, o.CornerRadius, o.TopLeftCornerRadius, o.TopRightCornerRadius,
			o.BottomLeftCornerRadius, o.BottomRightCornerRadius, o.Aspect,
		}
		shade(o.Shadow, &f, &r)
	case *canvas.Circle:
		f.kind = circle
		f.inks[0], f.inks[1] = ink(o.FillColor), ink(o.StrokeColor)
		f.nums[0] = o.StrokeWidth
		shade(o.Shadow, &f, &r)
	case *canvas.Arc:
		f.kind = arc
		f.inks[0], f.inks[1] = ink(o.FillColor), ink(o.StrokeColor)
		f.nums = [12]float32{o.StartAngle, o.EndAngle, o.CornerRadius, o.StrokeWidth, o.CutoutRatio}
	case *canvas.Image:
		f.kind = raster
		f.nums = [12]float32{float32(o.Translucency), float32(o.FillMode), o.CornerRadius}
	case *canvas.Raster:
		f.kind = raster
		f.nums[0] = float32(o.Translucency)
	case *canvas.Text:
		f.kind = text
		f.inks[0], f.text, f.style, f.more = ink(o.Color), o.Text, o.TextStyle, o.FontSource
		f.nums = [12]float32{o.TextSize, float32(o.Alignment)}
		r.text(o)
	case *canvas.Shader:
		f.kind, f.text = shader, o.Name
		f.sum = sumOf(o.Uniforms)
		if len(o.Textures) > 0 {
			f.kind = unknown
		}
	case *canvas.Blur, *canvas.Line, *canvas.LinearGradient, *canvas.RadialGradient, *canvas.RegularPolygon,
		*canvas.ArbitraryPolygon, *canvas.BezierCurve, *canvas.Ellipse: // none of our windows has one
	default:
		return face{}, reach{}, false
	}
	return f, r, true
}

// text makes the reach that of a text, which may be larger than its object.
func (r *reach) text(t *canvas.Text) {
	m := t.MinSize()
	over := max(m.Width-r.right, 0)
	switch t.Alignment {
	case fyne.TextAlignTrailing:
		r.left -= over
	case fyne.TextAlignCenter:
		r.left -= over / 2
	}
	// The texture has room for slanted letters at its right, and a line below.
	r.right = max(r.right, m.Width) + t.TextSize/5 + 1
	r.bottom = max(r.bottom, m.Height) + 1
}

// shade adds an object's shadow.
func shade(s canvas.Shadow, f *face, r *reach) {
	f.inks[2] = ink(s.Color)
	copy(f.nums[7:], []float32{s.BlurRadius, s.Spread, s.Offset.X, s.Offset.Y, float32(s.Variant)})
	if f.inks[2].A == 0 {
		return
	}
	far := s.BlurRadius + s.Spread
	r.left -= max(far-s.Offset.X, 0)
	r.right += max(far+s.Offset.X, 0)
	r.top -= max(far-s.Offset.Y, 0)
	r.bottom += max(far+s.Offset.Y, 0)
}

// ink is a colour by its value: the toolkit's may be pointers.
func ink(c color.Color) color.RGBA64 {
	if c == nil {
		return color.RGBA64{}
	}
	r, g, b, a := c.RGBA()
	return color.RGBA64{R: uint16(r), G: uint16(g), B: uint16(b), A: uint16(a)}
}

var seed = maphash.MakeSeed()

// sumOf tells sets of numbers apart, whatever their order.
func sumOf(uniforms map[string]float32) uint64 {
	var sum uint64
	for name, v := range uniforms {
		sum += maphash.Comparable(seed, uniform{name, math.Float32bits(v)})
	}
	return sum
}

type uniform struct {
	name  string
	value uint32
}
