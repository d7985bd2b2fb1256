package settings

import (
	"fyne.io/fyne/v2"

	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/widget"
)

// system is what the window has to do with the desktop around it.
func (v *View) system() fyne.CanvasObject {
	tray := v.row("window.tray", nil)
	if v.window.HasTray() {
		tray = v.finish("window.tray", widget.NewSwitchRow(text.T("window.tray"), v.Settings.Now.CloseToTray,
			v.set(func(s *model.Settings, on bool) { s.CloseToTray = on })))
	} else {
		tray.Detail = text.T("window.no_tray")
	}
	start := v.row("window.start", nil)
	if v.Autostart.Elsewhere {
		start.Detail = text.T("window.start_elsewhere")
	} else {
		start = v.finish("window.start", widget.NewSwitchRow(text.T("window.start"), v.Autostart.On, v.Autostart.Set))
	}
	return section("window.heading", v.place("window.tray", tray), v.place("window.start", start))
}
