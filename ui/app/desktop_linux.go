package app

import (
	"context"
	"image"

	"sotto/internal/desktop"
	"sotto/ui/vm"
)

func newDesktop(_ *Window, app desktop.App, on desktop.Events) Desktop { return desktop.New(app, on) }

// drawTrayIcons draws while the window gets ready.
func (w *Window) drawTrayIcons() {
	vm.Ask(w.desk, func(context.Context) ([2][]image.Image, error) { return trayIcons(), nil }, func(icons [2][]image.Image, _ error) {
		w.around.icons = icons
		w.updateTray()
	})
}
