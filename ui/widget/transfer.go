package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"sotto/assets"
	"sotto/ui/theme"
)

// TransferState is where a file is.
type TransferState int

// The states.
const (
	Here   TransferState = iota // on this computer
	Away                        // not fetched; pressing fetches it
	Moving                      // on its way; pressing the cross stops it
	Broken                      // did not work; pressing tries again
	Lost                        // cannot be had any more
)

// Transfer is where a file is and how far it got.
type Transfer struct {
	State TransferState
	Share float32 // 0 to 1 of a moving one
}

// icon is what stands in the middle of the mark.
func (t Transfer) icon() assets.IconName {
	switch t.State {
	case Away:
		return assets.IconDownload
	case Moving:
		return assets.IconClose
	case Broken:
		return assets.IconRetry
	case Lost:
		return assets.IconWarning
	}
	return ""
}

// transferMark is a disc with what pressing it does, and a ring round that
// while the file moves.
type transferMark struct {
	disc *canvas.Circle
	ring *canvas.Arc
	sign *glyph
}

func newTransferMark() *transferMark {
	return &transferMark{disc: canvas.NewCircle(nil), ring: canvas.NewArc(0, 0, 0.88, nil), sign: newGlyph("", 20)}
}

// show places the mark, d wide, with its middle at x, y and appends its
// objects.
func (m *transferMark) show(list []fyne.CanvasObject, t Transfer, x, y, d float32, ground color.Color, ink color.NRGBA) []fyne.CanvasObject {
	icon := t.icon()
	if icon == "" {
		return list
	}
	m.disc.FillColor = ground
	place(m.disc, x-d/2, y-d/2, d, d)
	m.disc.Refresh()
	list = append(list, m.disc)
	if t.State == Moving {
		const stroke, air = 2.5, 3
		side := d - 2*air
		m.ring.FillColor, m.ring.CutoutRatio = ink, 1-2*stroke/side
		m.ring.StartAngle, m.ring.EndAngle = 0, 360*min(max(t.Share, 0.03), 1)
		place(m.ring, x-side/2, y-side/2, side, side)
		m.ring.Refresh()
		list = append(list, m.ring)
	}
	m.sign.paint(icon, ink)
	m.sign.move(x-10, y-10)
	return append(list, m.sign.img)
}

// darkDisc is the ground of marks on pictures.
func darkDisc() color.NRGBA {
	c := theme.Color(theme.PicturePill)
	c.A = 0xC8
	return c
}
