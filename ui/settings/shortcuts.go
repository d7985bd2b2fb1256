package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Shortcuts lists every shortcut with what it does, by where it works.
func Shortcuts() fyne.CanvasObject {
	all := container.New(widget.Column{})
	for _, place := range vm.ShortcutPlaces {
		if list := vm.ShortcutsAt(place); len(list) > 0 {
			var rows []fyne.CanvasObject
			for _, s := range list {
				rows = append(rows, shortcutRow(s))
			}
			all.Add(section(string(place), rows...))
		}
	}
	return all
}

func shortcutRow(s vm.Shortcut) fyne.CanvasObject {
	keys := container.New(widget.Row{Gap: theme.Space8})
	for _, k := range s.Keys {
		keys.Add(widget.NewKeyCap(k))
	}
	return container.New(widget.Inset{Left: theme.Space12, Top: 10, Right: theme.Space12, Bottom: 10},
		container.New(grow{}, widget.NewParagraph(text.T(s.Name), widget.Body, theme.Text, 0), keys))
}

func (v *View) shortcuts() []fyne.CanvasObject {
	var page []fyne.CanvasObject
	for _, place := range vm.ShortcutPlaces {
		var rows []fyne.CanvasObject
		for _, s := range vm.ShortcutsAt(place) {
			rows = append(rows, v.mark(s.Name, shortcutRow(s), nil))
		}
		if len(rows) > 0 {
			page = append(page, section(string(place), rows...))
		}
	}
	return page
}
