package widget

import (
	"image"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/theme"
)

// PictureModel is one picture of an album.
type PictureModel struct {
	Name          string // for people who cannot see it, and for tests
	Width, Height int    // in pixels, 0: not known
	Transfer      Transfer
	Size          string // "2.4 MB", beside what is not here
	Video         bool   // a play sign stands on it
	Label         string // "GIF", "0:12"
}

// AlbumModel is the pictures of a message.
type AlbumModel struct {
	Pictures []PictureModel
	// Radii are the corners: top left, top right, bottom right, bottom left.
	Radii [4]float32
	Own   bool
	// Captioned pictures are at least as wide as a line of text wants.
	Captioned bool
}

// TileRequest is the picture that a tile needs.
type TileRequest struct {
	Index         int
	Width, Height int     // in pixels of the screen
	Radii         [4]int  // to be cut off, in pixels
	Fill          bool    // cover the tile; else the picture has its proportions
	Scale         float32 // pixels of the screen for each of ours
}

// Album shows the pictures of a message: one as large as it may be, several as
// a grid. It keeps the place of pictures that are not there yet. The owner gives
// it bitmaps of the right size when they are in view and takes them back when
// they are not, so that a long conversation costs what is seen of it.
type Album struct {
	fynewidget.BaseWidget
	OnOpen  func(i int)                   // a picture was pressed
	OnFetch func(i int)                   // one that is away or broken
	OnStop  func(i int)                   // the cross of a moving one
	OnMenu  func(at fyne.Position)        // right click
	OnNeed  func(TileRequest)             // a tile is in view and wants its picture
	OnPark  func()                        // out of view
	OnTaken func(e *fyne.PointEvent) bool // asked first; true: done with
	model   AlbumModel
	tiles   []*albumTile
	frames  []frame
	size    fyne.Size
	list    []fyne.CanvasObject
	parked  bool
}

type albumTile struct {
	ground *canvas.Rectangle
	image  *canvas.Image
	asked  TileRequest
	mark   *transferMark
	play   *glyph
	disc   *canvas.Circle
	pill   *canvas.Rectangle
	label  *canvas.Text
	veil   *canvas.Rectangle
	more   *canvas.Text
}

var (
	_ fyne.Tappable          = (*Album)(nil)
	_ fyne.SecondaryTappable = (*Album)(nil)
	_ desktop.Cursorable     = (*Album)(nil)
	_ Parker                 = (*Album)(nil)
)

// NewAlbum makes an album.
func NewAlbum(m AlbumModel) *Album {
	a := &Album{model: m}
	a.ExtendBaseWidget(a)
	return a
}

// Set shows other pictures, or the same in another state.
func (a *Album) Set(m AlbumModel) {
	a.model = m
	a.Refresh()
}

// Model returns what is shown; its pictures may be changed and set again.
func (a *Album) Model() AlbumModel { return a.model }

// SizeIn measures the album in a width.
func (a *Album) SizeIn(width float32) fyne.Size {
	s, _ := albumLayout(a.sizes(), width)
	if a.model.Captioned {
		s.Width = max(s.Width, min(captionLeast, width))
	}
	return s
}

func (a *Album) sizes() [][2]int {
	out := make([][2]int, len(a.model.Pictures))
	for i, p := range a.model.Pictures {
		out[i] = [2]int{p.Width, p.Height}
	}
	return out
}

// SetPicture gives tile i its bitmap, or with nil takes it back.
func (a *Album) SetPicture(i int, img image.Image) {
	if i >= len(a.tiles) || a.parked && img != nil {
		return
	}
	t := a.tiles[i]
	if t.image.Image == img {
		return
	}
	t.image.Image = img
	t.image.Hidden = img == nil
	t.image.Refresh()
	canvas.Refresh(t.image) // gives the old texture back
}

// Pictured reports whether tile i has a bitmap.
func (a *Album) Pictured(i int) bool { return i < len(a.tiles) && a.tiles[i].image.Image != nil }

// Park implements Parker.
func (a *Album) Park() {
	if a.parked {
		return
	}
	a.parked = true
	for i := range a.tiles {
		a.SetPicture(i, nil)
		a.tiles[i].asked = TileRequest{}
	}
	call(a.OnPark)
}

// Unpark tells that the album is in view again.
func (a *Album) Unpark() {
	a.parked = false
	a.need()
}

// Ask forgets which bitmaps were asked for, and asks again.
func (a *Album) Ask() {
	for _, t := range a.tiles {
		t.asked = TileRequest{}
	}
	a.need()
}

func (a *Album) need() {
	if a.parked || a.OnNeed == nil || a.size.Width <= 0 {
		return
	}
	for i, f := range a.frames {
		r := TileRequest{
			Index: i, Width: int(ceil(f.w * pixelScale)), Height: int(ceil(f.h * pixelScale)),
			Fill: true, Scale: pixelScale,
		}
		for j, radius := range f.corners(a.size, a.model.Radii) {
			r.Radii[j] = int(round(radius * pixelScale))
		}
		if t := a.tiles[i]; t.asked != r {
			t.asked = r
			a.OnNeed(r)
		}
	}
}

// CreateRenderer implements fyne.Widget.
func (a *Album) CreateRenderer() fyne.WidgetRenderer { return newRenderer(a) }

func (a *Album) minSize() fyne.Size           { return a.SizeIn(pictureWidest) }
func (a *Album) paint()                       {}
func (a *Album) objects() []fyne.CanvasObject { return a.list }

func (a *Album) layout(s fyne.Size) {
	if s.Width <= 0 {
		return
	}
	a.size, a.frames = albumLayout(a.sizes(), s.Width)
	if len(a.frames) == 1 {
		a.size.Width, a.frames[0].w = s.Width, s.Width
	}
	for len(a.tiles) < len(a.frames) {
		a.tiles = append(a.tiles, newAlbumTile())
	}
	a.list = a.list[:0]
	for i, f := range a.frames {
		a.layoutTile(i, a.tiles[i], f)
	}
	a.need()
}

func newAlbumTile() *albumTile {
	t := &albumTile{
		ground: newBox(0), image: &canvas.Image{FillMode: canvas.ImageFillStretch, ScaleMode: canvas.ImageScaleFastest}, mark: newTransferMark(),
		play: newGlyph("", 24), disc: canvas.NewCircle(nil), pill: newBox(10), label: &canvas.Text{}, veil: newBox(0), more: &canvas.Text{},
	}
	t.image.Hidden = true
	return t
}

func (a *Album) layoutTile(i int, t *albumTile, f frame) {
	p := &a.model.Pictures[i]
	ground := theme.Pressed
	if a.model.Own {
		ground = theme.InsetOut
	}
	radii := f.corners(a.size, a.model.Radii)
	setCorners(t.ground, theme.Color(ground), radii)
	place(t.ground, f.x, f.y, f.w, f.h)
	place(t.image, f.x, f.y, f.w, f.h)
	a.list = append(a.list, t.ground, t.image)
	if extra := len(a.model.Pictures) - len(a.frames); extra > 0 && i == len(a.frames)-1 {
		veil := theme.Color(theme.PicturePill)
		veil.A = 0xA0
		setCorners(t.veil, veil, radii)
		place(t.veil, f.x, f.y, f.w, f.h)
		a.list = append(a.list, t.veil, a.centred(t.more, "+"+strconv.Itoa(extra+1), Title, f))
		return
	}
	if p.Transfer.State == Here && p.Video {
		t.disc.FillColor = darkDisc()
		place(t.disc, f.x+f.w/2-24, f.y+f.h/2-24, 48, 48)
		t.play.paint(assets.IconPlay, theme.Color(theme.OnPicture))
		t.play.move(f.x+f.w/2-11, f.y+f.h/2-12)
		a.list = append(a.list, t.disc, t.play.img)
	}
	d := min(48, f.h-8, f.w-8)
	a.list = t.mark.show(a.list, p.Transfer, f.x+f.w/2, f.y+f.h/2, d, darkDisc(), theme.Color(theme.OnPicture))
	label := p.Label
	if p.Transfer.State != Here && p.Size != "" && f.w >= 100 {
		label = p.Size
	}
	if label != "" {
		w := ceil(textWidth(label, Time, false))
		setRect(t.pill, darkDisc(), 10)
		place(t.pill, f.x+8, f.y+8, w+16, 20)
		setText(t.label, label, Time, false, theme.Color(theme.OnPicture))
		placeText(t.label, Time, f.x+16, f.y+10, w)
		a.list = append(a.list, t.pill, t.label)
	}
}

func (a *Album) centred(t *canvas.Text, s string, style Style, f frame) fyne.CanvasObject {
	w := ceil(textWidth(s, style, false))
	setText(t, s, style, false, theme.Color(theme.OnPicture))
	placeText(t, style, f.x+(f.w-w)/2, f.y+(f.h-style.Line)/2, w)
	return t
}

// setCorners colours a rectangle whose corners differ.
func setCorners(r *canvas.Rectangle, fill interface{ RGBA() (r, g, b, a uint32) }, radii [4]float32) {
	r.FillColor = fill
	r.CornerRadius = 0
	r.TopLeftCornerRadius, r.TopRightCornerRadius = radii[0], radii[1]
	r.BottomRightCornerRadius, r.BottomLeftCornerRadius = radii[2], radii[3]
	r.Refresh()
}

// Tapped implements fyne.Tappable.
func (a *Album) Tapped(e *fyne.PointEvent) {
	touch()
	if a.OnTaken != nil && a.OnTaken(e) {
		return
	}
	for i, f := range a.frames {
		if !f.contains(e.Position) {
			continue
		}
		do := a.OnOpen
		switch a.model.Pictures[i].Transfer.State {
		case Away, Broken:
			do = a.OnFetch
		case Moving:
			do = a.OnStop
		}
		if do != nil {
			do(i)
		}
		return
	}
}

// TappedSecondary implements fyne.SecondaryTappable.
func (a *Album) TappedSecondary(e *fyne.PointEvent) {
	touch()
	if a.OnMenu != nil {
		a.OnMenu(e.AbsolutePosition)
	}
}

// Cursor implements desktop.Cursorable.
func (a *Album) Cursor() desktop.Cursor { return desktop.PointerCursor }

func (a *Album) inspectParts() []Seen {
	var out []Seen
	for i, f := range a.frames {
		p := &a.model.Pictures[i]
		state := [...]string{"here", "away", "moving", "broken", "lost"}[p.Transfer.State]
		if p.Transfer.State == Here && a.tiles[i].image.Image != nil {
			state = "shown"
		}
		out = append(out, Seen{Name: "picture:" + p.Name, Text: state, X: f.x, Y: f.y, W: f.w, H: f.h})
	}
	return out
}
