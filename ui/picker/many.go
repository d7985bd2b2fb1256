package picker

import (
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"

	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// OpenMany shows the sheet for several files of any kind; chosen gets them in
// the order in which they were chosen, from whatever folders.
func OpenMany(c fyne.Canvas, desk vm.Desk, chosen func(paths []string)) *Sheet {
	s := open(c, desk, anyFile, nil)
	s.many = chosen
	s.add = widget.Name(widget.NewButton("", widget.Primary, s.done), "picker.add")
	s.SetFooter(widget.NewShrinking(text.T("picker.many_hint"), widget.Small, theme.Text2),
		widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss), s.add)
	s.count()
	return s
}

// pick chooses a file, or no longer. A path that was typed is chosen and taken.
func (s *Sheet) pick(path string) {
	typed := filepath.Clean(s.path.Text()) == path
	switch i := slices.Index(s.picked, path); {
	case i < 0:
		s.picked = append(s.picked, path)
	case !typed:
		s.picked = slices.Delete(s.picked, i, i+1)
	}
	if typed {
		s.done()
		return
	}
	s.count()
	s.show(s.entries)
}

func (s *Sheet) count() {
	s.add.SetText(text.T("files.add"))
	if n := len(s.picked); n > 0 {
		s.add.SetText(text.N("picker.add", n))
	}
	s.add.SetDisabled(len(s.picked) == 0)
	s.Refresh()
}

func (s *Sheet) done() {
	if len(s.picked) == 0 {
		return
	}
	s.Dismiss()
	s.many(s.picked)
}
