package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sotto/engine/model"
	"sotto/ui/theme"
	"sotto/ui/widget"
)

// addShortcuts gives the window its keys. Over a sheet or menu they are
// silent, but for the lock.
func (w *Window) addShortcuts() {
	add := func(key fyne.KeyName, modifier fyne.KeyModifier, anywhere bool, f func(*session)) {
		w.window.Canvas().AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: modifier}, func(fyne.Shortcut) {
			s := w.session
			if s == nil || s.locked || !anywhere && w.window.Canvas().Overlays().Top() != nil {
				return
			}
			f(s)
		})
	}
	const control, shift, alt = fyne.KeyModifierShortcutDefault, fyne.KeyModifierShift, fyne.KeyModifierAlt
	add(fyne.KeyK, control, false, (*session).jump)
	add(fyne.KeyN, control, false, (*session).newChat)
	add(fyne.KeyF, control, false, (*session).find)
	add(fyne.KeyF, control|shift, false, (*session).jump)
	add(fyne.KeyDown, alt, false, func(s *session) { s.next(1) })
	add(fyne.KeyUp, alt, false, func(s *session) { s.next(-1) })
	add(fyne.KeyPeriod, control, false, (*session).toggleInfo)
	add(fyne.KeyComma, control, false, func(s *session) { s.openSettings("") })
	add(fyne.KeySlash, control, false, (*session).showShortcuts)
	add(fyne.KeyL, control, true, (*session).Lock)
	zoom := func(direction int) func(*session) {
		return func(s *session) {
			s.settings.Change(func(m *model.Settings) { m.Appearance.Zoom = theme.ZoomStep(m.Appearance.Zoom, direction) })
		}
	}
	add(fyne.KeyPlus, control, true, zoom(1))
	add(fyne.KeyEqual, control, true, zoom(1))
	add(fyne.KeyEqual, control|shift, true, zoom(1))
	add(fyne.KeyMinus, control, true, zoom(-1))
	add(fyne.Key0, control, true, func(s *session) {
		s.settings.Change(func(m *model.Settings) { m.Appearance.Zoom = 0 })
	})
	// Esc reaches the canvas only while no control has the keyboard.
	w.window.Canvas().SetOnTypedKey(func(k *fyne.KeyEvent) {
		if k.Name == fyne.KeyEscape {
			widget.Escape(w.stage)
		}
	})
}
