package widget

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/theme"
)

// TilesModel is what Tiles shows.
type TilesModel struct{ Tiles []PictureModel }

// Tiles shows square pictures, three in a row.
type Tiles struct {
	fynewidget.BaseWidget
	OnOpen func(i int)
	// OnNeed asks for the bitmap of a tile, side pixels wide and high.
	OnNeed func(i, side int, scale float32)

	model TilesModel
	tiles []tile
	side  float32
	asked int // the side in pixels that was asked for
	list  []fyne.CanvasObject
}

type tile struct {
	ground *canvas.Rectangle
	image  *canvas.Image
	mark   *transferMark
	sign   *glyph
}

const (
	tileColumns         = 3
	tileGap     float32 = 4
)

var (
	_ fyne.Tappable      = (*Tiles)(nil)
	_ desktop.Cursorable = (*Tiles)(nil)
)

// NewTiles makes the grid.
func NewTiles(m TilesModel) *Tiles {
	t := &Tiles{model: m}
	for range m.Tiles {
		t.tiles = append(t.tiles, tile{newBox(theme.Radius6), &canvas.Image{FillMode: canvas.ImageFillStretch}, newTransferMark(), newGlyph("", 24)})
	}
	t.ExtendBaseWidget(t)
	return t
}

// SetPicture gives a tile its bitmap.
func (t *Tiles) SetPicture(i int, img image.Image) {
	if i < len(t.tiles) && t.tiles[i].image.Image != img {
		t.tiles[i].image.Image = img
		t.tiles[i].image.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (t *Tiles) CreateRenderer() fyne.WidgetRenderer { return newRenderer(t) }

func (t *Tiles) minSize() fyne.Size {
	side := t.side
	if side <= 0 {
		side = 92
	}
	rows := float32((len(t.tiles) + tileColumns - 1) / tileColumns)
	return size(3*32, rows*(side+tileGap)-tileGap)
}

func (t *Tiles) paint()                       {}
func (t *Tiles) objects() []fyne.CanvasObject { return t.list }

func (t *Tiles) frame(i int) frame {
	return frame{float32(i%tileColumns) * (t.side + tileGap), float32(i/tileColumns) * (t.side + tileGap), t.side, t.side}
}

func (t *Tiles) layout(s fyne.Size) {
	t.side = float32(int((s.Width - (tileColumns-1)*tileGap) / tileColumns))
	if t.side <= 0 {
		return
	}
	t.list = t.list[:0]
	for i := range t.tiles {
		f, m, o := t.frame(i), &t.model.Tiles[i], &t.tiles[i]
		setRect(o.ground, theme.Color(theme.Field), theme.Radius6)
		place(o.ground, f.x, f.y, f.w, f.h)
		place(o.image, f.x, f.y, f.w, f.h)
		t.list = append(t.list, o.ground, o.image)
		if m.Video && m.Transfer.State == Here {
			o.sign.paint(assets.IconVideo, theme.Color(theme.Text2))
			o.sign.move(f.x+f.w/2-12, f.y+f.h/2-12)
			t.list = append(t.list, o.sign.img)
		}
		t.list = o.mark.show(t.list, m.Transfer, f.x+f.w/2, f.y+f.h/2, 36, darkDisc(), theme.Color(theme.OnPicture))
	}
	if side := int(ceil(t.side * pixelScale)); side != t.asked && t.OnNeed != nil {
		t.asked = side
		for i := range t.tiles {
			t.OnNeed(i, side, pixelScale)
		}
	}
}

// Tapped implements fyne.Tappable.
func (t *Tiles) Tapped(e *fyne.PointEvent) {
	touch()
	for i := range t.tiles {
		if t.frame(i).contains(e.Position) && t.OnOpen != nil {
			t.OnOpen(i)
			return
		}
	}
}

// Cursor implements desktop.Cursorable.
func (t *Tiles) Cursor() desktop.Cursor { return desktop.PointerCursor }

func (t *Tiles) inspectParts() []Seen {
	var out []Seen
	for i := range t.tiles {
		f := t.frame(i)
		out = append(out, Seen{Name: "tile:" + t.model.Tiles[i].Name, X: f.x, Y: f.y, W: f.w, H: f.h})
	}
	return out
}
