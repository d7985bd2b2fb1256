package widget

import (
	"fmt"
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"
	qrcode "github.com/skip2/go-qrcode"

	"sotto/ui/theme"
)

// QR shows a QR code on white with its quiet zone, in both themes: scanners
// expect dark on light.
type QR struct {
	fynewidget.BaseWidget
	px      float32
	modules [][]bool
	box     *canvas.Rectangle
	raster  *canvas.Raster
}

// quietZone is what the standard asks for around a code, in modules.
const quietZone = 4

// NewQR makes a code of px including its frame. An error means that text is
// too long for a code.
func NewQR(text string, px float32) (*QR, error) {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("make qr code: %w", err)
	}
	code.DisableBorder = true
	q := &QR{px: px, modules: code.Bitmap(), box: newBox(theme.Radius12)}
	q.raster = canvas.NewRaster(q.draw)
	q.raster.ScaleMode = canvas.ImageScalePixels
	q.ExtendBaseWidget(q)
	return q, nil
}

// QRImage draws a code as a picture of about px pixels, for saving. Modules
// are whole pixels.
func QRImage(text string, px int) (image.Image, error) {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("make qr code: %w", err)
	}
	code.DisableBorder = true
	m := code.Bitmap()
	scale := max(1, px/(len(m)+2*quietZone))
	return drawModules(m, scale*(len(m)+2*quietZone), scale, color.White, color.Black), nil
}

// drawModules paints a square of side pixels with the code in its middle.
func drawModules(m [][]bool, side, scale int, paper, ink color.Color) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, side, side))
	for i := range side * side {
		img.Set(i%side, i/side, paper)
	}
	start := (side - scale*len(m)) / 2
	for y, row := range m {
		for x, dark := range row {
			if !dark {
				continue
			}
			for dy := range scale {
				for dx := range scale {
					img.Set(start+x*scale+dx, start+y*scale+dy, ink)
				}
			}
		}
	}
	return img
}

func (q *QR) draw(w, h int) image.Image {
	side := min(w, h)
	scale := max(1, side/(len(q.modules)+2))
	return drawModules(q.modules, side, scale, theme.Color(theme.QRPaper), theme.Color(theme.QRInk))
}

// CreateRenderer implements fyne.Widget.
func (q *QR) CreateRenderer() fyne.WidgetRenderer { return newRenderer(q) }

func (q *QR) minSize() fyne.Size           { return size(q.px, q.px) }
func (q *QR) objects() []fyne.CanvasObject { return []fyne.CanvasObject{q.box, q.raster} }

func (q *QR) paint() {
	q.box.FillColor, q.box.StrokeColor, q.box.StrokeWidth = theme.Color(theme.QRPaper), theme.Color(theme.Line), 1
}

func (q *QR) layout(s fyne.Size) {
	side := min(s.Width, s.Height)
	x, y := round((s.Width-side)/2), round((s.Height-side)/2)
	place(q.box, x, y, side, side)
	// The frame is part of the quiet zone: three modules of it, and one of the
	// picture.
	pad := round(side * 3 / float32(len(q.modules)+2*quietZone))
	place(q.raster, x+pad, y+pad, side-2*pad, side-2*pad)
}
