package widget

import (
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Overflow is something on the screen that has less room than it needs.
type Overflow struct {
	Name string  // of the control it is in
	Text string  // what does not fit
	Why  string  // "out of its part", "out of the window", "squeezed"
	By   float32 // in device-independent pixels
}

func (o Overflow) String() string {
	return fmt.Sprintf("%s: %q is %s by %.0f", o.Name, o.Text, o.Why, o.By)
}

// Overflows finds text that stands out of its part or of the window, and parts
// that are narrower than the least they ask for, as one that was shortened with
// an ellipsis although its words are the program's own. Heights are not looked
// at: what is long scrolls. Call it on the interface's goroutine.
func Overflows(c fyne.Canvas) []Overflow {
	s := &spill{window: area{0, 0, c.Size().Width, c.Size().Height}}
	objects := append([]fyne.CanvasObject{c.Content()}, c.Overlays().List()...)
	for _, o := range objects {
		s.walk(o, 0, 0, s.window, s.window, "")
	}
	return s.found
}

type spill struct {
	window area
	found  []Overflow
}

// slack is what rounding to whole pixels may cost.
const slack = 1.5

// walk visits an object whose parent stands at x, y. part is the widget around
// it, clip what of the window is left to it.
func (s *spill) walk(o fyne.CanvasObject, x, y float32, part, clip area, name string) {
	if o == nil || !o.Visible() {
		return
	}
	x, y = x+o.Position().X, y+o.Position().Y
	own := area{x, y, x + o.Size().Width, y + o.Size().Height}
	visible := own.cut(clip)
	if t, ok := o.(*canvas.Text); ok {
		s.text(t, x, part, clip, name)
		return
	}
	if visible.empty() {
		return
	}
	switch o.(type) {
	case *editor: // scrolls to the caret
		return
	case *Album: // pictures get smaller
		return
	}
	list, clips := children(o)
	if clips {
		clip = visible
	}
	if _, ok := o.(fyne.Widget); ok {
		if n, ok := o.(Named); ok && n.InspectName() != "" {
			name = n.InspectName()
		}
		if _, page := o.(*scrollBox); !page {
			if least := o.MinSize().Width; least > o.Size().Width+slack {
				what := joinTexts(list)
				if what == "" {
					what = fmt.Sprintf("%T", o)
				}
				s.add(name, what, "squeezed", least-o.Size().Width)
			}
		}
		part = own
	}
	if stage, ok := o.(*Stage); ok && len(stage.unseen) > 0 { // painted ahead, behind the edge
		list = list[:0]
		for _, child := range stage.objects() {
			if t, ok := child.(*canvas.Text); !ok || !slices.Contains(stage.unseen, fyne.CanvasObject(t)) {
				list = append(list, child)
			}
		}
	}
	for _, child := range list {
		s.walk(child, x, y, part, clip, name)
	}
}

func (s *spill) text(t *canvas.Text, x float32, part, clip area, name string) {
	if strings.TrimSpace(t.Text) == "" || clip.empty() {
		return
	}
	right := x + t.MinSize().Width
	switch {
	case right > part.x2+slack:
		s.add(name, t.Text, "out of its part", right-part.x2)
	case x < part.x1-slack:
		s.add(name, t.Text, "out of its part", part.x1-x)
	case right > s.window.x2+slack:
		s.add(name, t.Text, "out of the window", right-s.window.x2)
	case x < s.window.x1-slack:
		s.add(name, t.Text, "out of the window", s.window.x1-x)
	}
}

func (s *spill) add(name, text, why string, by float32) {
	s.found = append(s.found, Overflow{name, text, why, by})
}
