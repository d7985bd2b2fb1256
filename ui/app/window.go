package app

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"sotto/assets"
	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/onboarding"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Window is the window of one profile.
type Window struct {
	app    fyne.App
	window fyne.Window
	stage  *widget.Stage
	host   Host
	post   *poster
	desk   vm.Desk
	cancel context.CancelFunc

	first    *onboarding.View // while the first run lasts
	session  *session         // once a profile is open
	secret   string           // on the clipboard for a while; see CopySecret
	keyFile  string           // path of the key file that fitted last
	back     *place           // where to go after unlocking
	locking  <-chan struct{}  // closed when the profile is closed after locking
	language string           // that was chosen; empty: the system's
	closing  bool
	ready    bool // the first useful frame can be painted
	onClose  func()
	around   around
}

// The size of the window until it remembers one.
const (
	startWidth, startHeight = 1100, 760
	minWidth, minHeight     = 360, 480
)

// New makes a window that is not shown yet. closed is called when the user
// closes it, after drafts and places are stored.
func New(a fyne.App, host Host, closed func()) *Window {
	w := &Window{app: a, host: host, post: newPoster(), onClose: closed}
	w.around.desktop = nowhere{}
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel, w.desk = cancel, vm.NewDesk(ctx, w.post.post)
	theme.Apply(a, theme.Options{})
	a.SetIcon(assets.Logo(assets.AppPNG))
	w.window = a.NewWindow("Sotto")
	w.window.SetIcon(assets.Logo(assets.AppPNG))
	w.window.SetPadded(false)
	w.window.Resize(fyne.NewSize(startWidth, startHeight))
	w.window.SetMaster()
	w.stage = widget.NewStage(widget.NewSurface(theme.Paper, nil))
	w.stage.OnEscape = w.escape
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
	w.look()
	w.post.pump(patience, func() bool { return w.ready })
	if !w.around.hidden {
		w.window.Show()
	}
}

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
	w.closing = true
	w.forgetSecret()
	if w.session != nil {
		w.session.end()
	}
	if w.locking != nil {
		select { // what was unsaved when it was locked
		case <-w.locking:
		case <-time.After(patience):
		}
	}
	w.cancel()
	w.onClose()
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

// look decides what the window begins with.
func (w *Window) look() {
	vm.Ask(w.desk, func(context.Context) (engine.ProfileInfo, error) { return w.host.Profile() },
		func(info engine.ProfileInfo, err error) {
			w.speak(info.Language)
			switch {
			case err != nil:
				w.trouble(troubleOf(err), engine.Credentials{})
			case !info.Exists:
				w.welcome()
			case vm.ProtectionOf(info) == vm.ByPassphrase:
				w.lockScreen(info.Second, false, closedAlready)
			default:
				w.open(vm.ProtectionOf(info))
			}
		})
}

func (w *Window) welcome() {
	desk, leave := w.desk.Sub()
	w.first = onboarding.New(desk, &starter{w, leave}, w)
	w.show(w.first.Object())
	w.ready = true
}

// starter makes the profile of the first run and goes on with it.
type starter struct {
	w     *Window
	leave context.CancelFunc
}

// Keyring implements vm.Starter.
func (s *starter) Keyring() bool { return s.w.host.Keyring() }

// Create implements vm.Starter.
func (s *starter) Create(ctx context.Context, p engine.Protection, origin engine.Origin, name string) error {
	e, err := s.w.host.Create(ctx, p, origin, name)
	if err != nil {
		return err
	}
	if origin.Phrase != "" {
		// Who restores has the phrase written down. Losing this note shows the
		// banner once more, no harm.
		_ = e.UpdateSettings(ctx, func(m *model.Settings) { m.PhraseSeen = true })
	}
	kind := vm.ByNothing
	switch {
	case p.Keyring:
		kind = vm.ByKeyring
	case len(p.Passphrase) > 0:
		kind = vm.ByPassphrase
	}
	s.w.desk.Post(func() {
		s.leave()
		s.w.first = nil
		s.w.enter(e, kind)
	})
	return nil
}

// open opens a profile that needs nothing from the user.
func (w *Window) open(kind vm.ProtectionKind) {
	vm.Ask(w.desk, func(ctx context.Context) (*engine.Engine, error) { return w.host.Open(ctx, engine.Credentials{}) },
		func(e *engine.Engine, err error) {
			if err != nil {
				w.trouble(troubleOf(err), engine.Credentials{})
				return
			}
			w.enter(e, kind)
		})
}

// enter shows an open profile.
func (w *Window) enter(e *engine.Engine, kind vm.ProtectionKind) {
	if w.closing {
		return
	}
	w.session = newSession(w, e, kind, nil)
	back := w.back
	w.back = nil
	w.session.begin(back)
}

func (w *Window) escape() {
	switch {
	case w.first != nil:
		w.first.Escape()
	case w.session != nil:
		w.session.escape()
	}
}

func (w *Window) setActive(active bool) {
	if w.session != nil {
		w.session.setActive(active)
	}
}
