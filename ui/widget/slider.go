package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"sotto/ui/theme"
)

// Slider chooses one of some steps by dragging, pressing, or arrow keys.
type Slider struct {
	control
	Steps int // at least two
	At    int
	// OnMoved is called while it is dragged, OnChanged when a step was chosen:
	// at the end of a drag, so that what the choice moves does not slip away
	// from under the pointer.
	OnMoved   func(int)
	OnChanged func(int)

	track *canvas.Rectangle
	done  *canvas.Rectangle
	knob  *canvas.Circle
	ring  ring
	drag  bool
	told  int
}

var _ fyne.Draggable = (*Slider)(nil)

const sliderKnob float32 = 20

// NewSlider makes a slider of so many steps, 40 high.
func NewSlider(steps, at int, changed func(int)) *Slider {
	s := &Slider{Steps: max(steps, 2), At: at, told: at, OnChanged: changed, track: newBox(2), done: newBox(2), knob: canvas.NewCircle(nil), ring: newRing()}
	s.ExtendBaseWidget(s)
	return s
}

// Set moves the slider without OnChanged.
func (s *Slider) Set(at int) {
	s.At, s.told = s.clamp(at), s.clamp(at)
	s.Refresh()
}

func (s *Slider) clamp(at int) int { return min(max(at, 0), s.Steps-1) }

// stepAt finds the step nearest to a place.
func (s *Slider) stepAt(x float32) int {
	room := s.Size().Width - sliderKnob
	if room <= 0 {
		return s.At
	}
	return s.clamp(int((x-sliderKnob/2)/room*float32(s.Steps-1) + 0.5))
}

func (s *Slider) move(at int) {
	if at = s.clamp(at); at == s.At || s.disabled {
		return
	}
	s.At = at
	s.Refresh()
	if s.OnMoved != nil {
		s.OnMoved(at)
	}
}

func (s *Slider) settle() {
	if s.At == s.told {
		return
	}
	s.told = s.At
	if s.OnChanged != nil {
		s.OnChanged(s.At)
	}
}

// Tapped implements fyne.Tappable.
func (s *Slider) Tapped(e *fyne.PointEvent) {
	s.move(s.stepAt(e.Position.X))
	s.settle()
}

// Dragged implements fyne.Draggable.
func (s *Slider) Dragged(e *fyne.DragEvent) {
	touch()
	s.drag = true
	s.move(s.stepAt(e.Position.X))
}

// DragEnd implements fyne.Draggable.
func (s *Slider) DragEnd() {
	s.drag = false
	s.settle()
}

// TypedRune implements fyne.Focusable: space does nothing here.
func (s *Slider) TypedRune(rune) { touch() }

// TypedKey implements fyne.Focusable.
func (s *Slider) TypedKey(k *fyne.KeyEvent) {
	touch()
	switch k.Name {
	case fyne.KeyLeft, fyne.KeyDown:
		s.move(s.At - 1)
	case fyne.KeyRight, fyne.KeyUp:
		s.move(s.At + 1)
	case fyne.KeyHome:
		s.move(0)
	case fyne.KeyEnd:
		s.move(s.Steps - 1)
	case fyne.KeyEscape:
		escapeFocused()
		return
	}
	s.settle()
}

// CreateRenderer implements fyne.Widget.
func (s *Slider) CreateRenderer() fyne.WidgetRenderer { return newRenderer(s) }

func (s *Slider) minSize() fyne.Size { return size(120, 40) }

func (s *Slider) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{s.track, s.done, s.knob, s.ring.rect}
}

func (s *Slider) paint() {
	ink := theme.Accent
	if s.disabled {
		ink = theme.Outline
	}
	setRect(s.track, theme.Color(theme.Line), 2)
	setRect(s.done, theme.Color(ink), 2)
	s.knob.FillColor, s.knob.StrokeColor, s.knob.StrokeWidth = theme.Color(theme.Sheet), theme.Color(ink), 2
	if s.hovered || s.drag {
		s.knob.StrokeWidth = 3
	}
	s.ring.paint(s.focused, sliderKnob/2)
}

func (s *Slider) layout(area fyne.Size) {
	y := round((area.Height - 4) / 2)
	x := round((area.Width - sliderKnob) * float32(s.At) / float32(s.Steps-1))
	place(s.track, 0, y, area.Width, 4)
	place(s.done, 0, y, x+sliderKnob/2, 4)
	top := round((area.Height - sliderKnob) / 2)
	place(s.knob, x, top, sliderKnob, sliderKnob)
	s.ring.layout(pos(x, top), size(sliderKnob, sliderKnob))
}
