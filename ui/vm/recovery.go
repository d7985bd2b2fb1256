package vm

import (
	"context"
	"strings"

	"sotto/engine/model"
	"sotto/internal/clock"
)

// RecoveryEngine is what the recovery phrase needs of the engine.
type RecoveryEngine interface {
	RecoveryPhrase(ctx context.Context) (string, error)
	RecoverySeedHex(ctx context.Context) (string, error)
	CheckPassphrase(passphrase []byte) bool
	WrongTries() int
	UpdateSettings(ctx context.Context, f func(*model.Settings)) error
}

// Recovery shows the recovery phrase when it is asked to: after the passphrase
// if there is one. Wrong ones make it slower.
type Recovery struct {
	Changed func() // on the interface's goroutine

	NeedsPassphrase bool
	Busy            bool
	Problem         string
	Words           []string // empty until shown
	Code            string   // content of the QR code
	slowdown

	engine RecoveryEngine
}

// NewRecovery makes the page, which shows nothing yet.
func NewRecovery(desk Desk, e RecoveryEngine, passphrase bool, clk clock.Clock) *Recovery {
	r := &Recovery{engine: e, NeedsPassphrase: passphrase, Changed: func() {}}
	r.slowdown = slowdown{desk: desk, clock: clk, changed: func() { r.Changed() }}
	r.countTries(e.WrongTries)
	return r
}

// Show shows the words of a profile without a passphrase.
func (r *Recovery) Show() {
	if r.NeedsPassphrase || r.Busy {
		return
	}
	r.show()
}

// Try checks the passphrase and shows the words.
func (r *Recovery) Try(passphrase string) {
	if r.Busy || r.Wait > 0 || passphrase == "" || r.early(func() { r.Try(passphrase) }) {
		return
	}
	r.Busy, r.Problem = true, ""
	r.Changed()
	secret := []byte(passphrase)
	Ask(r.desk, func(context.Context) (bool, error) {
		defer clear(secret)
		return r.engine.CheckPassphrase(secret), nil
	}, func(ok bool, _ error) {
		r.Busy = false
		if !ok {
			r.Problem = wrongPassphrase()
			r.failed()
			r.Changed()
			return
		}
		r.right()
		r.NeedsPassphrase = false
		r.show()
	})
}

func (r *Recovery) show() {
	Ask(r.desk, func(ctx context.Context) ([2]string, error) {
		phrase, err := r.engine.RecoveryPhrase(ctx)
		if err != nil {
			return [2]string{}, err
		}
		code, err := r.engine.RecoverySeedHex(ctx)
		return [2]string{phrase, code}, err
	}, func(both [2]string, err error) {
		r.Problem = Sentence(err)
		if err == nil {
			r.Words, r.Code = strings.Fields(both[0]), both[1]
		}
		r.Changed()
	})
}

// Saved notes that the words were written down: the banner goes.
func (r *Recovery) Saved(done func()) {
	r.desk.Do(func(ctx context.Context) error {
		return r.engine.UpdateSettings(ctx, func(s *model.Settings) { s.PhraseSeen = true })
	}, func(err error) {
		if err != nil {
			r.Problem = Sentence(err)
			r.Changed()
			return
		}
		done()
	})
}

// Forget drops the words: the page was closed.
func (r *Recovery) Forget() { r.Words, r.Code = nil, "" }
