package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// panel is a large coloured ground: of a page, of a bubble. Where it can, it
// paints itself with a short program for the graphics card.
//
// The toolkit's rectangle has one program for everything, shadows included. A
// computer without a graphics driver goes through all of it for each pixel: the
// grounds of one window took it 35 ms a frame, and painting is what a key or a
// turn of the wheel waits for.
//
// Round corners are the dearest pixels of all. A wide panel is painted in three
// parts: its ends, and the middle, where nothing is round.
type panel struct {
	// rect is how the panel looks; after a change call refresh.
	rect *canvas.Rectangle
	// shader paints the whole panel, or its left end; nil: the rectangle paints
	// itself.
	shader        *canvas.Shader
	middle, right *canvas.Shader  // nil until the panel was wide once
	parts         *fyne.Container // what there is of them
	cuts          cuts
	frame         frame
	turn          float32 // the width that frame was turned round in; 0: it was not
	used          look
}

// cuts is where a panel is cut, in pixels of the screen: the widths of the ends and
// of the middle. The zero value is a panel in one part.
type cuts struct{ left, middle, right float32 }

// worthCutting is how many pixels a middle has that is painted by itself: two more
// objects cost what the program of the corners needs for some thousands.
const worthCutting = 10_000

// look is what a panel was painted with.
type look struct {
	fill, line              color.NRGBA
	width                   float32
	topL, topR, botL, botR  float32
	scale                   float32
	flat, opaque, invisible bool
}

// shaders tells that panels are painted by a graphics card; see UseShaders.
var shaders bool

// UseShaders lets panels paint themselves by programs for the graphics card.
// Call it before anything is made, in programs with a real window: pictures
// that are drawn without one know no such programs.
func UseShaders() { shaders = true }

func newPanel(radius float32) *panel {
	p := &panel{rect: newBox(radius)}
	if shaders {
		p.shader = &canvas.Shader{}
		p.parts = container.NewWithoutLayout(p.shader)
	}
	return p
}

// object is what the owner shows.
func (p *panel) object() fyne.CanvasObject {
	if p.shader != nil {
		return p.parts
	}
	return p.rect
}

// refresh takes over what was changed in rect.
func (p *panel) refresh() {
	if p.shader == nil {
		p.rect.Refresh()
		return
	}
	l := p.look()
	if l == p.used {
		return
	}
	p.used = l
	p.parts.Hidden = l.invisible
	p.put()
	p.program()
	p.shader.Refresh()
}

// program gives each part what it is painted with.
func (p *panel) program() {
	use := func(s *canvas.Shader, name string) {
		s.Name, s.Source, s.SourceES = name, shaderSource(name, false), shaderSource(name, true)
		s.Uniforms = p.used.uniforms()
	}
	switch {
	case p.used.flat && p.used.opaque:
		use(p.shader, flatGround)
		return
	case p.used.flat:
		use(p.shader, clearGround)
		return
	}
	ends := roundGround
	if p.used.lined() {
		ends = linedGround
	}
	use(p.shader, ends)
	if p.cuts != (cuts{}) {
		use(p.middle, bandGround)
		use(p.right, ends)
	}
	p.measure()
}

// measure tells the ends how far the panel goes on.
func (p *panel) measure() {
	c := p.cuts
	if p.shader.Uniforms["after"] = c.middle + c.right; c != (cuts{}) {
		p.right.Uniforms["before"] = c.left + c.middle
	}
}

// set changes colour and radius.
func (p *panel) set(fill color.NRGBA, radius float32) {
	ink := paintable(fill)
	if p.rect.FillColor == ink && p.rect.CornerRadius == radius {
		return
	}
	p.rect.FillColor, p.rect.CornerRadius = ink, radius
	p.refresh()
}

// place gives the panel its place in its owner.
func (p *panel) place(x, y, w, h float32) {
	p.frame, p.turn = frame{x, y, w, h}, turn
	if p.shader == nil {
		place(p.rect, x, y, w, h)
		return
	}
	p.refresh() // the scale may be another one
	before := p.cuts
	switch p.put(); {
	case p.cuts == before:
	case (p.cuts == (cuts{})) != (before == (cuts{})):
		p.program()
		p.shader.Refresh()
	default:
		p.measure()
	}
}

// put places what is painted.
func (p *panel) put() {
	f := p.frame
	defer turnIn(p.turn)()
	place(p.parts, f.x, f.y, f.w, f.h)
	p.cut(p.used.cuts(f))
	c := p.cuts
	if c == (cuts{}) {
		put(p.shader, frame{w: f.w, h: f.h}, p.used.flat)
		return
	}
	left, middle, right := c.left/pixelScale, c.middle/pixelScale, c.right/pixelScale
	put(p.shader, frame{w: left, h: f.h}, false)
	put(p.middle, frame{x: left, w: middle, h: f.h}, false)
	put(p.right, frame{x: left + middle, w: right, h: f.h}, false)
}

// put places one part in the panel. The toolkit paints a margin round an object for
// soft edges; a flat ground has none and would be too large by it.
func put(s *canvas.Shader, f frame, flat bool) {
	margin := float32(0)
	if flat {
		margin = min(round(pixelScale/2), f.w/2, f.h/2)
	}
	s.Move(pos(f.x+margin, f.y+margin))
	s.Resize(size(f.w-2*margin, f.h-2*margin))
}

// cut has the panel painted in parts or, with the zero value, in one.
func (p *panel) cut(c cuts) {
	whole := c == (cuts{})
	if whole != (p.cuts == (cuts{})) {
		if !whole && p.middle == nil {
			p.middle, p.right = &canvas.Shader{}, &canvas.Shader{}
		}
		p.parts.Objects = p.parts.Objects[:0]
		if p.parts.Objects = append(p.parts.Objects, p.shader); !whole {
			p.parts.Objects = append(p.parts.Objects, p.middle, p.right)
		}
	}
	p.cuts = c
}

// cuts is where a panel of this look is cut. One that shows through is not: the
// parts overlap by the margin that the toolkit gives them.
func (l *look) cuts(f frame) cuts {
	if l.flat || !l.opaque || l.lined() && l.line.A != 0xFF {
		return cuts{}
	}
	// The corner and a pixel more, which rounding may take.
	end := func(a, b float32) float32 {
		return max(round(a*l.scale), round(b*l.scale), round(l.width*l.scale)) + 1
	}
	c := cuts{left: end(l.topL, l.botL), right: end(l.topR, l.botR)}
	c.middle = round(f.w*l.scale) - c.left - c.right
	if c.middle*f.h*l.scale < worthCutting {
		return cuts{}
	}
	return c
}

func (p *panel) look() look {
	r := p.rect
	l := look{fill: nrgba(r.FillColor), scale: pixelScale}
	if r.StrokeWidth > 0 {
		l.line, l.width = nrgba(r.StrokeColor), r.StrokeWidth
	}
	corner := func(own float32) float32 {
		if own == 0 {
			return r.CornerRadius
		}
		return own
	}
	l.topL, l.topR = corner(r.TopLeftCornerRadius), corner(r.TopRightCornerRadius)
	l.botL, l.botR = corner(r.BottomLeftCornerRadius), corner(r.BottomRightCornerRadius)
	l.flat = !l.lined() && l.topL == 0 && l.topR == 0 && l.botL == 0 && l.botR == 0
	l.opaque = l.fill.A == 0xFF
	l.invisible = l.fill.A == 0 && !l.lined()
	return l
}

// lined reports whether the panel has a line round it.
func (l *look) lined() bool { return l.width > 0 && l.line.A > 0 }

// uniforms are the look as the programs read it: colours from 0 to 1, lengths
// in pixels of the screen.
func (l *look) uniforms() map[string]float32 {
	m := make(map[string]float32, 15)
	ink := func(c color.NRGBA, r, g, b, a string) {
		m[r], m[g], m[b], m[a] = float32(c.R)/255, float32(c.G)/255, float32(c.B)/255, float32(c.A)/255
	}
	ink(l.fill, "r", "g", "b", "a")
	if l.flat {
		return m
	}
	if m["line"] = 0; l.lined() {
		ink(l.line, "lr", "lg", "lb", "la")
		m["line"] = max(round(l.width*l.scale), 1)
	}
	m["tl"], m["tr"] = round(l.topL*l.scale), round(l.topR*l.scale)
	m["bl"], m["br"] = round(l.botL*l.scale), round(l.botR*l.scale)
	m["before"], m["after"] = 0, 0
	return m
}

func nrgba(c color.Color) color.NRGBA {
	if c == nil {
		return color.NRGBA{}
	}
	if n, ok := c.(color.NRGBA); ok {
		return n
	}
	return color.NRGBAModel.Convert(c).(color.NRGBA)
}
