package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/widget"
)

// keys lists the shortcuts of the window.
var keys = []struct{ key, caps string }{
	{"keys.jump", "Ctrl K"},
	{"keys.new", "Ctrl N"},
	{"keys.next", "Alt ↓"},
	{"keys.previous", "Alt ↑"},
	{"keys.find", "Ctrl F"},
	{"keys.find_all", "Ctrl Shift F"},
	{"keys.details", "Ctrl ."},
	{"keys.back", "Esc"},
	{"keys.settings", "Ctrl ,"},
	{"keys.zoom", "Ctrl + / −"},
	{"keys.lock", "Ctrl L"},
	{"keys.help", "Ctrl /"},
}

// Shortcuts lists every shortcut with what it does.
func Shortcuts() fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, k := range keys {
		r := container.New(widget.Inset{Left: theme.Space12, Top: 10, Right: theme.Space12, Bottom: 10},
			container.New(widget.Row{}, widget.NewLabel(text.T(k.key), widget.Body, theme.Text), widget.NewSpacer(nil), widget.NewKeyCap(k.caps)))
		rows = append(rows, r)
	}
	return section("", rows...)
}
