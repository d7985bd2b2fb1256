package vm

import (
	"context"

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
	slowdown

	open Unlocker
}

// NewLock makes the screen; clk is the system's in the program.
func NewLock(desk Desk, open Unlocker, clk clock.Clock) *Lock {
	l := &Lock{open: open, Changed: func() {}, Unlocked: func() {}}
	l.slowdown = slowdown{desk: desk, clock: clk, changed: func() { l.Changed() }}
	return l
}

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
			l.right()
			l.Changed()
			l.Unlocked()
			return
		case locked(err):
			l.Problem = wrongPassphrase()
			l.failed()
		default:
			l.Problem = sentenceIn("lock", err)
		}
		l.Changed()
	})
}
