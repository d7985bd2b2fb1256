package main

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"sotto/ui/app"
)

// plainListArg makes this program the reference of what people feel: a window of
// the same toolkit with its own entry and its own list over as many rows.
const plainListArg = "plain-list"

// plainRows are the texts of the bare list: as many as the long conversation has
// messages.
func plainRows() []string {
	words := newProse(3)
	rows := make([]string, crowdLong)
	for i := range rows {
		rows[i] = words.sentence()
	}
	return rows
}

func newPlainList() *widget.List {
	rows := plainRows()
	return widget.NewList(
		func() int { return len(rows) },
		func() fyne.CanvasObject { return widget.NewLabel("") },
		func(i widget.ListItemID, o fyne.CanvasObject) {
			o.(*widget.Label).SetText(strconv.Itoa(i) + " " + rows[i])
		})
}

func plainList() {
	w := app.Toolkit("im.sotto.plain").NewWindow("plain")
	list := newPlainList()
	w.SetContent(container.NewBorder(widget.NewEntry(), nil, nil, nil, list))
	row := 0
	w.Canvas().AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyDown, Modifier: fyne.KeyModifierAlt}, func(fyne.Shortcut) {
		row = (row + 1111) % crowdLong
		list.ScrollTo(row)
	})
	w.Resize(fyne.NewSize(windowWidth, windowHeight))
	w.ShowAndRun()
}
