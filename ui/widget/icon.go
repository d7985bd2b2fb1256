package widget

import (
	"bytes"
	"fmt"
	"image/color"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/theme"
)

// iconKey is one drawing in one colour; the stroke depends on the size.
type iconKey struct {
	name   assets.IconName
	stroke string
	ink    color.NRGBA
}

var iconCache sync.Map // iconKey -> *fyne.StaticResource

// iconResource returns an icon in a colour, with the stroke of its size.
func iconResource(name assets.IconName, px float32, ink color.NRGBA) fyne.Resource {
	stroke := "1.75"
	switch {
	case px <= 12:
		stroke = "2.6"
	case px <= 16:
		stroke = "2.3"
	case px <= 20:
		stroke = "2"
	}
	key := iconKey{name, stroke, ink}
	if r, ok := iconCache.Load(key); ok {
		return r.(*fyne.StaticResource)
	}
	hex := fmt.Sprintf("#%02X%02X%02X", ink.R, ink.G, ink.B)
	svg := bytes.ReplaceAll(assets.Icon(name).Content(), []byte("#211D19"), []byte(hex))
	svg = bytes.ReplaceAll(svg, []byte(`stroke-width="1.75"`), []byte(`stroke-width="`+stroke+`"`))
	r := &fyne.StaticResource{StaticName: fmt.Sprintf("icon-%s-%s-%s.svg", name, stroke, hex[1:]), StaticContent: svg}
	iconCache.Store(key, r)
	return r
}

// glyph is an icon inside another widget.
type glyph struct {
	img  *canvas.Image
	name assets.IconName
	px   float32
}

func newGlyph(name assets.IconName, px float32) *glyph {
	img := &canvas.Image{FillMode: canvas.ImageFillContain}
	img.SetMinSize(size(px, px))
	return &glyph{img: img, name: name, px: px}
}

// paint sets drawing and colour; an empty name hides the icon.
func (g *glyph) paint(name assets.IconName, ink color.NRGBA) {
	g.name = name
	if name == "" {
		g.img.Hidden = true
		return
	}
	g.img.Hidden = false
	if r := iconResource(name, g.px, ink); r != g.img.Resource {
		g.img.Resource = r
		g.img.Refresh()
	}
}

func (g *glyph) move(x, y float32) { place(g.img, x, y, g.px, g.px) }

// Icon shows one of the project's icons.
type Icon struct {
	fynewidget.BaseWidget
	Name  assets.IconName
	Px    float32
	Color theme.Name
	glyph *glyph
}

// NewIcon shows an icon at 12, 16, 20 or 24 px in a colour of the theme.
func NewIcon(name assets.IconName, px float32, color theme.Name) *Icon {
	i := &Icon{Name: name, Px: px, Color: color, glyph: newGlyph(name, px)}
	i.ExtendBaseWidget(i)
	return i
}

// Set changes drawing and colour.
func (i *Icon) Set(name assets.IconName, color theme.Name) {
	i.Name, i.Color = name, color
	i.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (i *Icon) CreateRenderer() fyne.WidgetRenderer { return newRenderer(i) }

func (i *Icon) minSize() fyne.Size           { return size(i.Px, i.Px) }
func (i *Icon) paint()                       { i.glyph.paint(i.Name, theme.Color(i.Color)) }
func (i *Icon) objects() []fyne.CanvasObject { return []fyne.CanvasObject{i.glyph.img} }
func (i *Icon) layout(s fyne.Size) {
	i.glyph.move(round((s.Width-i.Px)/2), round((s.Height-i.Px)/2))
}

// Logo shows a form of the logo.
type Logo struct {
	fynewidget.BaseWidget
	img  *canvas.Image
	px   float32
	name assets.LogoName
}

// NewLogo shows the logo in a square of px. LogoMark takes the accent.
func NewLogo(name assets.LogoName, px float32) *Logo {
	l := &Logo{img: &canvas.Image{FillMode: canvas.ImageFillContain}, px: px, name: name}
	l.ExtendBaseWidget(l)
	return l
}

// CreateRenderer implements fyne.Widget.
func (l *Logo) CreateRenderer() fyne.WidgetRenderer { return newRenderer(l) }

func (l *Logo) minSize() fyne.Size           { return size(l.px, l.px) }
func (l *Logo) objects() []fyne.CanvasObject { return []fyne.CanvasObject{l.img} }
func (l *Logo) layout(s fyne.Size) {
	place(l.img, (s.Width-l.px)/2, (s.Height-l.px)/2, l.px, l.px)
}

func (l *Logo) paint() {
	file := assets.Logo(l.name)
	if l.name != assets.LogoMark {
		l.img.Resource = file
		return
	}
	over, under := hexColor(theme.Color(theme.Accent)), hexColor(theme.Color(theme.AccentLine))
	svg := bytes.ReplaceAll(file.Content(), []byte("#006B6D"), []byte("@1"))
	svg = bytes.ReplaceAll(svg, []byte("#A3D2D2"), []byte(under))
	svg = bytes.ReplaceAll(svg, []byte("@1"), []byte(over))
	l.img.Resource = &fyne.StaticResource{StaticName: "logo" + over[1:] + under[1:] + ".svg", StaticContent: svg}
	l.img.Refresh()
}

func hexColor(c color.NRGBA) string { return fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B) }
