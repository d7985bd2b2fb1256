package widget

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"golang.org/x/image/draw"

	"sotto/ui/theme"
)

// CropView shows the chosen part of a picture as a square with the circle that
// others will see. It only shows: its owner chooses.
type CropView struct {
	control
	px float32
	// OnMove is called with shares of the side: how far the picture moves.
	OnMove func(dx, dy float64)
	// OnZoom is called with steps: positive is nearer.
	OnZoom func(steps int)
	// OnSubmit is called for Enter.
	OnSubmit func()
	label    string

	box    *canvas.Rectangle
	img    *canvas.Image
	veil   *canvas.Image
	circle *canvas.Circle
	ring   ring
	coarse bool
	part   image.Image
	at     image.Rectangle
}

var (
	_ fyne.Draggable     = (*CropView)(nil)
	_ fyne.Scrollable    = (*CropView)(nil)
	_ desktop.Cursorable = (*CropView)(nil)
)

// NewCropView makes a view of px a side.
func NewCropView(px float32, label string) *CropView {
	c := &CropView{px: px, label: label, box: newBox(0), ring: newRing(), circle: canvas.NewCircle(color.Transparent)}
	c.img = &canvas.Image{FillMode: canvas.ImageFillStretch}
	c.veil = &canvas.Image{FillMode: canvas.ImageFillStretch, Image: cropVeil(int(px) * 2)}
	c.ExtendBaseWidget(c)
	return c
}

// cropVeil darkens what is outside of the circle.
func cropVeil(side int) image.Image {
	img := image.NewAlpha(image.Rect(0, 0, side, side))
	r := float64(side) / 2
	for y := range side {
		for x := range side {
			dx, dy := float64(x)+0.5-r, float64(y)+0.5-r
			if dx*dx+dy*dy > r*r {
				img.SetAlpha(x, y, color.Alpha{0x80})
			}
		}
	}
	out := image.NewNRGBA(img.Rect)
	draw.DrawMask(out, out.Rect, image.Black, image.Point{}, img, image.Point{}, draw.Src)
	return out
}

// ShowPart shows a part of a picture.
func (c *CropView) ShowPart(img image.Image, part image.Rectangle) {
	c.part, c.at = img, part
	c.Refresh()
}

// Dragged implements fyne.Draggable.
func (c *CropView) Dragged(e *fyne.DragEvent) {
	touch()
	c.coarse = true
	c.move(float64(e.Dragged.DX/c.px), float64(e.Dragged.DY/c.px))
}

// DragEnd implements fyne.Draggable.
func (c *CropView) DragEnd() {
	c.coarse = false
	c.Refresh()
}

// Scrolled implements fyne.Scrollable.
func (c *CropView) Scrolled(e *fyne.ScrollEvent) {
	switch {
	case e.Scrolled.DY > 0:
		c.zoom(1)
	case e.Scrolled.DY < 0:
		c.zoom(-1)
	}
}

func (c *CropView) move(dx, dy float64) {
	if c.OnMove != nil {
		c.OnMove(dx, dy)
	}
}

func (c *CropView) zoom(steps int) {
	if c.OnZoom != nil {
		c.OnZoom(steps)
	}
}

// TypedRune implements fyne.Focusable.
func (c *CropView) TypedRune(r rune) {
	touch()
	switch r {
	case '+', '=':
		c.zoom(1)
	case '-':
		c.zoom(-1)
	}
}

// TypedKey implements fyne.Focusable: the arrows move the square over the
// picture.
func (c *CropView) TypedKey(k *fyne.KeyEvent) {
	touch()
	const step = 0.05
	switch k.Name {
	case fyne.KeyLeft:
		c.move(step, 0)
	case fyne.KeyRight:
		c.move(-step, 0)
	case fyne.KeyUp:
		c.move(0, step)
	case fyne.KeyDown:
		c.move(0, -step)
	case fyne.KeyPageUp:
		c.zoom(1)
	case fyne.KeyPageDown:
		c.zoom(-1)
	case fyne.KeyReturn, fyne.KeyEnter:
		if c.OnSubmit != nil {
			c.OnSubmit()
		}
	default:
		c.control.TypedKey(k)
	}
}

// AccessibilityLabel implements fyne.Accessible.
func (c *CropView) AccessibilityLabel() string { return c.label }

// CreateRenderer implements fyne.Widget.
func (c *CropView) CreateRenderer() fyne.WidgetRenderer { return newRenderer(c) }

func (c *CropView) minSize() fyne.Size { return size(c.px, c.px) }

func (c *CropView) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{c.box, c.img, c.veil, c.circle, c.ring.rect}
}

func (c *CropView) paint() {
	setRect(c.box, theme.Color(theme.Field), 0)
	c.circle.StrokeColor, c.circle.StrokeWidth = color.White, 2
	c.ring.paint(c.focused, theme.Space4)
	c.img.Hidden = c.part == nil
	if c.part == nil {
		return
	}
	c.img.Image = c.scaled()
	c.img.Refresh()
}

// scaled makes the part in the size of the view: here, and coarsely while the
// picture is dragged, since the toolkit's own scaling of a large picture would
// not keep up with the hand.
func (c *CropView) scaled() image.Image {
	side := int(c.px) * 2
	out := image.NewRGBA(image.Rect(0, 0, side, side))
	how := draw.Scaler(draw.ApproxBiLinear)
	if c.coarse {
		how = draw.NearestNeighbor
	}
	how.Scale(out, out.Rect, c.part, c.at, draw.Src, nil)
	return out
}

func (c *CropView) layout(s fyne.Size) {
	x, y := round((s.Width-c.px)/2), round((s.Height-c.px)/2)
	for _, o := range []fyne.CanvasObject{c.box, c.img, c.veil, c.circle} {
		place(o, x, y, c.px, c.px)
	}
	c.ring.layout(pos(x, y), size(c.px, c.px))
}

// Cursor implements desktop.Cursorable.
func (c *CropView) Cursor() desktop.Cursor { return desktop.PointerCursor }
