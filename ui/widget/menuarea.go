package widget

import (
	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"
)

// MenuArea shows an object and asks for a menu where it is pressed with the
// second button of the mouse.
type MenuArea struct {
	fynewidget.BaseWidget
	OnMenu  func(at fyne.Position)
	content fyne.CanvasObject
}

var _ fyne.SecondaryTappable = (*MenuArea)(nil)

// NewMenuArea puts an object into an area with a menu.
func NewMenuArea(content fyne.CanvasObject, menu func(at fyne.Position)) *MenuArea {
	a := &MenuArea{OnMenu: menu, content: content}
	a.ExtendBaseWidget(a)
	return a
}

// CreateRenderer implements fyne.Widget.
func (a *MenuArea) CreateRenderer() fyne.WidgetRenderer { return newRenderer(a) }

func (a *MenuArea) minSize() fyne.Size           { return a.content.MinSize() }
func (a *MenuArea) paint()                       {}
func (a *MenuArea) objects() []fyne.CanvasObject { return []fyne.CanvasObject{a.content} }
func (a *MenuArea) layout(s fyne.Size)           { a.content.Resize(s) }

// TappedSecondary implements fyne.SecondaryTappable.
func (a *MenuArea) TappedSecondary(e *fyne.PointEvent) {
	if a.OnMenu != nil {
		a.OnMenu(e.AbsolutePosition)
	}
}
