package widget

import (
	"os"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sotto/ui/theme"
)

func TestMain(m *testing.M) {
	test.NewApp().Settings().SetTheme(theme.New(theme.Light, theme.Lagoon))
	os.Exit(m.Run())
}

// window shows content in a window of a size and returns its canvas.
func window(t *testing.T, content fyne.CanvasObject, w, h float32) fyne.Canvas {
	t.Helper()
	win := test.NewWindow(content)
	win.SetPadded(false)
	win.Resize(fyne.NewSize(w, h))
	t.Cleanup(win.Close)
	return win.Canvas()
}

// clock stands in for afterFunc: nothing happens until run.
type clock struct{ waiting []*wait }

type wait struct {
	after time.Duration
	do    func()
}

func useClock(t *testing.T) *clock {
	t.Helper()
	c, before := &clock{}, afterFunc
	afterFunc = func(d time.Duration, f func()) func() {
		w := &wait{d, f}
		c.waiting = append(c.waiting, w)
		return func() { w.do = nil }
	}
	t.Cleanup(func() { afterFunc = before })
	return c
}

// run does what waits now, not what that asks for in turn.
func (c *clock) run() int {
	now := c.waiting
	c.waiting = nil
	n := 0
	for _, w := range now {
		if w.do != nil {
			w.do()
			n++
		}
	}
	return n
}

func press(f fyne.Focusable, names ...fyne.KeyName) {
	for _, n := range names {
		f.TypedKey(&fyne.KeyEvent{Name: n})
	}
}

func write(f fyne.Focusable, s string) {
	for _, r := range s {
		f.TypedRune(r)
	}
}

func near(a, b float32) bool { d := a - b; return d < 0.6 && d > -0.6 }
