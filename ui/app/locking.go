package app

import (
	"context"
	"sync"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/lock"
	"sotto/ui/picker"
	"sotto/ui/settings"
	"sotto/ui/text"
	"sotto/ui/vm"
)

// Lock closes the profile and shows the lock screen. Nothing of the profile
// stays behind it: the engine ends, and the store forgets its keys. Unlocking
// opens the profile again, as at the start.
func (s *session) Lock() {
	if s.account.protection != vm.ByPassphrase {
		s.Toast(text.T("app.no_passphrase"), text.T("app.set_passphrase"), func() { s.openSettings("privacy") }, nil)
		return
	}
	s.account.lock(func() {})
}

// lock locks, whether the account is shown or not; closed is called elsewhere
// once the keys are gone.
func (a *account) lock(closed func()) {
	w := a.w
	if a.engine == nil { // a menu that offers it can be older than another lock
		closed()
		return
	}
	second := a.engine.Protection().Second
	finish := a.parked()
	if s := w.sessionOf(a); s != nil {
		a.back = s.place()
		finish = s.leaveAll()
		w.session = nil
		w.forgetSecret()
	}
	if a.back != nil {
		a.back.locked = true
	}
	a.closed()
	shut := make(chan struct{})
	a.locking = shut
	go func() {
		defer closed()
		defer close(shut)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		finish(ctx)
		if err := a.host.Lock(); err != nil {
			w.desk.Post(func() { a.trouble(troubleOf(err), engine.Credentials{}) })
		}
	}()
	if w.shown == a {
		a.lockScreen(second, true, shut)
	}
}

// parked ends what waited for the account to be shown again; finish is that of
// leaveAll.
func (a *account) parked() (finish func(context.Context)) {
	silence, settled := func() {}, a.settled
	if a.media != nil {
		silence = a.media.leave()
		a.media = nil
	}
	return func(ctx context.Context) {
		silence()
		select {
		case <-settled:
		case <-ctx.Done():
		}
	}
}

// Away locks all profiles that have a passphrase and are not to stay open: the
// computer goes to sleep, or nobody is there any more. It returns when the keys
// are gone, or after a while. It must not be called on the interface's goroutine.
func (w *Window) Away() {
	closed := make(chan struct{})
	w.desk.Post(func() {
		var locked sync.WaitGroup
		for _, a := range w.accounts {
			if a.engine == nil || a.protection != vm.ByPassphrase || a.settings.Now.StayOpen {
				continue
			}
			locked.Add(1)
			a.lock(locked.Done)
		}
		go func() {
			locked.Wait()
			close(closed)
		}()
	})
	t := time.NewTimer(2 * patience)
	defer t.Stop()
	select {
	case <-closed:
	case <-w.desk.Context().Done():
	case <-t.C:
	}
}

// lockScreen asks for what opens the profile. after is closed when what had it
// open before is done.
func (a *account) lockScreen(second engine.SecondInfo, running bool, after <-chan struct{}) {
	w := a.w
	desk, leave := w.desk.Sub()
	var failed *Trouble
	try := unlocker{a, func(ctx context.Context, c engine.Credentials) error {
		select {
		case <-after:
		case <-ctx.Done():
			return ctx.Err()
		}
		e, err := a.host.Open(ctx, c)
		if err == nil {
			// Also when another account is shown by now: this one is open. It can
			// even be shown again, with a lock screen that knows nothing of it.
			w.post.post(func() {
				a.opened(e, vm.ByPassphrase)
				if ctx.Err() != nil && w.shown == a {
					a.dress()
					a.enter()
				}
			})
			return nil
		}
		if t := troubleOf(err); t.Kind != TroubleOther {
			kept := c.Clone()
			w.post.post(func() {
				failed = t
				a.trouble(t, kept)
			})
		}
		return err
	}}
	var another func()
	if w.keeper != nil {
		another = w.AddAccount
	}
	v := lock.New(desk, try, lock.Surroundings{
		Second: second, Running: running, KeyFile: a.keyFile, Another: another,
		PickFile: func(chosen func(string)) { picker.OpenAny(w.Canvas(), desk, chosen) },
		Unlocked: func(keyFile string) {
			if failed == nil {
				a.keyFile = keyFile
				a.enter()
			}
		},
	})
	if a.page(v.Object(), leave) {
		v.Focus()
	}
}

// unlocker opens the profile for the lock screen.
type unlocker struct {
	a  *account
	do func(context.Context, engine.Credentials) error
}

// Unlock implements vm.Unlocker.
func (u unlocker) Unlock(ctx context.Context, c engine.Credentials) error { return u.do(ctx, c) }

// WrongTries implements vm.Unlocker.
func (u unlocker) WrongTries() int { return u.a.host.WrongTries() }

// place is where somebody was before the window was locked or built anew, or
// before another account was shown.
type place struct {
	open     model.ConversationID
	inSet    bool
	inReq    bool
	info     bool
	settings settings.Place // where in the settings
	locked   bool           // it was locked: what only looks at something stays shut
}

func (s *session) place() *place {
	p := &place{open: s.open, inSet: s.inSet, inReq: s.inReq, info: s.info != nil}
	if s.coming != nil {
		p.open = s.coming.conv
	}
	if s.prefs != nil {
		p.settings = s.prefs.Place()
	}
	return p
}

// goBack opens what was open before.
func (s *session) goBack(p *place) {
	if p.open != "" {
		s.openAt(p.open, 0)
	}
	if p.locked {
		if p.inSet {
			s.openSettings("privacy")
		}
		return
	}
	if p.inReq {
		s.openRequests()
	}
	if p.info && p.open != "" {
		s.finishOpening()
		s.openInfo()
	}
	if p.inSet {
		s.openSettings("")
		s.prefs.Return(p.settings)
	}
}
