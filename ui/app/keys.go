package app

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sotto/engine/model"
	"sotto/ui/theme"
	"sotto/ui/widget"
)

const control, shift, alt = fyne.KeyModifierShortcutDefault, fyne.KeyModifierShift, fyne.KeyModifierAlt

// shortcut is a key of the window. Over a sheet or menu most are silent.
type shortcut struct {
	key      fyne.KeyName
	modifier fyne.KeyModifier
	anywhere bool
	do       func(*session)
}

// accountKeys show an account by its place, on every page of the window.
var accountKeys = []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.Key6, fyne.Key7, fyne.Key8}

var shortcuts = []shortcut{
	{fyne.KeyK, control, false, (*session).jump},
	{fyne.KeyN, control, false, (*session).newChat},
	{fyne.KeyF, control, false, (*session).find},
	{fyne.KeyF, control | shift, false, (*session).jump},
	{fyne.KeyM, control | shift, false, (*session).newChat},
	{fyne.KeyN, control | shift, false, (*session).openSelf},
	{fyne.KeyG, control | shift, false, (*session).newGroup},
	{fyne.KeyC, control | shift, false, (*session).joinCommunity},
	{fyne.KeyDown, alt, false, func(s *session) { s.next(1) }},
	{fyne.KeyUp, alt, false, func(s *session) { s.next(-1) }},
	{fyne.KeyE, control, false, (*session).emoji},
	{fyne.KeyU, control, false, (*session).pickFiles},
	{fyne.KeyRight, alt, false, inList(func(s *session) { s.list.StepFilter(1) })},
	{fyne.KeyLeft, alt, false, inList(func(s *session) { s.list.StepFilter(-1) })},
	{fyne.KeyDown, alt | shift, false, inList(func(s *session) { s.list.MovePin(1) })},
	{fyne.KeyUp, alt | shift, false, inList(func(s *session) { s.list.MovePin(-1) })},
	{fyne.Key1, control, false, func(s *session) { s.nth(0) }},
	{fyne.Key2, control, false, func(s *session) { s.nth(1) }},
	{fyne.Key3, control, false, func(s *session) { s.nth(2) }},
	{fyne.Key4, control, false, func(s *session) { s.nth(3) }},
	{fyne.Key5, control, false, func(s *session) { s.nth(4) }},
	{fyne.Key6, control, false, func(s *session) { s.nth(5) }},
	{fyne.Key7, control, false, func(s *session) { s.nth(6) }},
	{fyne.Key8, control, false, func(s *session) { s.nth(7) }},
	{fyne.Key9, control, false, func(s *session) { s.nth(8) }},
	{fyne.KeyW, control, false, (*session).close},
	{fyne.KeyPeriod, control, false, (*session).toggleInfo},
	{fyne.KeyComma, control, false, func(s *session) { s.openSettings("") }},
	{fyne.KeySlash, control, false, (*session).showShortcuts},
	{fyne.KeyL, control, true, (*session).Lock},
	{fyne.KeyPlus, control, true, zoom(1)},
	{fyne.KeyEqual, control, true, zoom(1)},
	{fyne.KeyEqual, control | shift, true, zoom(1)},
	{fyne.KeyMinus, control, true, zoom(-1)},
	{fyne.Key0, control, true, zoom(0)},
}

// zoom makes everything larger or smaller; 0 goes back to normal.
func zoom(direction int) func(*session) {
	return func(s *session) {
		s.settings.Change(func(m *model.Settings) {
			if direction == 0 {
				m.Appearance.Zoom = 0
				return
			}
			m.Appearance.Zoom = theme.ZoomStep(m.Appearance.Zoom, direction)
		})
	}
}

// pressed does what a shortcut does.
func (w *Window) pressed(key fyne.KeyName, modifier fyne.KeyModifier) {
	widget.Touch()
	if i := slices.Index(accountKeys, key); i >= 0 && modifier == control|shift {
		if w.window.Canvas().Overlays().Top() == nil {
			w.nthAccount(i)
		}
		return
	}
	s := w.session
	if s == nil || s.arrival != nil {
		return
	}
	for _, k := range shortcuts {
		if k.key == key && k.modifier == modifier && (k.anywhere || w.window.Canvas().Overlays().Top() == nil) {
			k.do(s)
			return
		}
	}
}

// addShortcuts gives the window its keys.
func (w *Window) addShortcuts() {
	for _, k := range shortcuts {
		w.window.Canvas().AddShortcut(&desktop.CustomShortcut{KeyName: k.key, Modifier: k.modifier},
			func(fyne.Shortcut) { w.pressed(k.key, k.modifier) })
	}
	for _, k := range accountKeys {
		w.window.Canvas().AddShortcut(&desktop.CustomShortcut{KeyName: k, Modifier: control | shift},
			func(fyne.Shortcut) { w.pressed(k, control|shift) })
	}
	// Esc reaches the canvas only while no control has the keyboard.
	w.window.Canvas().SetOnTypedKey(func(k *fyne.KeyEvent) {
		if k.Name == fyne.KeyEscape {
			widget.Escape(w.stage)
		}
	})
}
