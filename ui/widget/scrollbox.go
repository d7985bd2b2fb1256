package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/ui/theme"
)

// scrollBox scrolls one object up and down, with a thin bar that shows only
// when there is something to scroll.
type scrollBox struct {
	fynewidget.BaseWidget
	content fyne.CanvasObject
	inner   fyne.Size
	offset  float32
	page    bool // works out the size of its content itself
	kept    fyne.CanvasObject
	height  float32 // of what is seen, when it was last laid out
	bar     *scrollBar
}

// scrollSide is the room left of the content of a sheet.
const scrollSide = theme.Space8

func newScrollBox(content fyne.CanvasObject) *scrollBox {
	s := &scrollBox{content: content}
	s.bar = newScrollBar(func(share float32) { s.scrollTo(share * (s.inner.Height - s.Size().Height)) })
	s.ExtendBaseWidget(s)
	return s
}

// NewScroll makes a page that scrolls up and down. Its content has the width
// of the page; its margins leave room for the bar.
func NewScroll(content fyne.CanvasObject) fyne.CanvasObject {
	s := newScrollBox(content)
	s.page = true
	return s
}

func (s *scrollBox) setContentSize(inner fyne.Size) {
	s.inner = inner
	arrange(s, s.Size())
}

func (s *scrollBox) scrollTo(y float32) {
	y = max(0, min(y, s.inner.Height-s.Size().Height))
	if y == s.offset {
		return
	}
	s.offset = y
	arrange(s, s.Size())
	canvas.Refresh(s)
}

// Scrolled implements fyne.Scrollable.
func (s *scrollBox) Scrolled(e *fyne.ScrollEvent) {
	touch()
	s.scrollTo(s.offset - e.Scrolled.DY)
}

// CreateRenderer implements fyne.Widget.
func (s *scrollBox) CreateRenderer() fyne.WidgetRenderer { return newClipRenderer(s) }

func (s *scrollBox) minSize() fyne.Size { return size(40, 40) }
func (s *scrollBox) paint()             {}
func (s *scrollBox) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{s.content, s.bar}
}

func (s *scrollBox) layout(area fyne.Size) {
	if s.page {
		// Twice: wrapped text knows its height only once it has its width.
		s.content.Resize(size(area.Width, max(s.content.MinSize().Height, area.Height)))
		s.inner = size(area.Width, max(s.content.MinSize().Height, area.Height))
	}
	s.keep(area.Height)
	s.offset = max(0, min(s.offset, s.inner.Height-area.Height))
	x := scrollSide
	if s.page {
		x = 0
	}
	place(s.content, x, -s.offset, s.inner.Width, s.inner.Height)
	s.bar.set(s.offset, area.Height, s.inner.Height)
	place(s.bar, area.Width-12, 0, 12, area.Height)
}

// scrollBar is the thin bar at the right edge; it can be dragged.
type scrollBar struct {
	fynewidget.BaseWidget
	thumb   *canvas.Rectangle
	offset  float32
	view    float32
	total   float32
	hovered bool
	seek    func(share float32)
}

var _ fyne.Draggable = (*scrollBar)(nil)
var _ desktop.Hoverable = (*scrollBar)(nil)

func newScrollBar(seek func(float32)) *scrollBar {
	b := &scrollBar{thumb: newBox(3), seek: seek}
	b.ExtendBaseWidget(b)
	return b
}

func (b *scrollBar) set(offset, view, total float32) {
	b.offset, b.view, b.total = offset, view, total
	arrange(b, b.Size())
}

// CreateRenderer implements fyne.Widget.
func (b *scrollBar) CreateRenderer() fyne.WidgetRenderer { return newRenderer(b) }

func (b *scrollBar) minSize() fyne.Size           { return size(12, 0) }
func (b *scrollBar) objects() []fyne.CanvasObject { return []fyne.CanvasObject{b.thumb} }

func (b *scrollBar) paint() {
	ink := theme.Line
	if b.hovered {
		ink = theme.Outline
	}
	setRect(b.thumb, theme.Color(ink), 3)
}

func (b *scrollBar) thumbHeight() float32 {
	return max(32, b.view*b.view/b.total)
}

func (b *scrollBar) layout(s fyne.Size) {
	b.thumb.Hidden = b.total <= b.view+1 || s.Height <= 40
	if b.thumb.Hidden {
		return
	}
	h := min(b.thumbHeight(), s.Height-8)
	y := 4 + (s.Height-8-h)*b.offset/(b.total-b.view)
	place(b.thumb, s.Width-9, round(y), 6, h)
}

// Dragged implements fyne.Draggable.
func (b *scrollBar) Dragged(e *fyne.DragEvent) {
	room := b.Size().Height - 8 - b.thumbHeight()
	if room <= 0 || b.total <= b.view {
		return
	}
	share := b.offset/(b.total-b.view) + e.Dragged.DY/room
	b.seek(min(max(share, 0), 1))
}

// DragEnd implements fyne.Draggable.
func (b *scrollBar) DragEnd() {}

// MouseIn implements desktop.Hoverable.
func (b *scrollBar) MouseIn(*desktop.MouseEvent) {
	b.hovered = true
	b.Refresh()
}

// MouseMoved implements desktop.Hoverable.
func (b *scrollBar) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (b *scrollBar) MouseOut() {
	b.hovered = false
	b.Refresh()
}
