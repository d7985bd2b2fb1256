package protect

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// strength says how good a passphrase is while it is typed: three bars, a
// sentence, and what would make it better. It forbids nothing.
type strength struct {
	box   *fyne.Container
	bars  []*widget.Surface
	say   *widget.Label
	hints *fyne.Container
}

func newStrength(width float32) *strength {
	s := &strength{
		say:   widget.NewParagraph("", widget.Small, theme.Text2, width),
		hints: container.New(flowing{}),
	}
	row := container.New(bars{})
	for range 3 {
		bar := widget.NewSurface(theme.Line, nil)
		bar.Radius = 2
		s.bars = append(s.bars, bar)
		row.Add(bar)
	}
	s.box = container.New(widget.Column{Gap: theme.Space8}, row, s.say, s.hints)
	s.box.Hide()
	return s
}

// show judges a passphrase; nothing is said while nothing is typed.
func (s *strength) show(passphrase string) {
	if passphrase == "" {
		s.box.Hide()
		return
	}
	level, hints := vm.StrengthOf(passphrase)
	color := map[vm.Strength]theme.Name{vm.TooShort: theme.Outline, vm.Weak: theme.Warn, vm.Fair: theme.Warn, vm.Strong: theme.Ok}[level]
	for i, bar := range s.bars {
		bar.Color = theme.Line
		if i < int(level) || i == 0 {
			bar.Color = color
		}
		bar.Refresh()
	}
	s.say.SetText(level.Words())
	s.hints.Objects = nil
	if level < vm.Strong {
		for _, h := range hints {
			icon, ink := assets.IconMinus, theme.Text3
			if h.Met {
				icon, ink = assets.IconCheck, theme.Ok
			}
			s.hints.Add(container.New(widget.Row{Gap: theme.Space4}, widget.NewIcon(icon, 16, ink), widget.NewLabel(text.T(h.Key), widget.Small, theme.Text2)))
		}
	}
	s.hints.Refresh()
	s.box.Show()
	s.box.Refresh()
}

// bars sets equal bars side by side, 4 high.
type bars struct{}

func (bars) Layout(o []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(o, s)
	n := float32(len(o))
	w := (s.Width - theme.Space4*(n-1)) / n
	for i, c := range o {
		c.Move(fyne.NewPos(float32(i)*(w+theme.Space4), 0))
		c.Resize(fyne.NewSize(w, 4))
	}
}

func (bars) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(60, 4) }

// flowing sets objects side by side, in the next line where there is no room.
type flowing struct{}

func (flowing) Layout(o []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(o, s)
	x, y := float32(0), float32(0)
	for _, c := range o {
		m := c.MinSize()
		if x > 0 && x+m.Width > s.Width {
			x, y = 0, y+m.Height+theme.Space4
		}
		c.Move(fyne.NewPos(x, y))
		c.Resize(m)
		x += m.Width + theme.Space16
	}
}

func (flowing) MinSize(o []fyne.CanvasObject) fyne.Size {
	h := float32(0)
	for _, c := range o {
		h = max(h, c.Position().Y+c.MinSize().Height)
	}
	return fyne.NewSize(100, h)
}
