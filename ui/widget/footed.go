package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/ui/theme"
)

// NewFooted makes a page with a foot: what leads on has to be in view however low
// the window is. The foot follows the content, which stands as in says; where both
// have no room it stays at the bottom, and the content scrolls above it. page is
// for Reveal.
func NewFooted(content, foot fyne.CanvasObject, in Centred) (whole *fyne.Container, page fyne.CanvasObject) {
	inner := container.New(in, content)
	s := newScrollBox(inner)
	s.page = true
	// The foot lies lowest: a menu that the content opens may hang over it.
	return container.New(footed{content, inner, s, in}, foot, NewSeparator(), s), s
}

// footed lays out a foot, a line above it, and a page that scrolls above both.
type footed struct {
	content fyne.CanvasObject
	inner   *fyne.Container // of the page
	page    *scrollBox
	in      Centred
}

const footMargin = theme.Space24

// Layout implements fyne.Layout.
func (f footed) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	defer turnIn(s.Width)()
	// What has changed in a page that keeps its size would not be put in its place.
	defer func() {
		f.inner.Refresh()
		arrange(f.page, f.page.Size())
	}()
	foot, line, page := objects[0], objects[1], objects[2]
	w := min(f.in.Width, s.Width-2*f.in.Side)
	x := round((s.Width - w) / 2)
	high, below := heightIn(f.content, w), heightIn(foot, w)
	top := f.in.Top
	if f.in.Middle {
		top = max(top, round((s.Height-high-below)/2))
	}
	if top+high+below+footMargin <= s.Height {
		place(page, 0, 0, s.Width, high+2*top)
		place(line, 0, 0, 0, 0)
		place(foot, x, top+high, w, below)
		return
	}
	edge := max(0, s.Height-below-footMargin)
	place(page, 0, 0, s.Width, edge)
	place(line, 0, edge, s.Width, 1)
	place(foot, x, edge, w, below)
}

// MinSize implements fyne.Layout: the page may be as low as its foot.
func (f footed) MinSize(objects []fyne.CanvasObject) fyne.Size {
	foot := objects[0].MinSize()
	return size(min(foot.Width, f.in.Width)+2*f.in.Side, foot.Height+footMargin)
}
