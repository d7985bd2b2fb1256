//go:build !linux

package app

import (
	"bytes"
	"context"
	"image/png"

	"fyne.io/fyne/v2"
	fynedesktop "fyne.io/fyne/v2/driver/desktop"

	"sotto/internal/desktop"
)

// toolkitDesktop is the desktop as far as the toolkit knows it. Notifications are
// neither replaced nor taken back, and a press on one says nothing: the toolkit
// has no way for that. The system plays their sound.
type toolkitDesktop struct {
	w    *Window
	on   desktop.Events
	menu *fyne.Menu
	icon any // the picture it was made from
}

func newDesktop(w *Window, _ desktop.App, on desktop.Events) Desktop {
	return &toolkitDesktop{w: w, on: on}
}

// Show implements Desktop.
func (d *toolkitDesktop) Show(n desktop.Notice) {
	d.w.app.SendNotification(fyne.NewNotification(n.Title, n.Body))
}

// Withdraw implements Desktop.
func (d *toolkitDesktop) Withdraw(string) {}

// SetBadge implements Desktop.
func (d *toolkitDesktop) SetBadge(int) {}

// HasTray implements Desktop.
func (d *toolkitDesktop) HasTray() bool { return d.menu != nil }

// Run implements Desktop.
func (d *toolkitDesktop) Run(context.Context) {}

// SetTray implements Desktop. The first call comes before the toolkit runs, as
// it demands.
func (d *toolkitDesktop) SetTray(t desktop.Tray) {
	a, ok := d.w.app.(fynedesktop.App)
	if !ok || len(t.Icon) == 0 {
		return
	}
	var items []*fyne.MenuItem
	for _, e := range t.Menu {
		if e.Label == "" {
			items = append(items, fyne.NewMenuItemSeparator())
			continue
		}
		item := fyne.NewMenuItem(e.Label, func() { d.on.Chosen(e.ID) })
		item.Disabled, item.IsQuit = e.Disabled, e.ID == trayQuit // with an action of its own the toolkit adds none
		items = append(items, item)
	}
	picture := t.Icon[len(t.Icon)-1]
	if d.icon != any(picture) {
		var b bytes.Buffer
		if png.Encode(&b, picture) == nil {
			d.icon = picture
			a.SetSystemTrayIcon(fyne.NewStaticResource("tray.png", b.Bytes()))
		}
	}
	first := d.menu == nil
	if first {
		d.menu = fyne.NewMenu("Sotto")
	}
	d.menu.Items = items
	a.SetSystemTrayMenu(d.menu)
	if first {
		a.SetSystemTrayWindow(d.w.window)
		d.w.window.SetCloseIntercept(d.w.shut) // the toolkit has set its own
	}
}

// drawTrayIcons draws before the toolkit runs, as its tray demands.
func (w *Window) drawTrayIcons() {
	w.around.icons = trayIcons()
	w.updateTray()
}
