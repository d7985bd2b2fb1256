package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/ui/theme"
)

// SeekLine is a place in a sound on a line.
type SeekLine struct {
	fynewidget.BaseWidget
	onSeek func(share float32)
	share  float32
	rail   *canvas.Rectangle
	done   *canvas.Rectangle
	knob   *canvas.Circle
}

var (
	_ fyne.Tappable      = (*SeekLine)(nil)
	_ fyne.Draggable     = (*SeekLine)(nil)
	_ desktop.Cursorable = (*SeekLine)(nil)
)

func newSeekLine(onSeek func(float32)) *SeekLine {
	s := &SeekLine{onSeek: onSeek, rail: newBox(2), done: newBox(2), knob: canvas.NewCircle(nil)}
	s.ExtendBaseWidget(s)
	return s
}

func (s *SeekLine) set(share float32) {
	s.share = min(max(share, 0), 1)
	s.Refresh()
}

// InspectName implements Named.
func (s *SeekLine) InspectName() string { return "player.seek" }

// CreateRenderer implements fyne.Widget.
func (s *SeekLine) CreateRenderer() fyne.WidgetRenderer { return newRenderer(s) }

func (s *SeekLine) minSize() fyne.Size           { return size(40, 24) }
func (s *SeekLine) objects() []fyne.CanvasObject { return []fyne.CanvasObject{s.rail, s.done, s.knob} }
func (s *SeekLine) paint() {
	s.rail.FillColor, s.done.FillColor = theme.Color(theme.Pressed), theme.Color(theme.Accent)
	s.knob.FillColor = theme.Color(theme.Accent)
}

func (s *SeekLine) layout(area fyne.Size) {
	y := area.Height/2 - 2
	place(s.rail, 0, y, area.Width, 4)
	place(s.done, 0, y, area.Width*s.share, 4)
	place(s.knob, area.Width*s.share-5, area.Height/2-5, 10, 10)
}

func (s *SeekLine) seek(x float32) {
	touch()
	if w := s.Size().Width; w > 0 {
		s.onSeek(min(max(x/w, 0), 1))
	}
}

// Tapped implements fyne.Tappable.
func (s *SeekLine) Tapped(e *fyne.PointEvent) { s.seek(e.Position.X) }

// Dragged implements fyne.Draggable.
func (s *SeekLine) Dragged(e *fyne.DragEvent) { s.seek(e.Position.X) }

// DragEnd implements fyne.Draggable.
func (s *SeekLine) DragEnd() {}

// Cursor implements desktop.Cursorable.
func (s *SeekLine) Cursor() desktop.Cursor { return desktop.PointerCursor }

// PressLabel is one line of text that can be pressed.
type PressLabel struct {
	fynewidget.BaseWidget
	label   *Label
	pressed func()
}

func newPressLabel(pressed func()) *PressLabel {
	p := &PressLabel{label: NewShrinking("", SmallBold, theme.Text), pressed: pressed}
	p.ExtendBaseWidget(p)
	return p
}

func (p *PressLabel) set(s string) {
	p.label.SetText(s)
	p.Refresh()
}

// InspectName implements Named.
func (p *PressLabel) InspectName() string { return "player.title" }

// CreateRenderer implements fyne.Widget.
func (p *PressLabel) CreateRenderer() fyne.WidgetRenderer { return newRenderer(p) }

func (p *PressLabel) minSize() fyne.Size {
	return size(ceil(textWidth(spansText(p.label.Spans), SmallBold, false))+1, SmallBold.Line)
}
func (p *PressLabel) objects() []fyne.CanvasObject { return []fyne.CanvasObject{p.label} }
func (p *PressLabel) paint()                       {}
func (p *PressLabel) layout(s fyne.Size)           { p.label.Resize(s) }

// Tapped implements fyne.Tappable.
func (p *PressLabel) Tapped(*fyne.PointEvent) {
	touch()
	p.pressed()
}

// Cursor implements desktop.Cursorable.
func (p *PressLabel) Cursor() desktop.Cursor { return desktop.PointerCursor }
