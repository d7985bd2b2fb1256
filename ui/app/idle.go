package app

import (
	"context"
	"time"

	"sotto/internal/clock"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// idleLock locks an account when nobody has touched the window for a while. It
// has one timer, which looks when somebody was there last and sleeps for the
// rest. Each account has its own, whether it is shown or not.
type idleLock struct {
	a     *account
	clock clock.Clock
	after time.Duration // 0: never
	began time.Time
	wake  context.CancelFunc // ends the sleep
}

func newIdleLock(a *account) *idleLock { return &idleLock{a: a, clock: clock.System} }

// set chooses the pause in minutes; 0 is never.
func (i *idleLock) set(minutes int) {
	if i.a.protection != vm.ByPassphrase {
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
	ctx, wake := context.WithCancel(i.a.desk.Context())
	i.wake = wake
	timer := i.clock.NewTimer(d)
	go func() {
		defer timer.Stop()
		select {
		case <-timer.C():
			i.a.desk.Post(func() {
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
	i.a.lock(func() {})
}
