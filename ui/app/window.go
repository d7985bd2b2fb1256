package app

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"sotto/assets"
	"sotto/ui/driver"
	"sotto/ui/onboarding"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Window is the window of one profile, or of several accounts of which it shows
// one at a time.
type Window struct {
	app     fyne.App
	window  fyne.Window
	stage   *widget.Stage
	post    *poster
	desk    vm.Desk
	cancel  context.CancelFunc
	display error // why the window cannot be shown; nil: it can

	keeper   Keeper     // nil: one profile, and no others
	accounts []*account // in their order
	shown    *account   // one of them, or one that is being added
	before   *account   // that was shown before; nil: none
	switcher *switcher  // the sheet of accounts, while it is open

	first   *onboarding.View // while the first run lasts
	session *session         // of the account that is shown, once it is open
	leaving func()           // ends what a page without a session works with
	secret  string           // on the clipboard for a while; see CopySecret
	look    theme.Options    // that is worn
	sized   bool             // it has the size that it remembered
	active  bool             // somebody is at it
	closing bool
	ended   atomic.Bool // the toolkit, and with it the screen
	ready   bool        // the first useful frame can be painted
	onClose func()
	around  around
}

// The size of the window until it remembers one.
const (
	startWidth, startHeight = 1100, 760
	minWidth, minHeight     = 360, 480
)

// New makes a window for one profile that is not shown yet. closed is called
// when the user closes it, after drafts and places are stored.
func New(a fyne.App, host Host, closed func()) *Window {
	w := newWindow(a, closed)
	w.shown = &account{w: w, host: host}
	w.accounts = []*account{w.shown}
	return w
}

func newWindow(a fyne.App, closed func()) *Window {
	w := &Window{app: a, post: newPoster(), active: true, onClose: closed}
	w.around.desktop = nowhere{}
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel, w.desk = cancel, vm.NewDesk(ctx, w.post.post)
	theme.Apply(a, theme.Options{})
	a.SetIcon(assets.Logo(assets.AppPNG))
	w.window = a.NewWindow("Sotto")
	w.display = driver.WithoutDepth(a)
	driver.Answer(a, widget.Inputs(), widget.LastInput, w.post.post)
	w.window.SetIcon(assets.Logo(assets.AppPNG))
	w.window.SetPadded(false)
	w.window.Resize(fyne.NewSize(startWidth, startHeight))
	w.window.SetMaster()
	w.stage = widget.NewStage(widget.NewSurface(theme.Paper, nil))
	w.stage.OnEscape = w.escape
	w.stage.Last = driver.PaintDamage(a, w.window.Canvas())
	w.window.SetContent(w.stage)
	w.window.SetCloseIntercept(w.shut)
	w.window.SetOnDropped(w.dropped)
	a.Lifecycle().SetOnStarted(w.post.run)
	a.Lifecycle().SetOnEnteredForeground(func() { w.setActive(true) })
	a.Lifecycle().SetOnExitedForeground(func() { w.setActive(false) })
	w.addShortcuts()
	return w
}

// Prepare looks at the profile and opens it where that needs nobody, and
// returns when there is something to show, at the latest after patience.
func (w *Window) Prepare(patience time.Duration) {
	w.shown.look()
	w.post.pump(patience, func() bool { return w.ready })
	if !w.around.hidden {
		w.window.Show()
	}
	for _, a := range w.accounts {
		if a != w.shown {
			a.wake()
		}
	}
}

// Display is nil, or why the window cannot be shown: do not Prepare it then, End it.
func (w *Window) Display() error { return w.display }

// Raise brings the window to the front.
func (w *Window) Raise() {
	w.window.Show()
	w.window.RequestFocus()
	if w.around.hidden {
		w.around.hidden = false
		w.updateTray()
	}
}

// Resize gives the window another size, in device-independent pixels.
func (w *Window) Resize(width, height float32) { w.window.Resize(fyne.NewSize(width, height)) }

// Inspect tells what the window shows; see widget.Inspect.
func (w *Window) Inspect() []widget.Seen { return widget.Inspect(w.window.Canvas()) }

// Close stores what is unsaved, ends everything that works for the window, and
// tells the program.
func (w *Window) Close() {
	if w.closing {
		return
	}
	w.forgetSecret()
	w.finish()
	w.post.end()
	w.onClose()
}

// Stop has the program told, from any goroutine. The toolkit listens to signals
// too and may end on its own at the same moment: nothing comes to it any more, and
// End does the rest.
func (w *Window) Stop() {
	w.post.end()
	fyne.Do(func() {
		if !w.ended.Load() {
			w.onClose()
		}
	})
}

// End does what Close would have done where the toolkit has ended without it: on
// a signal, or because the screen went. Call it when the toolkit's Run has returned, or
// waits for ever; nothing else is the interface's goroutine then.
func (w *Window) End() {
	w.ended.Store(true)
	w.post.end()
	if !w.closing {
		w.finish()
	}
}

func (w *Window) finish() {
	w.closing = true
	if w.session != nil {
		w.session.end()
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	for _, a := range w.accounts {
		if a.engine != nil {
			a.notices.End()
		}
		if a.media != nil {
			a.media.leave()()
		}
		for _, done := range []<-chan struct{}{a.settled, a.locking} {
			if done == nil {
				continue
			}
			select { // what was unsaved when it was left, or locked
			case <-done:
			case <-late.C:
				late.Reset(0)
			}
		}
	}
	w.cancel()
}

// TapAt presses what is drawn at a place: parts of a widget that are none of
// their own.
func (w *Window) TapAt(at fyne.Position) { widget.TapAt(w.Canvas(), at) }

// Canvas implements the windows of the screens.
func (w *Window) Canvas() fyne.Canvas { return w.window.Canvas() }

func (w *Window) show(o fyne.CanvasObject) {
	w.clearOverlays()
	w.stage.SetContent(o)
	w.screenChanged()
}

func (w *Window) clearOverlays() {
	overlays := w.window.Canvas().Overlays()
	for _, o := range slices.Clone(overlays.List()) {
		if d, ok := o.(interface{ Dismiss() }); ok {
			d.Dismiss()
			continue
		}
		overlays.Remove(o)
	}
}

// closedAlready lets who waits for it go on.
var closedAlready = func() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

func (w *Window) escape() {
	switch {
	case w.first != nil && w.first.AtWelcome() && w.adding():
		w.giveUp()
	case w.first != nil:
		w.first.Escape()
	case w.session != nil:
		w.session.escape()
	}
}

func (w *Window) setActive(active bool) {
	w.active = active
	if w.session != nil {
		w.session.attend()
	}
}
