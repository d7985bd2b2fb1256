package chat

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// suggestions is the list over the composer that completes :names: and
// mentions. The keyboard stays in the text: arrows choose, Enter or Tab takes,
// Esc closes.
type suggestions struct {
	b      *bottom
	object *fyne.Container
	rows   *fyne.Container
	shown  vm.Suggestions
	on     int
	closed string // the text before the caret for which Esc was pressed
}

const suggestWidth float32 = 360

func newSuggestions(b *bottom) *suggestions {
	s := &suggestions{b: b, rows: container.New(widget.Column{})}
	ground := widget.NewSurface(theme.Sheet, nil)
	ground.Border, ground.Radius = theme.Line, theme.Radius12
	s.object = container.NewStack(ground, container.New(widget.Inset{Left: 4, Top: 4, Right: 4, Bottom: 4}, s.rows))
	s.object.Hide()
	return s
}

// update offers what fits the text before the caret.
func (s *suggestions) update() {
	before := s.b.composer.Area.BeforeCaret()
	if before == s.closed && before != "" {
		return
	}
	s.closed = ""
	s.shown, s.on = s.b.v.vm.Complete(before), 0
	s.fill()
}

func (s *suggestions) fill() {
	some := len(s.shown.List) > 0
	s.b.composer.Area.TakeTab(some)
	if !some && !s.object.Visible() {
		return
	}
	s.rows.Objects = nil
	for i, c := range s.shown.List {
		row := widget.NewPressRow("", c.Label, func() { s.take(i) })
		row.Height, row.Small = 36, true
		if c.Emoji != "" {
			row.Lead = container.New(widget.Inset{Left: 4, Right: 4}, newEmojiText(c.Emoji))
		} else {
			row.Lead = widget.NewAvatar(24, avatarModel(c.Avatar))
		}
		if i == s.on {
			row.Ground = theme.Hover
		}
		s.rows.Add(widget.Name(row, "suggest.row:"+c.Label))
	}
	show(s.object, some)
	s.b.v.layout()
}

// key sees the composer's keys while something is offered.
func (s *suggestions) key(k *fyne.KeyEvent) bool {
	n := len(s.shown.List)
	if n == 0 {
		return false
	}
	switch k.Name {
	case fyne.KeyDown:
		s.on = (s.on + 1) % n
	case fyne.KeyUp:
		s.on = (s.on + n - 1) % n
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeyTab:
		s.take(s.on)
		return true
	case fyne.KeyEscape:
		s.close()
		return true
	case fyne.KeyLeft, fyne.KeyRight, fyne.KeyHome, fyne.KeyEnd, fyne.KeyPageUp, fyne.KeyPageDown:
		s.close() // the caret leaves the word
		return false
	default:
		return false
	}
	s.fill()
	return true
}

func (s *suggestions) take(i int) {
	c := s.shown.List[i]
	n := s.shown.Replace
	s.shown = vm.Suggestions{}
	s.b.composer.Area.ReplaceBefore(n, s.b.v.vm.Chose(c))
	s.fill()
	s.b.focus()
}

// close takes the list away until the text is another one; false when there was
// none.
func (s *suggestions) close() bool {
	if len(s.shown.List) == 0 {
		return false
	}
	s.closed = s.b.composer.Area.BeforeCaret()
	s.shown = vm.Suggestions{}
	s.fill()
	return true
}
