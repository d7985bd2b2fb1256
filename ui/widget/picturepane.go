package widget

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"
)

// PicturePane shows one picture as large as it has room, and larger: the wheel,
// + and - zoom, dragging moves it, a double press changes between whole and
// its own size. The arrow keys go to other pictures.
type PicturePane struct {
	fynewidget.BaseWidget
	named
	OnStep func(by int)
	OnZoom func() // the zoom has changed

	image *canvas.Image
	zoom  float32 // 1: whole picture in view
	dx    float32 // of the picture's middle from that of the pane
	dy    float32
}

var (
	_ fyne.DoubleTappable = (*PicturePane)(nil)
	_ fyne.Tappable       = (*PicturePane)(nil)
	_ fyne.Draggable      = (*PicturePane)(nil)
	_ fyne.Scrollable     = (*PicturePane)(nil)
	_ fyne.Focusable      = (*PicturePane)(nil)
)

const maxZoom float32 = 12

// NewPicturePane makes an empty pane.
func NewPicturePane() *PicturePane {
	p := &PicturePane{image: &canvas.Image{FillMode: canvas.ImageFillStretch}, zoom: 1}
	p.image.Hidden = true
	p.ExtendBaseWidget(p)
	return p
}

// Set shows another picture, whole; nil shows none.
func (p *PicturePane) Set(img image.Image) {
	p.zoom, p.dx, p.dy = 1, 0, 0
	p.Frame(img)
}

// Frame shows the next frame of the same picture.
func (p *PicturePane) Frame(img image.Image) {
	p.image.Image, p.image.Hidden = img, img == nil
	p.image.Refresh()
	p.Refresh()
}

// whole is the size of the picture when all of it is in view: never larger than
// it is.
func (p *PicturePane) whole() fyne.Size {
	if p.image.Image == nil {
		return fyne.Size{}
	}
	b := p.image.Image.Bounds()
	w, h := float32(b.Dx())/pixelScale, float32(b.Dy())/pixelScale
	area := p.Size()
	const side = 72 // the arrows stand there
	fit := min((area.Width-2*side)/w, area.Height/h, 1)
	if area.Width < 640 {
		fit = min(area.Width/w, area.Height/h, 1)
	}
	return size(w*fit, h*fit)
}

// ZoomBy makes the picture larger or smaller around the middle of the pane.
func (p *PicturePane) ZoomBy(factor float32) {
	s := p.Size()
	p.zoomAt(factor, pos(s.Width/2, s.Height/2))
}

func (p *PicturePane) zoomAt(factor float32, at fyne.Position) {
	before := p.zoom
	p.zoom = min(max(p.zoom*factor, 1), maxZoom)
	if p.zoom == before {
		return
	}
	// What is under the pointer stays there.
	s, ratio := p.Size(), p.zoom/before
	fromX, fromY := at.X-s.Width/2-p.dx, at.Y-s.Height/2-p.dy
	p.dx += fromX - fromX*ratio
	p.dy += fromY - fromY*ratio
	p.moved()
}

// CanGrow and CanShrink tell what the zoom buttons would do.
func (p *PicturePane) CanGrow() bool { return p.image.Image != nil && p.zoom < maxZoom }

// CanShrink: see CanGrow.
func (p *PicturePane) CanShrink() bool { return p.zoom > 1 }

// Zoom is how much larger than whole the picture is.
func (p *PicturePane) Zoom() float32 { return p.zoom }

func (p *PicturePane) moved() {
	w, area := p.whole(), p.Size()
	overX := max((w.Width*p.zoom-area.Width)/2, 0)
	overY := max((w.Height*p.zoom-area.Height)/2, 0)
	p.dx, p.dy = min(max(p.dx, -overX), overX), min(max(p.dy, -overY), overY)
	p.Refresh()
	call(p.OnZoom)
}

// CreateRenderer implements fyne.Widget.
func (p *PicturePane) CreateRenderer() fyne.WidgetRenderer { return newClipRenderer(p) }

func (p *PicturePane) minSize() fyne.Size           { return size(40, 40) }
func (p *PicturePane) paint()                       {}
func (p *PicturePane) objects() []fyne.CanvasObject { return []fyne.CanvasObject{p.image} }
func (p *PicturePane) layout(s fyne.Size) {
	w := p.whole()
	w = size(w.Width*p.zoom, w.Height*p.zoom)
	place(p.image, round((s.Width-w.Width)/2+p.dx), round((s.Height-w.Height)/2+p.dy), w.Width, w.Height)
}

// Tapped implements fyne.Tappable: the keyboard comes here.
func (p *PicturePane) Tapped(*fyne.PointEvent) {
	touch()
	if c := canvasOf(p); c != nil {
		c.Focus(p)
	}
}

// DoubleTapped implements fyne.DoubleTappable.
func (p *PicturePane) DoubleTapped(e *fyne.PointEvent) {
	touch()
	if p.zoom > 1 {
		p.zoom, p.dx, p.dy = 1, 0, 0
		p.moved()
		return
	}
	own := float32(2)
	if w := p.whole(); w.Width > 0 {
		own = max(float32(p.image.Image.Bounds().Dx())/pixelScale/w.Width, own)
	}
	p.zoomAt(own, e.Position)
}

// Dragged implements fyne.Draggable.
func (p *PicturePane) Dragged(e *fyne.DragEvent) {
	touch()
	p.dx += e.Dragged.DX
	p.dy += e.Dragged.DY
	p.moved()
}

// DragEnd implements fyne.Draggable.
func (p *PicturePane) DragEnd() {}

// Scrolled implements fyne.Scrollable.
func (p *PicturePane) Scrolled(e *fyne.ScrollEvent) {
	touch()
	switch {
	case e.Scrolled.DY > 0:
		p.zoomAt(1.2, e.Position)
	case e.Scrolled.DY < 0:
		p.zoomAt(1/1.2, e.Position)
	}
}

// Cursor implements desktop.Cursorable.
func (p *PicturePane) Cursor() desktop.Cursor {
	if p.zoom > 1 {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// FocusGained implements fyne.Focusable.
func (p *PicturePane) FocusGained() {}

// FocusLost implements fyne.Focusable.
func (p *PicturePane) FocusLost() {}

// TypedRune implements fyne.Focusable.
func (p *PicturePane) TypedRune(r rune) {
	touch()
	switch r {
	case '+', '=':
		p.ZoomBy(1.5)
	case '-':
		p.ZoomBy(1 / 1.5)
	case '0':
		p.ZoomBy(1 / maxZoom)
	}
}

// TypedKey implements fyne.Focusable.
func (p *PicturePane) TypedKey(k *fyne.KeyEvent) {
	touch()
	const pan = 60
	step := func(by int, dx float32) {
		if p.zoom > 1 {
			p.dx -= dx
			p.moved()
		} else if p.OnStep != nil {
			p.OnStep(by)
		}
	}
	switch k.Name {
	case fyne.KeyLeft:
		step(-1, -pan)
	case fyne.KeyRight:
		step(1, pan)
	case fyne.KeyPageUp:
		if p.OnStep != nil {
			p.OnStep(-1)
		}
	case fyne.KeyPageDown:
		if p.OnStep != nil {
			p.OnStep(1)
		}
	case fyne.KeyUp, fyne.KeyDown:
		by := float32(pan)
		if k.Name == fyne.KeyDown {
			by = -pan
		}
		p.dy += by
		p.moved()
	case fyne.KeyEscape:
		Escape(p)
	}
}

// InspectText implements Texted.
func (p *PicturePane) InspectText() string {
	if p.image.Image == nil {
		return "empty"
	}
	if p.zoom > 1 {
		return "zoomed"
	}
	return "whole"
}
