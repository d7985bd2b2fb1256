package widget

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"regexp"
	"strconv"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"
	"github.com/fyne-io/oksvg"
	"github.com/srwiley/rasterx"

	"sotto/assets"
	"sotto/ui/theme"
)

// iconKey is one drawing in one colour and size in pixels of the screen.
type iconKey struct {
	name   assets.IconName
	stroke float32
	ink    color.NRGBA
	pixels int
	flip   bool // drawn the other way round
}

// iconCache remembers the drawings; a program shows a few hundred.
var iconCache = struct {
	sync.Mutex
	images map[iconKey]*image.NRGBA
}{images: map[iconKey]*image.NRGBA{}}

const iconLimit = 4096

// strokeFor returns the width of the lines on the 24 grid: they get relatively
// heavier as the icon gets smaller.
func strokeFor(px float32) float32 {
	switch {
	case px <= 12:
		return 2.6
	case px <= 16:
		return 2.3
	case px <= 20:
		return 2
	}
	return 1.75
}

var roundX = regexp.MustCompile(`rx="([0-9.]+)"`)

// iconImage rasterises an icon. The toolkit's own way does not scale the width
// of lines with the picture, so that small icons would come out as blots.
func iconImage(name assets.IconName, px float32, ink color.NRGBA, pixels int) image.Image {
	key := iconKey{name, strokeFor(px), ink, pixels, pointing[name] && rightToLeft()}
	iconCache.Lock()
	defer iconCache.Unlock()
	if img, ok := iconCache.images[key]; ok {
		return img
	}
	width := strconv.FormatFloat(float64(key.stroke)*float64(pixels)/24, 'f', 3, 64)
	svg := bytes.ReplaceAll(assets.Icon(name).Content(), []byte("#211D19"), []byte(hexColor(ink)))
	svg = bytes.ReplaceAll(svg, []byte(`stroke-width="1.75"`), []byte(`stroke-width="`+width+`"`))
	// The reader takes rx alone for no rounding at all.
	svg = roundX.ReplaceAll(svg, []byte(`rx="$1" ry="$1"`))
	img := image.NewNRGBA(image.Rect(0, 0, pixels, pixels))
	// Icons are the program's own files; a test draws each of them.
	if icon, err := oksvg.ReadIconStream(bytes.NewReader(svg)); err == nil {
		over := image.NewRGBA(img.Rect)
		icon.SetTarget(0, 0, float64(pixels), float64(pixels))
		scanner := rasterx.NewScannerGV(pixels, pixels, over, over.Rect)
		icon.Draw(rasterx.NewDasher(pixels, pixels, scanner), 1)
		draw.Draw(img, img.Rect, over, image.Point{}, draw.Src)
	}
	if len(iconCache.images) >= iconLimit {
		clear(iconCache.images)
	}
	if key.flip {
		for y := range pixels {
			for x := range pixels / 2 {
				a, b := img.NRGBAAt(x, y), img.NRGBAAt(pixels-1-x, y)
				img.SetNRGBA(x, y, b)
				img.SetNRGBA(pixels-1-x, y, a)
			}
		}
	}
	iconCache.images[key] = img
	return img
}

// glyph is an icon inside another widget.
type glyph struct {
	img  *canvas.Raster
	name assets.IconName
	ink  color.NRGBA
	px   float32
}

func newGlyph(name assets.IconName, px float32) *glyph {
	g := &glyph{name: name, px: px}
	g.img = canvas.NewRaster(g.draw)
	return g
}

func (g *glyph) draw(w, h int) image.Image {
	return iconImage(g.name, g.px, g.ink, max(1, min(w, h)))
}

// paint sets drawing and colour; an empty name hides the icon.
func (g *glyph) paint(name assets.IconName, ink color.NRGBA) {
	if g.name == name && g.ink == ink && g.img.Hidden == (name == "") {
		return
	}
	g.name, g.ink, g.img.Hidden = name, ink, name == ""
	if name != "" {
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

func hexColor(c color.NRGBA) string { return fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B) }
