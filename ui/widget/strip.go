package widget

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/ui/theme"
)

// Strip is a row of small pictures of which one is chosen.
type Strip struct {
	fynewidget.BaseWidget
	OnChoose func(i int)
	tile     fyne.Size
	at       int
	images   []*canvas.Image
	mark     *canvas.Rectangle
}

const stripGap float32 = 6

var (
	_ fyne.Tappable      = (*Strip)(nil)
	_ desktop.Cursorable = (*Strip)(nil)
)

// NewStrip makes an empty row of tiles of a size.
func NewStrip(width, height float32) *Strip {
	s := &Strip{tile: size(width, height), mark: newBox(theme.Radius6 + 3)}
	s.ExtendBaseWidget(s)
	return s
}

// Set shows n tiles without pictures, one of them chosen.
func (s *Strip) Set(n, at int) {
	for len(s.images) < n {
		s.images = append(s.images, &canvas.Image{FillMode: canvas.ImageFillStretch})
	}
	s.images, s.at = s.images[:n], at
	s.Refresh()
}

// SetPicture gives a tile its bitmap.
func (s *Strip) SetPicture(i int, img image.Image) {
	if i < len(s.images) && s.images[i].Image != img {
		s.images[i].Image = img
		s.images[i].Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (s *Strip) CreateRenderer() fyne.WidgetRenderer { return newRenderer(s) }

func (s *Strip) minSize() fyne.Size {
	n := float32(len(s.images))
	return size(max(n*(s.tile.Width+stripGap)-stripGap, 0), s.tile.Height)
}

func (s *Strip) paint() {
	s.mark.FillColor, s.mark.StrokeColor, s.mark.StrokeWidth = nil, theme.Color(theme.OnPicture), theme.FocusWidth
}

func (s *Strip) objects() []fyne.CanvasObject {
	list := []fyne.CanvasObject{s.mark}
	for _, i := range s.images {
		list = append(list, i)
	}
	return list
}

func (s *Strip) layout(fyne.Size) {
	for i, img := range s.images {
		place(img, float32(i)*(s.tile.Width+stripGap), 0, s.tile.Width, s.tile.Height)
	}
	place(s.mark, float32(s.at)*(s.tile.Width+stripGap)-3, -3, s.tile.Width+6, s.tile.Height+6)
}

// Tapped implements fyne.Tappable.
func (s *Strip) Tapped(e *fyne.PointEvent) {
	touch()
	if i := int(e.Position.X / (s.tile.Width + stripGap)); i >= 0 && i < len(s.images) && s.OnChoose != nil {
		s.OnChoose(i)
	}
}

// Cursor implements desktop.Cursorable.
func (s *Strip) Cursor() desktop.Cursor { return desktop.PointerCursor }
