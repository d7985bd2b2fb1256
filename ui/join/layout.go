package join

import (
	"strings"

	"fyne.io/fyne/v2"

	"sotto/ui/theme"
	"sotto/ui/widget"
)

// oneLine is a description as a row shows it.
func oneLine(s string) string {
	const runes = 120
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > runes {
		return string(r[:runes]) + "…"
	}
	return s
}

// shorten bounds a description, which is of anybody's making.
func shorten(s string) string {
	const runes = 400
	if r := []rune(strings.TrimSpace(s)); len(r) > runes {
		return string(r[:runes]) + "…"
	}
	return strings.TrimSpace(s)
}

// high gives the list of rooms its height, however many there are.
type high struct{}

// MinSize implements fyne.Layout.
func (high) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(200, tall) }

// Layout implements fyne.Layout.
func (high) Layout(o []fyne.CanvasObject, s fyne.Size) { o[0].Resize(s) }

// beside sets lines beside a picture of 48.
type beside struct{}

// MinSize implements fyne.Layout.
func (beside) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(200, max(48, o[1].MinSize().Height))
}

// Layout implements fyne.Layout.
func (beside) Layout(o []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(o, s)
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(48, 48))
	h := o[1].MinSize().Height
	o[1].Move(fyne.NewPos(48+theme.Space12, max(0, (48-h)/2)))
	o[1].Resize(fyne.NewSize(s.Width-48-theme.Space12, h))
}
