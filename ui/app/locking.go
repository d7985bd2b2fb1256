package app

import (
	"context"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/ui/lock"
	"sotto/ui/picker"
	"sotto/ui/settings"
	"sotto/ui/text"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Lock closes the profile and shows the lock screen. Nothing of the profile
// stays behind it: the engine ends, and the store forgets its keys. Unlocking
// opens the profile again, as at the start.
func (s *session) Lock() {
	if s.protection != vm.ByPassphrase {
		s.Toast(text.T("app.no_passphrase"), text.T("app.set_passphrase"), func() { s.openSettings("privacy") }, nil)
		return
	}
	s.lock(func() {})
}

// lock locks; closed is called elsewhere once the keys are gone.
func (s *session) lock(closed func()) {
	w := s.Window
	w.back = s.place()
	second := s.engine.Protection().Second
	finish := s.leaveAll()
	w.session = nil
	w.forgetSecret()
	shut := make(chan struct{})
	w.locking = shut
	go func() {
		defer closed()
		defer close(shut)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		finish(ctx)
		if err := w.host.Lock(); err != nil {
			w.desk.Post(func() { w.trouble(troubleOf(err), engine.Credentials{}) })
		}
	}()
	w.lockScreen(second, true, shut)
}

// Away locks the profile, if it has a passphrase: the computer goes to sleep, or
// nobody is there any more. It returns when the keys are gone, or after a while.
// It must not be called on the interface's goroutine.
func (w *Window) Away() {
	closed := make(chan struct{})
	w.desk.Post(func() {
		s := w.session
		if s == nil || s.protection != vm.ByPassphrase || s.settings.Now.StayOpen {
			close(closed)
			return
		}
		s.lock(func() { close(closed) })
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
func (w *Window) lockScreen(second engine.SecondInfo, running bool, after <-chan struct{}) {
	desk, leave := w.desk.Sub()
	var opened *engine.Engine
	var failed *Trouble
	try := unlocker{w, func(ctx context.Context, c engine.Credentials) error {
		select {
		case <-after:
		case <-ctx.Done():
			return ctx.Err()
		}
		e, err := w.host.Open(ctx, c)
		if err == nil {
			w.post.post(func() { opened = e })
			return nil
		}
		if t := troubleOf(err); t.Kind != TroubleOther {
			kept := c.Clone()
			w.post.post(func() {
				failed = t
				leave()
				w.trouble(t, kept)
			})
		}
		return err
	}}
	v := lock.New(desk, try, lock.Surroundings{
		Second: second, Running: running, KeyFile: w.keyFile,
		PickFile: func(chosen func(string)) { picker.OpenAny(w.Canvas(), desk, chosen) },
		Unlocked: func(keyFile string) {
			leave()
			if failed == nil {
				w.keyFile = keyFile
				w.enter(opened, vm.ByPassphrase)
			}
		},
	})
	w.show(v.Object())
	v.Focus()
	w.ready = true
}

// unlocker opens the profile for the lock screen.
type unlocker struct {
	w  *Window
	do func(context.Context, engine.Credentials) error
}

// Unlock implements vm.Unlocker.
func (u unlocker) Unlock(ctx context.Context, c engine.Credentials) error { return u.do(ctx, c) }

// WrongTries implements vm.Unlocker.
func (u unlocker) WrongTries() int { return u.w.host.WrongTries() }

// place is where somebody was before the window was locked.
type place struct {
	open     model.ConversationID
	inSet    bool
	inReq    bool
	info     bool
	settings settings.Place // where in the settings; the zero value after locking
}

func (s *session) place() *place {
	return &place{open: s.open, inSet: s.inSet, inReq: s.inReq, info: s.info != nil}
}

// goBack opens what was open before locking.
func (s *session) goBack(p *place) {
	if p.open != "" {
		s.openAt(p.open, 0)
	}
	if p.settings == (settings.Place{}) {
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
	s.openSettings("")
	s.prefs.Return(p.settings)
}

// idleLock locks the window when nobody has touched it for a while. It has one
// timer, which looks when somebody was there last and sleeps for the rest.
type idleLock struct {
	s     *session
	clock clock.Clock
	after time.Duration // 0: never
	began time.Time
	wake  context.CancelFunc // ends the sleep
}

func newIdleLock(s *session) *idleLock { return &idleLock{s: s, clock: clock.System} }

// set chooses the pause in minutes; 0 is never.
func (i *idleLock) set(minutes int) {
	if i.s.protection != vm.ByPassphrase {
		minutes = 0
	}
	after := time.Duration(minutes) * time.Minute
	if after == i.after && i.wake != nil {
		return
	}
	i.stop()
	if i.after = after; after > 0 {
		i.began = i.clock.Now()
		i.sleep(after)
	}
}

func (i *idleLock) stop() {
	if i.wake != nil {
		i.wake()
		i.wake = nil
	}
}

func (i *idleLock) sleep(d time.Duration) {
	ctx, wake := context.WithCancel(i.s.desk.Context())
	i.wake = wake
	timer := i.clock.NewTimer(d)
	go func() {
		defer timer.Stop()
		select {
		case <-timer.C():
			i.s.desk.Post(func() {
				if ctx.Err() == nil {
					i.check()
				}
			})
		case <-ctx.Done():
		}
	}()
}

func (i *idleLock) check() {
	i.stop()
	last := i.began
	if t := widget.LastInput(); t.After(last) {
		last = t
	}
	if left := i.after - i.clock.Now().Sub(last); left > 0 {
		i.sleep(left)
		return
	}
	i.s.Lock()
}
