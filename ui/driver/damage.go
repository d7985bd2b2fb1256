package driver

import (
	"image"
	"image/color"
	"sync/atomic"
	"unsafe"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// Damage has a window paint only what changed since its last picture, where no
// graphics card paints. It is an object that is not seen: the window's content
// shows it as the last of all (widget.Stage.Last), and that it is painted tells
// that the picture is complete.
//
// The toolkit clears the window and paints all its objects for each letter. A
// renderer in software needs 10 ms and more for that; for the damage, one line of
// the composer, it needs one. Objects are collected instead of painted, held
// against those of the last picture, and painted where something differs. What is
// painted is the same to the pixel (TestDamageIsTheWholePicture).
//
// It needs a picture to find the last one where it is drawn. Mesa's software
// renderer has one buffer, which it copies to the screen. Graphics cards exchange
// several: there, everything is painted, as ever.
type Damage struct {
	canvas fyne.Canvas
	size   fyne.Size
	inner  painter // the toolkit's; nil: it paints without us
	tried  bool    // inner is what it will be

	whole      atomic.Bool // the next picture is painted whole
	pixels     float32     // of the screen in a unit of the canvas
	texture    float32     // the toolkit's scale of textures
	width      int         // of the picture, in pixels
	height     int
	buffer     image.Point // the window's size, as the screen has it
	resized    bool        // the size was another one at the picture before the last
	ground     color.Color
	clip       clip
	collecting bool // between the beginning of a picture and its end
	now, last  []stroke
	at         map[fyne.CanvasObject]int // where an object stands in last
	freed      map[fyne.CanvasObject]struct{}
	seen       []bool
	area       area
}

// clip is what the toolkit clips to.
type clip struct {
	on   bool
	pos  fyne.Position
	size fyne.Size
}

// stroke is one object of a picture, as it is painted.
type stroke struct {
	object fyne.CanvasObject
	pos    fyne.Position
	clip   unsafe.Pointer // the toolkit's, handed on to it
	// scissor is the part of the window it is painted in, bounds what it covers of
	// that. Both in pixels, from the lower left corner, as the graphics library has it.
	scissor, bounds image.Rectangle
	face            face
}

// PaintDamage returns the object that has the window of a canvas paint its damage
// alone, or nil where there is no screen.
func PaintDamage(a fyne.App, c fyne.Canvas) fyne.CanvasObject {
	if of(a) == nil {
		return nil
	}
	d := newDamage(c)
	// Letters of another theme lie in other textures under the same text.
	a.Settings().AddListener(func(fyne.Settings) { d.whole.Store(true) })
	return d
}

func newDamage(c fyne.Canvas) *Damage {
	d := &Damage{canvas: c, at: map[fyne.CanvasObject]int{}, freed: map[fyne.CanvasObject]struct{}{}}
	d.whole.Store(true)
	return d
}

// MinSize implements fyne.CanvasObject. The toolkit asks for it before each
// picture: at the first one, the painter that it made for the window is replaced.
func (d *Damage) MinSize() fyne.Size {
	if !d.tried {
		d.step()
	}
	return fyne.Size{}
}

// step comes between the canvas and its painter.
func (d *Damage) step() {
	p := painterOf(d.canvas)
	switch {
	case p == nil: // another toolkit
		d.tried = true
	case *p != nil && glfw.GetCurrentContext() != nil:
		d.tried = true
		if keepsPicture() {
			d.inner, *p = *p, (*painting)(d)
		}
	}
}

// Resize implements fyne.CanvasObject: another size is another buffer.
func (d *Damage) Resize(s fyne.Size) {
	d.size = s
	d.whole.Store(true)
}

// Size, Move, Position, Show, Hide, Visible and Refresh implement fyne.CanvasObject.
func (d *Damage) Size() fyne.Size { return d.size }

func (d *Damage) Move(fyne.Position)      {}
func (d *Damage) Position() fyne.Position { return fyne.Position{} }
func (d *Damage) Show()                   {}
func (d *Damage) Hide()                   {}
func (d *Damage) Visible() bool           { return true }
func (d *Damage) Refresh()                {}

// painting is a Damage as the canvas calls it.
type painting Damage

func (p *painting) Init()                             { p.inner.Init() }
func (p *painting) Capture(c fyne.Canvas) image.Image { return p.inner.Capture(c) }

func (p *painting) SetFrameBufferScale(s float32) {
	p.texture = s
	p.inner.SetFrameBufferScale(s)
}

func (p *painting) SetOutputSize(w, h int) {
	if w != p.width || h != p.height {
		p.width, p.height = w, h
		p.whole.Store(true)
	}
	p.inner.SetOutputSize(w, h)
}

// Free is told of each object that was refreshed: an image has other contents now.
func (p *painting) Free(o fyne.CanvasObject) {
	if textured(o) {
		p.freed[o] = struct{}{}
	}
	p.inner.Free(o)
}

// Clear begins a picture.
func (p *painting) Clear() {
	if p.collecting { // the last one had no end: the content lost its last object
		p.inner.Clear()
		p.collecting = false
		*painterOf(p.canvas) = p.inner
		return
	}
	if s := p.canvas.Scale() * p.texture; s != p.pixels {
		p.pixels = s
		p.whole.Store(true)
	}
	if p.newBuffer() {
		p.whole.Store(true)
	}
	if g := theme.Color(theme.ColorNameBackground); g != p.ground {
		p.ground = g
		p.whole.Store(true)
	}
	p.clip = clip{}
	p.collecting = p.canvas.Overlays().Top() == nil
	if !p.collecting { // sheets are painted over the content, after its end
		clear(p.freed)
		p.whole.Store(true)
		p.inner.Clear()
	}
}

// newBuffer reports whether the graphics library may draw to an empty buffer now.
// It asks the screen for the window's size as each picture begins, a moment before
// it is asked here, and takes another buffer if that changed, without a word. So a
// new size counts for this picture and for the next.
func (p *painting) newBuffer() bool {
	w := glfw.GetCurrentContext()
	if w == nil {
		return true
	}
	var b image.Point
	b.X, b.Y = w.GetFramebufferSize()
	changed, before := b != p.buffer, p.resized
	p.buffer, p.resized = b, changed
	return changed || before
}

func (p *painting) StartClipping(pos fyne.Position, size fyne.Size) {
	p.clip = clip{on: true, pos: pos, size: size}
	if !p.collecting {
		p.inner.StartClipping(pos, size)
	}
}

func (p *painting) StopClipping() {
	p.clip = clip{}
	if !p.collecting {
		p.inner.StopClipping()
	}
}

func (p *painting) Paint(o fyne.CanvasObject, pos fyne.Position, frame fyne.Size, c unsafe.Pointer) {
	switch {
	case !p.collecting:
		p.inner.Paint(o, pos, frame, c)
	case o == fyne.CanvasObject((*Damage)(p)):
		p.collecting = false
		p.finish(frame)
	default:
		p.collect(o, pos, c)
	}
}

// collect takes an object that the toolkit would paint now.
func (p *painting) collect(o fyne.CanvasObject, pos fyne.Position, c unsafe.Pointer) {
	if !o.Visible() {
		return
	}
	f, reach, painted := faceOf(o)
	if !painted {
		return
	}
	s := stroke{object: o, pos: pos, clip: c, face: f, scissor: p.scissor()}
	s.bounds = p.bounds(pos, reach).Intersect(s.scissor)
	if s.bounds.Empty() {
		return
	}
	if f.kind == unknown {
		p.whole.Store(true)
	}
	p.now = append(p.now, s)
}

// scissor is the clip in pixels, rounded as the toolkit rounds it.
func (p *painting) scissor() image.Rectangle {
	all := image.Rect(0, 0, p.width, p.height)
	if !p.clip.on {
		return all
	}
	c := p.clip
	x, y := p.round(c.pos.X), p.round(p.canvas.Size().Height-c.pos.Y-c.size.Height)
	w, h := max(p.round(c.size.Width), 0), max(p.round(c.size.Height), 0)
	return image.Rect(x, y, x+w, y+h).Intersect(all)
}

// bounds is what an object at pos may cover, in pixels.
func (p *painting) bounds(pos fyne.Position, r reach) image.Rectangle {
	// The toolkit rounds places to pixels and adds a margin for soft edges.
	margin := float32(p.round(0.5)+1) + 1/p.pixels
	left, right := pos.X+r.left-margin, pos.X+r.right+margin
	top, bottom := pos.Y+r.top-margin, pos.Y+r.bottom+margin
	return image.Rect(p.round(left), p.height-p.round(bottom), p.round(right), p.height-p.round(top))
}

func (p *painting) round(v float32) int {
	v *= p.pixels
	if v < 0 {
		return -int(0.5 - v)
	}
	return int(v + 0.5)
}

// finish paints what is damaged of the picture that was collected.
func (p *painting) finish(frame fyne.Size) {
	whole := p.whole.Swap(false)
	all := image.Rect(0, 0, p.width, p.height)
	p.area = p.area[:0]
	if !whole {
		p.compare()
	}
	if whole || p.area.pixels() > all.Dx()*all.Dy()*3/4 {
		p.area = append(p.area[:0], all)
	}
	for _, r := range p.area {
		p.paint(r, frame)
	}
	p.inner.StopClipping()
	p.remember()
}

// compare finds what differs from the last picture.
func (p *painting) compare() {
	p.seen = append(p.seen[:0], make([]bool, len(p.last))...)
	highest := -1
	for i := range p.now {
		s := &p.now[i]
		j, old := p.at[s.object]
		if !old {
			p.area.add(s.bounds)
			continue
		}
		p.seen[j] = true
		was := &p.last[j]
		_, freed := p.freed[s.object]
		// j < highest: it is painted after what it was painted before.
		if freed || j < highest || was.pos != s.pos || was.scissor != s.scissor || was.bounds != s.bounds || was.face != s.face {
			p.area.add(was.bounds)
			p.area.add(s.bounds)
		}
		highest = max(highest, j)
	}
	for j, seen := range p.seen {
		if !seen {
			p.area.add(p.last[j].bounds)
		}
	}
}

// paint paints a part of the picture.
func (p *painting) paint(part image.Rectangle, frame fyne.Size) {
	clipped := part
	p.cut(clipped)
	p.inner.Clear()
	for i := range p.now {
		s := &p.now[i]
		if !s.bounds.Overlaps(part) {
			continue
		}
		if c := s.scissor.Intersect(part); c != clipped {
			clipped = c
			p.cut(c)
		}
		p.inner.Paint(s.object, s.pos, frame, s.clip)
	}
}

// cut has the toolkit clip to pixels: the reverse of scissor.
func (p *painting) cut(r image.Rectangle) {
	unit := func(n int) float32 { return float32(n) / p.pixels }
	p.inner.StartClipping(
		fyne.NewPos(unit(r.Min.X), p.canvas.Size().Height-unit(r.Max.Y)),
		fyne.NewSize(unit(r.Dx()), unit(r.Dy())),
	)
}

// remember makes this picture the last one.
func (p *painting) remember() {
	p.now, p.last = p.last, p.now
	clear(p.now) // objects that are not shown any more are nobody's
	p.now = p.now[:0]
	clear(p.freed)
	clear(p.at)
	for i := range p.last {
		p.at[p.last[i].object] = i
	}
	if len(p.at) != len(p.last) { // one object in two places
		p.whole.Store(true)
	}
}
