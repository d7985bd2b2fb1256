package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// panel is a large coloured ground: of a page, of a bubble. Where it can, it
// paints itself with a short program for the graphics card.
//
// The toolkit's rectangle has one program for everything, shadows included. A
// computer without a graphics driver goes through all of it for each pixel: the
// grounds of one window took it 35 ms a frame, and painting is what a key or a
// turn of the wheel waits for.
type panel struct {
	// rect is how the panel looks; after a change call refresh.
	rect   *canvas.Rectangle
	shader *canvas.Shader // nil: the rectangle paints itself
	frame  frame
	turn   float32 // the width that frame was turned round in; 0: it was not
	used   look
}

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
	}
	return p
}

// object is what the owner shows.
func (p *panel) object() fyne.CanvasObject {
	if p.shader != nil {
		return p.shader
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
	moved := l.flat != p.used.flat || l.scale != p.used.scale
	p.used = l
	p.shader.Hidden = l.invisible
	name := roundGround
	switch {
	case l.flat && l.opaque:
		name = flatGround
	case l.flat:
		name = clearGround
	}
	p.shader.Name, p.shader.Source, p.shader.SourceES = name, shaderSource(name, false), shaderSource(name, true)
	p.shader.Uniforms = l.uniforms()
	if moved {
		p.put()
	}
	p.shader.Refresh()
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
	p.put()
}

// put places what is painted. The toolkit paints a margin round an object for
// soft edges; a flat ground has none and would be too large by it.
func (p *panel) put() {
	f, margin := p.frame, float32(0)
	defer turnIn(p.turn)()
	if p.used.flat {
		margin = min(round(pixelScale/2), f.w/2, f.h/2)
	}
	place(p.shader, f.x+margin, f.y+margin, f.w-2*margin, f.h-2*margin)
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
	bordered := l.width > 0 && l.line.A > 0
	l.flat = !bordered && l.topL == 0 && l.topR == 0 && l.botL == 0 && l.botR == 0
	l.opaque = l.fill.A == 0xFF
	l.invisible = l.fill.A == 0 && !bordered
	return l
}

// uniforms are the look as the programs read it: colours from 0 to 1, lengths
// in pixels of the screen.
func (l *look) uniforms() map[string]float32 {
	m := make(map[string]float32, 13)
	ink := func(c color.NRGBA, r, g, b, a string) {
		m[r], m[g], m[b], m[a] = float32(c.R)/255, float32(c.G)/255, float32(c.B)/255, float32(c.A)/255
	}
	ink(l.fill, "r", "g", "b", "a")
	if l.flat {
		return m
	}
	line, width := l.line, round(l.width*l.scale)
	if width == 0 {
		line = l.fill
	}
	ink(line, "lr", "lg", "lb", "la")
	m["line"] = width
	m["tl"], m["tr"] = round(l.topL*l.scale), round(l.topR*l.scale)
	m["bl"], m["br"] = round(l.botL*l.scale), round(l.botR*l.scale)
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
