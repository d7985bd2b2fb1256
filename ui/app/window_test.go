package app

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sotto/engine"
	"sotto/engine/transport"
	"sotto/internal/securitykey"
	"sotto/internal/securitykey/softkey"
	"sotto/store"
	"sotto/ui/settings"
	"sotto/ui/text"
	"sotto/ui/widget"
)

// house is a program around the window: a profile in a folder, a network that
// nobody answers.
type house struct {
	t      *testing.T
	dir    string
	engine *engine.Engine
	life   context.Context
	stop   context.CancelFunc // ends the engine's Run
	// configure changes the network side; nil: every dial fails.
	configure func(*transport.Config)
	keys      softkey.Bus // that are plugged in
	trouble   *Trouble    // that Open meets; nil: none
	cleared   func()      // is called by Clear
	stuck     error       // that Clear meets; nil: none
	opened    func()      // is called by Open, before it answers
}

func newHouse(t *testing.T) *house {
	ctx, cancel := context.WithCancel(context.Background())
	h := &house{t: t, dir: t.TempDir() + "/profile", life: ctx}
	t.Cleanup(func() {
		cancel()
		if h.engine != nil {
			if err := h.engine.Close(); err != nil {
				t.Error(err)
			}
		}
	})
	return h
}

func (h *house) options() engine.Options {
	configure := h.configure
	if configure == nil {
		configure = func(c *transport.Config) {
			c.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("unplugged") }
		}
	}
	return engine.Options{
		Dir: h.dir, Network: transport.Testnet(),
		Store:     store.Options{KDF: store.KDF{Time: 1, Memory: 64, Threads: 1}},
		Configure: configure,
	}
}

func (h *house) Profile() (engine.ProfileInfo, error) { return engine.Inspect(h.dir) }
func (h *house) SetLanguage(code string) error        { return engine.SetLanguage(h.dir, code) }
func (h *house) Keyring() bool                        { return false }

func (h *house) run(e *engine.Engine, err error) (*engine.Engine, error) {
	if err != nil {
		return nil, err
	}
	life, stop := context.WithCancel(h.life)
	h.engine, h.stop = e, stop
	go func() {
		defer stop()
		if err := e.Run(life); err != nil {
			h.t.Error(err)
		}
	}()
	return e, nil
}

func (h *house) Create(_ context.Context, p engine.Protection, o engine.Origin, name string) (*engine.Engine, error) {
	return h.run(engine.Create(h.options(), p, o, name))
}

func (h *house) Open(ctx context.Context, c engine.Credentials) (*engine.Engine, error) {
	if h.trouble != nil {
		return nil, h.trouble
	}
	if h.engine != nil {
		return h.engine, nil
	}
	info, err := h.Profile()
	if err != nil {
		return nil, err
	}
	u, err := engine.Gather(ctx, info, c, h.keys)
	if err != nil {
		return nil, err
	}
	e, err := h.run(engine.OpenWith(h.options(), u))
	if h.opened != nil {
		h.opened()
	}
	return e, err
}

func (h *house) Lock() error {
	h.stop()
	err := h.engine.Close()
	h.engine = nil
	return err
}

func (h *house) WrongTries() int               { return engine.WrongTries(h.dir) }
func (h *house) SecurityKeys() securitykey.Bus { return h.keys }
func (h *house) Salvage(context.Context, engine.Credentials) (Salvaged, error) {
	return Salvaged{}, nil
}
func (h *house) Logs() settings.Logs   { return noLogs{} }
func (h *house) About() settings.About { return settings.About{} }

// user sits at a window.
type user struct {
	t *testing.T
	w *Window
}

func open(t *testing.T, h Host) *user { return openIn(t, h, text.English) }

// openIn opens a window on a system that speaks a language.
func openIn(t *testing.T, h Host, language string) *user {
	return sit(t, language, func(a fyne.App) *Window { return New(a, h, func() {}) })
}

// patienceOfTests is for what hangs: machines that are busy are slow.
const patienceOfTests = time.Minute

// sit opens a window that is made on a system that speaks a language.
func sit(t *testing.T, language string, make func(a fyne.App) *Window) *user {
	SpeakInstead(language)
	t.Cleanup(func() { text.SetLanguage(text.English) })
	a := test.NewApp()
	t.Cleanup(a.Quit)
	u := &user{t, make(a)}
	u.w.Prepare(patienceOfTests)
	u.w.Resize(1100, 760)
	t.Cleanup(u.w.Close)
	return u
}

func (u *user) sees(what string) bool {
	for _, s := range u.w.Inspect() {
		if s.Name == what || s.Text != "" && strings.Contains(s.Text, what) {
			return true
		}
	}
	return false
}

// waits lets the window work until something is on the screen.
func (u *user) waits(what string) {
	u.t.Helper()
	u.w.post.pump(patienceOfTests, func() bool { return u.sees(what) })
	if !u.sees(what) {
		u.t.Fatalf("%q is not on the screen: %+v", what, u.w.Inspect())
	}
}

func (u *user) presses(name string) {
	u.t.Helper()
	u.waits(name)
	o, ok := widget.Find(u.w.Canvas(), name).(fyne.Tappable)
	if !ok {
		u.t.Fatalf("%q cannot be pressed", name)
	}
	o.Tapped(&fyne.PointEvent{})
}

func (u *user) types(s string) {
	u.t.Helper()
	for _, r := range s {
		f := u.w.Canvas().Focused()
		if f == nil {
			u.t.Fatalf("nothing takes %q", s)
		}
		f.TypedRune(r)
	}
}

func (u *user) key(k fyne.KeyName) {
	if f := u.w.Canvas().Focused(); f != nil {
		f.TypedKey(&fyne.KeyEvent{Name: k})
		return
	}
	u.w.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: k})
}

func (u *user) control(k fyne.KeyName) {
	u.w.pressed(k, control)
}

// signsUp makes an account with a passphrase.
func (u *user) signsUp() {
	u.t.Helper()
	u.fillsIn()
	u.waits("Hello, Robin")
}

// fillsIn is signsUp until the main window comes.
func (u *user) fillsIn() {
	u.t.Helper()
	u.presses("welcome.create")
	u.types("Robin")
	u.waits("protect.passphrase")
	widget.Find(u.w.Canvas(), "protect.passphrase").(*widget.TextField).Focus()
	u.types("correct horse")
	u.key(fyne.KeyReturn)
	u.types("correct horse")
	u.key(fyne.KeyReturn)
}

func TestFirstRunLeadsToTheMainWindow(t *testing.T) {
	u := open(t, newHouse(t))
	u.signsUp()
	u.waits("phrase.show")
	u.presses("phrase.show")
	u.waits("recovery.passphrase")
	u.types("correct horse")
	u.key(fyne.KeyReturn)
	u.waits("recovery.copy")
	u.presses("recovery.saved")
	u.w.post.pump(patienceOfTests, func() bool { return !u.sees("phrase.show") && !u.sees("recovery.copy") })
	if u.sees("phrase.show") || u.sees("recovery.copy") {
		t.Error("the banner stays after the words were written down")
	}
}

func TestTheLockHidesEverything(t *testing.T) {
	u := open(t, newHouse(t))
	u.signsUp()
	u.control(fyne.KeyN)
	u.waits("newchat.text")
	u.w.Toast("Robin wrote", "Undo", func() { t.Error("done behind the lock") }, nil)
	u.control(fyne.KeyL)
	u.waits("lock.passphrase")
	for _, s := range u.w.Inspect() {
		if s.Name != "" && !strings.HasPrefix(s.Name, "lock.") || strings.Contains(s.Text, "Robin") {
			t.Errorf("shown behind the lock: %+v", s)
		}
	}
	u.control(fyne.KeyComma)
	u.key(fyne.KeyEscape)
	if u.sees("settings.privacy") || u.sees("header.me") {
		t.Error("a key gets round the lock")
	}
	u.types("wrong")
	u.key(fyne.KeyReturn)
	u.waits("That is not the passphrase.")
	for range "wrong" {
		u.key(fyne.KeyBackspace)
	}
	u.types("correct horse")
	u.key(fyne.KeyReturn)
	u.waits("Hello, Robin")
}

func TestEscapeStepsBackOneAtATime(t *testing.T) {
	u := open(t, newHouse(t))
	u.signsUp()
	u.control(fyne.KeyComma)
	u.waits("settings.privacy")
	u.presses("privacy.protection")
	u.waits("protect.save")
	u.key(fyne.KeyEscape)
	if u.sees("protect.save") || !u.sees("settings.privacy") {
		t.Error("Esc does not close the sheet, or more than that")
	}
	u.key(fyne.KeyEscape)
	if u.sees("settings.privacy") || !u.sees("header.me") {
		t.Error("Esc does not leave the settings")
	}
}

func TestTroubleOffersWhatHelps(t *testing.T) {
	u := open(t, newHouse(t))
	for kind, name := range map[TroubleKind]string{TroubleDamaged: "trouble.salvage", TroubleInUse: "trouble.again"} {
		u.w.ShowTrouble(&Trouble{Kind: kind, Err: context.Canceled})
		other := map[string]string{"trouble.salvage": "trouble.again", "trouble.again": "trouble.salvage"}[name]
		if !u.sees(name) || u.sees(other) {
			t.Errorf("%s: offers %+v", kind, u.w.Inspect())
		}
	}
}
