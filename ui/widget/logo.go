package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/theme"
)

// Logo shows the mark: two bubbles, one above and one under, each with one
// small corner. It is made of the canvas's rectangles, so that it takes the
// accent and stays sharp in every size; assets has it as files.
type Logo struct {
	fynewidget.BaseWidget
	name        assets.LogoName
	px          float32
	tile        *canvas.Rectangle
	over, under *canvas.Rectangle
}

// NewLogo shows the logo in a square of px: LogoApp on its tile, LogoMark in
// the accent, LogoMono in the colour of text.
func NewLogo(name assets.LogoName, px float32) *Logo {
	l := &Logo{name: name, px: px, tile: newBox(0), over: newBox(0), under: newBox(0)}
	l.ExtendBaseWidget(l)
	return l
}

// CreateRenderer implements fyne.Widget.
func (l *Logo) CreateRenderer() fyne.WidgetRenderer { return newRenderer(l) }

func (l *Logo) minSize() fyne.Size { return size(l.px, l.px) }

func (l *Logo) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{l.tile, l.over, l.under}
}

func (l *Logo) paint() {
	l.tile.Hidden = l.name != assets.LogoApp
	switch l.name {
	case assets.LogoApp:
		l.tile.FillColor = theme.Color(theme.LogoTile)
		l.over.FillColor, l.under.FillColor = theme.Color(theme.LogoOver), theme.Color(theme.LogoUnder)
	case assets.LogoMono:
		l.over.FillColor, l.under.FillColor = theme.Color(theme.Text), theme.Color(theme.Text)
	default:
		l.over.FillColor, l.under.FillColor = theme.Color(theme.Accent), theme.Color(theme.AccentLine)
	}
}

// layout follows logo-app.svg: a grid of 96, the bubbles enlarged by 1.12
// round the middle.
func (l *Logo) layout(s fyne.Size) {
	const grid, zoom, midX, midY = 96, 1.12, 48, 49.4
	k := l.px / grid
	left, top := (s.Width-l.px)/2, (s.Height-l.px)/2
	l.tile.CornerRadius = 24 * k
	place(l.tile, left, top, l.px, l.px)
	bubble := func(r *canvas.Rectangle, x, y float32) {
		place(r, left+k*(48+zoom*(x-midX)), top+k*(49+zoom*(y-midY)), k*zoom*48, k*zoom*28)
		r.CornerRadius = 14 * zoom * k
	}
	bubble(l.over, 31, 19)
	bubble(l.under, 17, 51)
	l.over.BottomLeftCornerRadius = 5 * zoom * k
	l.under.TopRightCornerRadius = 5 * zoom * k
}
