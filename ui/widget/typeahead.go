package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"
)

// typeAhead has the keyboard while what is typed for is still being made, and
// keeps what is typed in its order.
type typeAhead struct {
	fynewidget.BaseWidget
	keys []func(fyne.Focusable)
}

var (
	_ fyne.Focusable    = (*typeAhead)(nil)
	_ fyne.Shortcutable = (*typeAhead)(nil)
	_ desktop.Keyable   = (*typeAhead)(nil)
)

// HoldKeys keeps what is typed from now on until ReleaseKeys.
func (s *Stage) HoldKeys() {
	c := canvasOf(s)
	if c == nil || s.ahead != nil {
		return
	}
	s.ahead = &typeAhead{}
	s.ahead.ExtendBaseWidget(s.ahead)
	s.ahead.Resize(size(1, 1))
	c.Focus(s.ahead)
}

// ReleaseKeys gives what was typed since HoldKeys to a control; nil drops it.
// The control takes the keyboard by itself.
func (s *Stage) ReleaseKeys(to fyne.Focusable) {
	held := s.ahead
	if held == nil {
		return
	}
	s.ahead = nil
	if c := canvasOf(s); c != nil && c.Focused() == fyne.Focusable(held) {
		c.Unfocus()
	}
	if to == nil {
		return
	}
	for _, k := range held.keys {
		k(to)
	}
}

func (t *typeAhead) keep(k func(fyne.Focusable)) {
	const most = 1000 // a key that lies on the keyboard
	if len(t.keys) < most {
		t.keys = append(t.keys, k)
	}
}

// FocusGained implements fyne.Focusable.
func (t *typeAhead) FocusGained() {}

// FocusLost implements fyne.Focusable.
func (t *typeAhead) FocusLost() {}

// TypedRune implements fyne.Focusable.
func (t *typeAhead) TypedRune(r rune) {
	touch()
	t.keep(func(to fyne.Focusable) { to.TypedRune(r) })
}

// TypedKey implements fyne.Focusable.
func (t *typeAhead) TypedKey(k *fyne.KeyEvent) {
	touch()
	t.keep(func(to fyne.Focusable) { to.TypedKey(k) })
}

// KeyDown implements desktop.Keyable: Shift matters to what comes after it.
func (t *typeAhead) KeyDown(k *fyne.KeyEvent) {
	t.keep(func(to fyne.Focusable) {
		if d, ok := to.(desktop.Keyable); ok {
			d.KeyDown(k)
		}
	})
}

// KeyUp implements desktop.Keyable.
func (t *typeAhead) KeyUp(k *fyne.KeyEvent) {
	t.keep(func(to fyne.Focusable) {
		if d, ok := to.(desktop.Keyable); ok {
			d.KeyUp(k)
		}
	})
}

// TypedShortcut implements fyne.Shortcutable. Those of the window work at once;
// those of a text wait for it.
func (t *typeAhead) TypedShortcut(k fyne.Shortcut) {
	switch k.(type) {
	case *fyne.ShortcutPaste, *fyne.ShortcutSelectAll, *fyne.ShortcutCut, *fyne.ShortcutCopy, *fyne.ShortcutUndo, *fyne.ShortcutRedo:
		t.keep(func(to fyne.Focusable) {
			if d, ok := to.(fyne.Shortcutable); ok {
				d.TypedShortcut(k)
			}
		})
		return
	}
	if w, ok := canvasOf(t).(fyne.Shortcutable); ok {
		w.TypedShortcut(k)
	}
}

// CreateRenderer implements fyne.Widget.
func (t *typeAhead) CreateRenderer() fyne.WidgetRenderer {
	return fynewidget.NewSimpleRenderer(canvas.NewRectangle(nil))
}
