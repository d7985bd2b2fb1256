package vm

import (
	"context"
	"time"

	"sotto/internal/clock"
)

// Unlocker tries a passphrase: it opens the profile, or compares with the one
// that is open.
type Unlocker interface {
	Unlock(ctx context.Context, passphrase []byte) error
}

// Lock is the lock screen. From the third wrong try on it makes one wait: 2, 4,
// 8 ... 60 seconds.
type Lock struct {
	Changed  func() // on the interface's goroutine
	Unlocked func()

	Busy    bool
	Problem string
	Wait    int // seconds until the next try

	desk  Desk
	open  Unlocker
	clock clock.Clock
	wrong int
	until time.Time
}

// NewLock makes the screen; clk is the system's in the program.
func NewLock(desk Desk, open Unlocker, clk clock.Clock) *Lock {
	return &Lock{desk: desk, open: open, clock: clk, Changed: func() {}, Unlocked: func() {}}
}

const (
	freeTries = 2
	longest   = 60 * time.Second
)

// Try tries a passphrase. The caller's copy stays the caller's.
func (l *Lock) Try(passphrase string) {
	if l.Busy || l.Wait > 0 || passphrase == "" {
		return
	}
	l.Busy, l.Problem = true, ""
	l.Changed()
	secret := []byte(passphrase)
	l.desk.Do(func(ctx context.Context) error {
		defer clear(secret)
		return l.open.Unlock(ctx, secret)
	}, func(err error) {
		l.Busy = false
		switch {
		case err == nil:
			l.wrong = 0
			l.Changed()
			l.Unlocked()
			return
		case locked(err):
			l.Problem = wrongPassphrase()
			l.wrong++
			l.slowDown()
		default:
			l.Problem = sentenceIn("lock", err)
		}
		l.Changed()
	})
}

func (l *Lock) slowDown() {
	over := l.wrong - freeTries
	if over <= 0 {
		return
	}
	wait := longest
	if over < 6 {
		wait = time.Second << over
	}
	l.until = l.clock.Now().Add(wait)
	l.count()
}

// count counts down once a second, only while there is something to wait for.
func (l *Lock) count() {
	left := l.until.Sub(l.clock.Now())
	if left <= 0 {
		l.Wait = 0
		return
	}
	l.Wait = int((left + time.Second - 1) / time.Second)
	timer := l.clock.NewTimer(left - time.Duration(l.Wait-1)*time.Second)
	go func() {
		defer timer.Stop()
		select {
		case <-timer.C():
			l.desk.Post(func() {
				l.count()
				l.Changed()
			})
		case <-l.desk.Context().Done():
		}
	}()
}
