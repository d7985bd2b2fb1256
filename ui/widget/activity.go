package widget

import (
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
)

var (
	lastInput atomic.Int64
	inputs    = make(chan struct{}, 1)
)

// touch notes that somebody is there.
func touch() {
	lastInput.Store(time.Now().UnixNano())
	select {
	case inputs <- struct{}{}:
	default:
	}
}

// Touch notes a key of the window, which no control has seen.
func Touch() { touch() }

// Inputs has something in it after a key or the pointer was used. It is for one
// reader.
func Inputs() <-chan struct{} { return inputs }

// LastInput is when a key or the pointer was last used on a control: what a
// lock after a pause goes by. Before the first input it is the zero time.
func LastInput() time.Time {
	if n := lastInput.Load(); n != 0 {
		return time.Unix(0, n)
	}
	return time.Time{}
}

// escapeFocused does what Esc does for a control that has the keyboard.
func escapeFocused() {
	app := fyne.CurrentApp()
	if app == nil {
		return
	}
	for _, w := range app.Driver().AllWindows() {
		if o, ok := w.Canvas().Focused().(fyne.CanvasObject); ok {
			Escape(o)
			return
		}
	}
}

// canvasToFocus is the canvas an object is in, or will be in: the toolkit knows
// where an object is only after it was painted, and a screen gives the keyboard
// to a field when it is shown.
func canvasToFocus(o fyne.CanvasObject) fyne.Canvas {
	if c := canvasOf(o); c != nil {
		return c
	}
	if app := fyne.CurrentApp(); app != nil {
		if all := app.Driver().AllWindows(); len(all) == 1 {
			return all[0].Canvas()
		}
	}
	return nil
}
