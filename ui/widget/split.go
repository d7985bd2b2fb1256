package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/ui/theme"
)

// Split is the layout of the main window: a left column whose width can be
// dragged between 280 and 400, the middle, and an optional right panel of 320.
// Where there is no room for three, the panel stands in the place of the middle.
// Below 640 it shows one column: the left one, or the middle when ShowMiddle
// was called, with the panel over it.
type Split struct {
	fynewidget.BaseWidget
	// OnWidth is called when the user dragged the edge, to remember it.
	OnWidth func(width float32)
	// OnNarrow is called when the window becomes narrow or wide.
	OnNarrow func(narrow bool)

	left, middle, right fyne.CanvasObject
	width               float32
	narrow              bool
	inMiddle            bool
	grip                *grip
	line1, line2        *canvas.Rectangle
}

// NewSplit lays out a left column and a middle.
func NewSplit(left, middle fyne.CanvasObject) *Split {
	s := &Split{left: left, middle: middle, width: theme.LeftWidth, line1: newBox(0), line2: newBox(0)}
	s.grip = newGrip(s)
	s.ExtendBaseWidget(s)
	return s
}

// SetMiddle changes the middle.
func (s *Split) SetMiddle(o fyne.CanvasObject) {
	s.middle = o
	s.Refresh()
}

// SetLeft changes the left column.
func (s *Split) SetLeft(o fyne.CanvasObject) {
	s.left = o
	s.Refresh()
}

// SetRight opens a panel at the right, nil closes it.
func (s *Split) SetRight(o fyne.CanvasObject) {
	s.right = o
	s.Refresh()
}

// SetLeftWidth sets the width of the left column within its limits.
func (s *Split) SetLeftWidth(width float32) {
	s.width = min(max(width, theme.LeftMin), theme.LeftMax)
	s.Refresh()
}

// LeftWidth returns the width of the left column.
func (s *Split) LeftWidth() float32 { return s.width }

// Narrow reports whether one column is shown.
func (s *Split) Narrow() bool { return s.narrow }

// ShowMiddle shows the middle (true) or the left column when narrow.
func (s *Split) ShowMiddle(middle bool) {
	s.inMiddle = middle
	s.Refresh()
}

// Covered reports whether the panel stands in the place of the middle now.
func (s *Split) Covered() bool { return s.right != nil && (s.narrow || s.panelOver()) }

// CreateRenderer implements fyne.Widget.
func (s *Split) CreateRenderer() fyne.WidgetRenderer { return newRenderer(s) }

func (s *Split) minSize() fyne.Size { return size(320, 360) }

func (s *Split) paint() {
	setRect(s.line1, theme.Color(theme.Line), 0)
	setRect(s.line2, theme.Color(theme.Line), 0)
}

func (s *Split) objects() []fyne.CanvasObject {
	var list []fyne.CanvasObject
	add := func(o fyne.CanvasObject) {
		if o != nil {
			list = append(list, o)
		}
	}
	switch {
	case s.narrow && s.right != nil && s.inMiddle:
		add(s.right)
	case s.narrow && s.inMiddle:
		add(s.middle)
	case s.narrow:
		add(s.left)
	case s.panelOver():
		add(s.left)
		list = append(list, s.line1, s.right, s.grip)
	default:
		add(s.left)
		add(s.middle)
		list = append(list, s.line1)
		if s.right != nil {
			list = append(list, s.right, s.line2)
		}
		list = append(list, s.grip)
	}
	return list
}

// middleLeast is the width below which the middle makes way for the panel.
const middleLeast float32 = 360

// panelOver reports whether the panel stands in the place of the middle.
func (s *Split) panelOver() bool {
	return s.right != nil && s.Size().Width-s.width-theme.RightWidth < middleLeast
}

func (s *Split) layout(area fyne.Size) {
	if area.Width <= 0 {
		return
	}
	narrow := area.Width < theme.NarrowBelow
	if narrow != s.narrow {
		s.narrow = narrow
		if s.OnNarrow != nil {
			s.OnNarrow(narrow)
		}
		canvas.Refresh(s)
	}
	if narrow {
		for _, o := range []fyne.CanvasObject{s.left, s.middle, s.right} {
			if o != nil {
				place(o, 0, 0, area.Width, area.Height)
			}
		}
		return
	}
	left := min(s.width, area.Width-theme.LeftMin)
	place(s.left, 0, 0, left-1, area.Height)
	place(s.line1, left-1, 0, 1, area.Height)
	right := area.Width
	if s.panelOver() {
		place(s.right, left, 0, max(area.Width-left, 1), area.Height)
		place(s.grip, left-4, 0, 8, area.Height)
		return
	}
	if s.right != nil {
		right -= min(theme.RightWidth, area.Width-left)
		place(s.right, right+1, 0, area.Width-right-1, area.Height)
		place(s.line2, right, 0, 1, area.Height)
	}
	if s.middle != nil {
		place(s.middle, left, 0, max(right-left, 1), area.Height)
	}
	place(s.grip, left-4, 0, 8, area.Height)
}

// grip is the edge one drags.
type grip struct {
	fynewidget.BaseWidget
	split *Split
	rect  *canvas.Rectangle
	hover bool
}

var (
	_ fyne.Draggable     = (*grip)(nil)
	_ desktop.Cursorable = (*grip)(nil)
	_ desktop.Hoverable  = (*grip)(nil)
)

func newGrip(s *Split) *grip {
	g := &grip{split: s, rect: newBox(0)}
	g.ExtendBaseWidget(g)
	return g
}

// CreateRenderer implements fyne.Widget.
func (g *grip) CreateRenderer() fyne.WidgetRenderer { return newRenderer(g) }

func (g *grip) minSize() fyne.Size           { return size(8, 8) }
func (g *grip) objects() []fyne.CanvasObject { return []fyne.CanvasObject{g.rect} }
func (g *grip) layout(s fyne.Size)           { place(g.rect, 3, 0, 1, s.Height) }
func (g *grip) paint() {
	ink := transparent
	if g.hover {
		ink = theme.Color(theme.AccentLine)
	}
	setRect(g.rect, ink, 0)
}

// Cursor implements desktop.Cursorable.
func (g *grip) Cursor() desktop.Cursor { return desktop.HResizeCursor }

// MouseIn implements desktop.Hoverable.
func (g *grip) MouseIn(*desktop.MouseEvent) {
	g.hover = true
	g.Refresh()
}

// MouseMoved implements desktop.Hoverable.
func (g *grip) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (g *grip) MouseOut() {
	g.hover = false
	g.Refresh()
}

// Dragged implements fyne.Draggable.
func (g *grip) Dragged(e *fyne.DragEvent) {
	g.split.SetLeftWidth(turned(g.Position().Add(e.Position), g.split.Size().Width).X)
}

// DragEnd implements fyne.Draggable.
func (g *grip) DragEnd() {
	if g.split.OnWidth != nil {
		g.split.OnWidth(g.split.width)
	}
}
