package widget

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/ui/theme"
)

// LinkModel is the preview of a link, as its sender made it.
type LinkModel struct {
	Own   bool
	Bare  bool   // it stands on the paper, not in a bubble
	Title string // of the page; empty: the host stands for it
	Host  string // where the link really leads
	// Pictured keeps a place for the page's picture; Transfer is where that is.
	Pictured bool
	Transfer Transfer
}

// LinkCard shows what the sender of a link saw there: a picture, a title, and
// the host. Its height does not change when the picture comes. Pressing it goes
// to the link; pressing the mark on a picture that is not here fetches it.
type LinkCard struct {
	fynewidget.BaseWidget
	OnOpen  func()
	OnFetch func()
	OnStop  func()
	OnMenu  func(at fyne.Position)
	OnTaken func(e *fyne.PointEvent) bool // asked first; true: done with
	OnNeed  func(TileRequest)             // in view, and the picture is wanted
	OnPark  func()                        // out of view

	model  LinkModel
	ground *canvas.Rectangle
	tile   *canvas.Rectangle
	image  *canvas.Image
	mark   *transferMark
	title  flowView
	host   flowView
	asked  TileRequest
	parked bool
	list   []fyne.CanvasObject
}

// Measures of a link card. The inset is 4 wider than the text on both sides, as
// that of a quote is.
const (
	linkWidest float32 = 400
	linkLeast  float32 = 160
	linkPad    float32 = 8
	linkTile   float32 = 64
	linkLines          = 2
	linkUnder  float32 = 2 // air to the text of the message, besides that of the stack
)

var (
	_ fyne.Tappable          = (*LinkCard)(nil)
	_ fyne.SecondaryTappable = (*LinkCard)(nil)
	_ desktop.Cursorable     = (*LinkCard)(nil)
	_ Parker                 = (*LinkCard)(nil)
	_ MediaPart              = (*LinkCard)(nil)
)

// NewLinkCard makes a card.
func NewLinkCard(m LinkModel) *LinkCard {
	l := &LinkCard{
		model: m, ground: newBox(theme.Radius6), tile: newBox(theme.Radius6), mark: newTransferMark(),
		image: &canvas.Image{FillMode: canvas.ImageFillStretch, ScaleMode: canvas.ImageScaleFastest},
	}
	l.image.Hidden = true
	l.ExtendBaseWidget(l)
	return l
}

// Set shows the same link in another state.
func (l *LinkCard) Set(m LinkModel) {
	l.model = m
	l.Refresh()
}

// Model returns what is shown.
func (l *LinkCard) Model() LinkModel { return l.model }

// lines are title and host, at most as wide as room.
func (l *LinkCard) lines(room float32) (title, host *flow) {
	m := &l.model
	if m.Title != "" {
		title = layoutText(Text(m.Title), flowOptions{style: SmallBold, width: room, maxLines: linkLines, ellipsis: true, oneLine: true})
		return title, layoutLine(Text(m.Host), Small, room)
	}
	return layoutLine(Text(m.Host), SmallBold, room), nil
}

// textX is where the texts begin.
func (l *LinkCard) textX() float32 {
	if l.model.Pictured {
		return linkPad - quoteOut + linkTile + 12
	}
	return linkPad
}

// SizeIn measures the card in a width.
func (l *LinkCard) SizeIn(width float32) fyne.Size {
	width = min(width, linkWidest)
	x := l.textX()
	title, host := l.lines(max(width-x-linkPad, 40))
	w, h := title.width, title.height
	if host != nil {
		w, h = max(w, host.width), h+Small.Line
	}
	if l.model.Pictured {
		h = max(h, linkTile)
	}
	return size(min(max(x+ceil(w)+linkPad, linkLeast), width), h+2*linkPad+linkUnder)
}

// SetPicture gives the card its bitmap, or with nil takes it back.
func (l *LinkCard) SetPicture(img image.Image) {
	if l.image.Image == img || l.parked && img != nil {
		return
	}
	l.image.Image, l.image.Hidden = img, img == nil
	l.image.Refresh()
	canvas.Refresh(l.image) // gives the old texture back
}

// Park implements Parker.
func (l *LinkCard) Park() {
	if l.parked {
		return
	}
	l.parked = true
	l.SetPicture(nil)
	l.asked = TileRequest{}
	call(l.OnPark)
}

// Unpark tells that the card is in view again.
func (l *LinkCard) Unpark() {
	l.parked = false
	l.need()
}

func (l *LinkCard) need() {
	if l.parked || !l.model.Pictured || l.OnNeed == nil {
		return
	}
	side, r := int(ceil(linkTile*pixelScale)), int(round(theme.Radius6*pixelScale))
	want := TileRequest{Width: side, Height: side, Fill: true, Scale: pixelScale, Radii: [4]int{r, r, r, r}}
	if l.asked != want {
		l.asked = want
		l.OnNeed(want)
	}
}

// CreateRenderer implements fyne.Widget.
func (l *LinkCard) CreateRenderer() fyne.WidgetRenderer { return newRenderer(l) }

func (l *LinkCard) minSize() fyne.Size           { return size(linkLeast, l.SizeIn(linkWidest).Height) }
func (l *LinkCard) paint()                       {}
func (l *LinkCard) objects() []fyne.CanvasObject { return l.list }

// picture is where the picture stands.
func (l *LinkCard) picture() frame {
	return frame{linkPad - quoteOut, linkPad, linkTile, linkTile}
}

func (l *LinkCard) layout(s fyne.Size) {
	if s.Width <= 0 {
		return
	}
	m := &l.model
	ground, tile, ink, quiet, disc := theme.InsetIn, theme.Pressed, theme.Text, theme.Text2, theme.AccentInk
	if m.Own {
		ground, tile, ink, quiet, disc = theme.InsetOut, theme.BubbleOut, theme.OnOut, theme.OnOut2, theme.OnOut
	}
	border := float32(0)
	if m.Bare {
		ground, tile, border = theme.Sheet, theme.Field, theme.BorderWidth
	}
	h := s.Height - linkUnder
	l.ground.StrokeColor, l.ground.StrokeWidth = theme.Color(theme.Line), border
	setRect(l.ground, theme.Color(ground), theme.Radius6)
	place(l.ground, -quoteOut, 0, s.Width+2*quoteOut, h)
	l.list = append(l.list[:0], l.ground)
	if m.Pictured {
		f := l.picture()
		setRect(l.tile, theme.Color(tile), theme.Radius6)
		place(l.tile, f.x, f.y, f.w, f.h)
		place(l.image, f.x, f.y, f.w, f.h)
		l.list = append(l.list, l.tile, l.image)
		l.list = l.mark.show(l.list, m.Transfer, f.x+f.w/2, f.y+f.h/2, 40, theme.Color(tile), theme.Color(disc))
	}
	x := l.textX()
	room := max(s.Width-x-linkPad, 40)
	title, host := l.lines(room)
	high := title.height
	if host != nil {
		high += Small.Line
	}
	y := round((h - high) / 2)
	l.title.show(title, inks{text: theme.Color(ink)}, x, y, room, false)
	l.list = append(l.list, l.title.list...)
	if host != nil {
		l.host.show(host, inks{text: theme.Color(quiet)}, x, y+title.height, room, false)
		l.list = append(l.list, l.host.list...)
	}
	l.need()
}

// Tapped implements fyne.Tappable.
func (l *LinkCard) Tapped(e *fyne.PointEvent) {
	touch()
	if l.OnTaken != nil && l.OnTaken(e) {
		return
	}
	if l.model.Pictured && l.picture().contains(e.Position) {
		switch l.model.Transfer.State {
		case Away, Broken:
			call(l.OnFetch)
			return
		case Moving:
			call(l.OnStop)
			return
		}
	}
	call(l.OnOpen)
}

// TappedSecondary implements fyne.SecondaryTappable.
func (l *LinkCard) TappedSecondary(e *fyne.PointEvent) {
	touch()
	if l.OnMenu != nil {
		l.OnMenu(e.AbsolutePosition)
	}
}

// Cursor implements desktop.Cursorable.
func (l *LinkCard) Cursor() desktop.Cursor { return desktop.PointerCursor }

// InspectName implements Named.
func (l *LinkCard) InspectName() string { return "link:" + l.model.Host }

// InspectText implements Texted.
func (l *LinkCard) InspectText() string { return l.model.Title }

func (l *LinkCard) inspectParts() []Seen {
	if !l.model.Pictured {
		return nil
	}
	f, state := l.picture(), [...]string{"here", "away", "moving", "broken", "lost"}[l.model.Transfer.State]
	if l.model.Transfer.State == Here && l.image.Image != nil {
		state = "shown"
	}
	return []Seen{{Name: "link.picture:" + l.model.Host, Text: state, X: f.x, Y: f.y, W: f.w, H: f.h}}
}
