package app

import (
	"context"
	"time"

	"sotto/engine/model"
	"sotto/ui/lock"
	"sotto/ui/text"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Lock shows the lock screen over everything. The engine goes on behind it.
func (s *session) Lock() {
	if s.locked {
		return
	}
	if s.protection != vm.ByPassphrase {
		s.Toast(text.T("app.no_passphrase"), text.T("app.set_passphrase"), func() { s.openSettings("privacy") }, nil)
		return
	}
	s.locked = true
	s.attend()
	desk, leave := s.desk.Sub()
	check := unlocker(func(_ context.Context, passphrase []byte) error {
		if s.engine.CheckPassphrase(passphrase) {
			return nil
		}
		return model.Fail(model.ReasonLocked, "wrong passphrase", nil)
	})
	v := lock.New(desk, check, true, func() {
		leave()
		s.show()
		s.idle.set(s.settings.Now.LockAfter)
		s.attend()
		if s.chat != nil && !s.inSet {
			s.chat.Focus()
		}
	})
	s.Window.show(v.Object())
	v.Focus()
}

// idleLock locks the window when nobody has touched it for a while. It has one
// timer, which looks when somebody was there last and sleeps for the rest.
type idleLock struct {
	s     *session
	after time.Duration
	timer *time.Timer
	began time.Time
}

func newIdleLock(s *session) *idleLock { return &idleLock{s: s} }

// set chooses the pause in minutes; 0 is never.
func (i *idleLock) set(minutes int) {
	if i.s.protection != vm.ByPassphrase {
		minutes = 0
	}
	after := time.Duration(minutes) * time.Minute
	if after == i.after && i.timer != nil && !i.began.IsZero() {
		return
	}
	i.stop()
	if i.after = after; after > 0 && !i.s.locked {
		i.began = time.Now()
		i.sleep(after)
	}
}

func (i *idleLock) stop() {
	if i.timer != nil {
		i.timer.Stop()
		i.timer = nil
	}
}

func (i *idleLock) sleep(d time.Duration) {
	i.timer = time.AfterFunc(d, func() { i.s.desk.Post(i.check) })
}

func (i *idleLock) check() {
	last := i.began
	if t := widget.LastInput(); t.After(last) {
		last = t
	}
	if left := i.after - time.Since(last); left > 0 {
		i.sleep(left)
		return
	}
	i.timer = nil
	i.s.Lock()
}
