package app

import (
	"context"
	"strconv"

	"sotto/engine"
	"sotto/ui/settings"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
)

// account is one of the accounts of the window: what of it goes on while another
// one is shown. The one that is shown has a session besides.
//
// Everything here belongs to the interface's goroutine.
type account struct {
	w    *Window
	host Host
	told string // label that is told while the profile is closed

	// While the profile is open; engine is nil before and afterwards.
	engine     *engine.Engine
	protection vm.ProtectionKind
	desk       vm.Desk
	leave      context.CancelFunc
	me         *vm.Me
	settings   *vm.Settings
	own        *vm.Faces // for its own picture
	storage    *vm.Storage
	trim       *vm.Trim
	data       *vm.Data
	unread     unreadSum
	idle       *idleLock
	notices    *vm.Notices
	media      *media // what plays and records, while another account is shown

	back     *place           // where to go when it is shown again
	then     []func(*session) // what is to be done there
	keyFile  string           // path of the key file that fitted last
	language string           // that was chosen, at first for the account before; empty: the system's
	locking  <-chan struct{}  // closed when the profile is closed after locking
	settled  <-chan struct{}  // closed when the last session has stored what was unsaved
	broken   bool             // it could not be opened behind another one
	removing bool             // its profile is being removed
	removals int              // how often that was; see current
}

// sessionOf is the session of an account, nil unless it is shown and open.
func (w *Window) sessionOf(a *account) *session {
	if s := w.session; s != nil && s.account == a {
		return s
	}
	return nil
}

// opened takes over an engine that runs. Which way it was opened first does not
// matter: the host has one.
func (a *account) opened(e *engine.Engine, kind vm.ProtectionKind) {
	if a.engine != nil || a.removing || a.w.closing {
		return
	}
	a.engine, a.protection, a.broken = e, kind, false
	a.desk, a.leave = a.w.desk.Sub()
	a.settings, a.me = vm.NewSettings(a.desk, e), vm.NewMe(a.desk, e)
	a.idle, a.settled = newIdleLock(a), closedAlready
	a.notices = a.newNotices()
	a.own = vm.NewFaces(a.desk, e)
	a.own.Changed = func(...string) { a.w.accountsChanged() }
	a.housework()
	a.mind()
	a.desk.Watch(e, a.heard)
	a.unread.count(a)
	a.w.accountsChanged()
}

// mind lets the account follow its settings while no session does.
func (a *account) mind() {
	a.me.Changed = a.w.accountsChanged
	a.settings.Changed = a.settingsChanged
	a.settings.TriesChanged = func() {}
	a.houseworkChanged(func() {})
	a.settings.Failed = func(sentence string) { a.w.Toast(sentence, "", nil, nil) }
}

func (a *account) settingsChanged() {
	if a.settings.Loaded {
		a.idle.set(a.settings.Now.LockAfter)
		a.notices.SettingsChanged()
		a.w.accountsChanged()
	}
}

// heard takes news of the engine, whichever account is shown.
func (a *account) heard(events []engine.Event) {
	a.notify(events)
	a.unread.heard(a, events)
}

// closed lets go of an engine that is about to end.
func (a *account) closed() {
	a.idle.stop()
	a.notices.End()
	a.leave()
	a.engine, a.me, a.settings, a.own, a.idle, a.notices, a.unread = nil, nil, nil, nil, nil, nil, unreadSum{}
	a.storage, a.trim, a.data = nil, nil, nil
	a.w.accountsChanged()
}

// current gives a question that is answered later: whether the account still has
// the profile that it has now. What was being opened when that was removed came
// to nothing.
func (a *account) current() func() bool {
	n := a.removals
	return func() bool { return a.removals == n }
}

// look decides what the account begins with, and shows it.
func (a *account) look() {
	w := a.w
	vm.Ask(w.desk, func(context.Context) (engine.ProfileInfo, error) { return a.host.Profile() },
		func(info engine.ProfileInfo, err error) {
			if info.Exists {
				a.language = info.Language
			}
			if w.shown != a {
				return
			}
			if a.removing {
				a.blank()
				return
			}
			if a.engine != nil { // it was opened meanwhile
				a.dress()
				a.enter()
				return
			}
			w.speak(a.language)
			switch {
			case err != nil:
				a.trouble(troubleOf(err), engine.Credentials{})
			case !info.Exists:
				a.welcome()
			case vm.ProtectionOf(info) == vm.ByPassphrase:
				a.lockScreen(info.Second, a.locking != nil, a.shut())
			default:
				a.open(vm.ProtectionOf(info))
			}
		})
}

// shut is closed when what had the profile open before is done.
func (a *account) shut() <-chan struct{} {
	if a.locking == nil {
		return closedAlready
	}
	return a.locking
}

// open opens a profile that needs nothing from the user.
func (a *account) open(kind vm.ProtectionKind) {
	current := a.current()
	vm.Ask(a.w.desk, func(ctx context.Context) (*engine.Engine, error) { return a.host.Open(ctx, engine.Credentials{}) },
		func(e *engine.Engine, err error) {
			if !current() {
				return
			}
			if err != nil {
				a.trouble(troubleOf(err), engine.Credentials{})
				return
			}
			a.opened(e, kind)
			a.enter()
		})
}

// wake opens the profile behind another account, where that needs nobody. What
// goes wrong is said when the account is shown.
func (a *account) wake() {
	type woken struct {
		info   engine.ProfileInfo
		engine *engine.Engine
	}
	current := a.current()
	vm.Ask(a.w.desk, func(ctx context.Context) (w woken, err error) {
		w.info, err = a.host.Profile()
		if err == nil && w.info.Exists && vm.ProtectionOf(w.info) != vm.ByPassphrase {
			w.engine, err = a.host.Open(ctx, engine.Credentials{})
		}
		return w, err
	}, func(w woken, err error) {
		if !current() {
			return
		}
		a.language = w.info.Language
		if a.broken = err != nil && a.engine == nil; a.broken {
			a.w.accountsChanged()
		}
		if w.engine != nil {
			a.opened(w.engine, vm.ProtectionOf(w.info))
		}
	})
}

// enter shows an open profile, unless another account is shown by now.
func (a *account) enter() {
	w := a.w
	if w.closing || w.shown != a || w.session != nil || a.engine == nil {
		return
	}
	w.leavePage()
	sound, back, then := a.media, a.back, a.then
	a.media, a.back, a.then = nil, nil, nil
	w.session = newSession(a, sound)
	w.session.begin(back, then)
}

// arrive shows an account: where one was, if its profile is open.
func (a *account) arrive() {
	if a.engine == nil {
		a.look()
		return
	}
	select {
	case <-a.settled:
		a.dress()
		a.enter()
		return
	default:
	}
	// It was left a moment ago: its drafts are on their way to the store.
	vm.Ask(a.desk, func(context.Context) (struct{}, error) { <-a.settled; return struct{}{}, nil }, func(struct{}, error) {
		if a.w.shown == a && a.w.session == nil {
			a.dress()
			a.enter()
		}
	})
}

// dress gives the window the language and the colours of the account.
func (a *account) dress() {
	w := a.w
	w.speak(a.language)
	if a.settings.Loaded {
		w.look = settings.Look(a.settings.Now.Appearance)
	}
	theme.Apply(w.app, w.look)
}

// name is what the account is called on this computer: the label that the user
// gave it, else its name. While the profile is closed nobody knows either, so
// that it is a number, or the label that the user lets be told.
func (a *account) name() string {
	switch {
	case a.engine == nil && a.told != "":
		return a.told
	case a.engine == nil || a.me.Profile.Name == "" && a.settings.Now.AccountLabel == "":
		return text.F("accounts.number", "n", strconv.Itoa(a.w.number(a)))
	case a.settings.Now.AccountLabel != "":
		return a.settings.Now.AccountLabel
	}
	return a.me.Profile.Name
}
