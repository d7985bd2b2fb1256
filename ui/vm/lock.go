package vm

import (
	"context"
	"errors"

	"sotto/engine"
	"sotto/internal/clock"
	"sotto/ui/text"
)

// Unlocker opens the profile. WrongTries counts over restarts.
type Unlocker interface {
	Unlock(ctx context.Context, c engine.Credentials) error
	WrongTries() int
}

// LockInput is what was typed and chosen on the lock screen.
type LockInput struct{ Passphrase, KeyFile, PIN string }

// Lock is the lock screen: passphrase, and a second factor if there is one.
// Wrong ones make it wait.
type Lock struct {
	Changed  func() // on the interface's goroutine
	Unlocked func()

	Second  engine.SecondKind // asked for as well
	WantPIN bool              // the security key wants its PIN
	Busy    bool
	Touch   bool // the security key waits to be touched
	Problem string
	// FactorProblem is what is wrong about key file or security key.
	FactorProblem string
	slowdown

	open   Unlocker
	cancel context.CancelFunc // of the try under way
}

// NewLock makes the screen; clk is the system's in the program.
func NewLock(desk Desk, open Unlocker, second engine.SecondInfo, clk clock.Clock) *Lock {
	l := &Lock{open: open, Second: second.Kind, WantPIN: second.PIN, Changed: func() {}, Unlocked: func() {}}
	l.slowdown = slowdown{desk: desk, clock: clk, changed: func() { l.Changed() }}
	l.countTries(open.WrongTries)
	return l
}

// Ready reports whether Try has all it needs.
func (l *Lock) Ready(in LockInput) bool {
	return !l.Busy && l.Wait == 0 && in.Passphrase != "" && (l.Second != engine.KeyFile || in.KeyFile != "") &&
		(!l.WantPIN || in.PIN != "")
}

// Try tries to open. The caller's copies stay the caller's.
func (l *Lock) Try(in LockInput) {
	if !l.Ready(in) || l.early(func() { l.Try(in) }) {
		return
	}
	ctx, cancel := context.WithCancel(l.desk.Context())
	l.Busy, l.Problem, l.FactorProblem, l.cancel = true, "", "", cancel
	l.Changed()
	c := engine.Credentials{
		Passphrase: []byte(in.Passphrase), KeyFile: in.KeyFile, PIN: []byte(in.PIN),
		Touch: func() {
			l.desk.Post(func() {
				if l.Busy {
					l.Touch = true
					l.Changed()
				}
			})
		},
	}
	l.desk.Do(func(context.Context) error {
		defer clear(c.Passphrase)
		defer clear(c.PIN)
		return l.open.Unlock(ctx, c)
	}, func(err error) {
		cancel()
		l.Busy, l.Touch, l.cancel = false, false, nil
		if err == nil {
			l.right()
			l.Changed()
			l.Unlocked()
			return
		}
		l.fail(err)
		l.Changed()
	})
}

func (l *Lock) fail(err error) {
	sentence, known := FactorSentence(err)
	switch {
	case errors.Is(err, context.Canceled):
	case known:
		l.FactorProblem = sentence
		l.WantPIN = l.WantPIN || wantsPIN(err)
	case locked(err):
		l.Problem = wrongPassphrase()
		if l.Second == engine.KeyFile {
			l.Problem = text.T("lock.wrong_both")
		}
		l.failed()
	default:
		l.Problem = sentenceIn("lock", err)
	}
}

// Cancel stops waiting for the security key.
func (l *Lock) Cancel() {
	if l.cancel != nil {
		l.cancel()
	}
}
