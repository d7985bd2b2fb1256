package widget

import (
	"fyne.io/fyne/v2"

	"sotto/assets"
	"sotto/ui/text"
)

// Where the language runs from right to left, the window is its own mirror
// image: parts are laid out as ever, and each place they give is turned round
// in the width of its owner. Only pictures, text and what is pointed at know
// more: text brings its own order (bidi.go), and points of the pointer are turned
// back by turned.

// turn is the width of the part that is being laid out, where places are turned
// round; 0: they are not. It belongs to the interface's goroutine.
var turn float32

// rightToLeft reports whether the window is its mirror image.
func rightToLeft() bool { return text.RightToLeft() }

// leftward is a part that stays as it is: time runs from left to right in
// players, the words of a recovery phrase are English, pictures are pictures.
type leftward interface{ leftward() }

func (*editor) leftward()      {}
func (*Slider) leftward()      {}
func (*SeekLine) leftward()    {}
func (*WaveBar) leftward()     {}
func (*CropView) leftward()    {}
func (*PicturePane) leftward() {}
func (*QR) leftward()          {}
func (*WordGrid) leftward()    {}
func (*wordBox) leftward()     {}
func (*wordMenu) leftward()    {}
func (*Strip) leftward()       {}
func (*Tiles) leftward()       {}
func (*Album) leftward()       {}

// arrange lays a part out. Parts that lay themselves out anew do it through
// here, too.
func arrange(w part, s fyne.Size) {
	if !rightToLeft() {
		w.layout(s)
		return
	}
	width := s.Width
	if _, stays := w.(leftward); stays {
		width = 0
	}
	defer turnIn(width)()
	w.layout(s)
}

// turnIn turns places round in a width until the result is called.
func turnIn(width float32) (back func()) {
	if !rightToLeft() {
		return func() {}
	}
	before := turn
	turn = width
	return func() { turn = before }
}

// Turn turns the objects of a finished layout round where the language runs
// from right to left. Layouts that are not this package's end with it.
func Turn(objects []fyne.CanvasObject, s fyne.Size) {
	if !rightToLeft() {
		return
	}
	for _, o := range objects {
		if o != nil && o.Visible() {
			at := o.Position()
			o.Move(pos(s.Width-at.X-o.Size().Width, at.Y))
		}
	}
}

// turned is a point in a part of a width, as its layout counts.
func turned(p fyne.Position, width float32) fyne.Position {
	if rightToLeft() {
		p.X = width - p.X
	}
	return p
}

// inColumn is where a turned point is in a column of text at x, from its left.
func inColumn(p fyne.Position, x, width float32) float32 {
	if rightToLeft() {
		return width - (p.X - x)
	}
	return p.X - x
}

// turnedKey exchanges the arrows to the sides: they point at what they go to.
func turnedKey(name fyne.KeyName) fyne.KeyName {
	if rightToLeft() {
		switch name {
		case fyne.KeyLeft:
			return fyne.KeyRight
		case fyne.KeyRight:
			return fyne.KeyLeft
		}
	}
	return name
}

// pointing are the icons that mean a side and are drawn the other way round.
var pointing = map[assets.IconName]bool{
	assets.IconBack: true, assets.IconArrowLeft: true, assets.IconArrowRight: true, assets.IconChevronRight: true,
	assets.IconReply: true, assets.IconForward: true, assets.IconSend: true,
}
