package vm

import (
	"context"
	"strings"

	"sotto/engine/model"
)

// RecoveryEngine is what the recovery phrase needs of the engine.
type RecoveryEngine interface {
	RecoveryPhrase(ctx context.Context) (string, error)
	RecoverySeedHex(ctx context.Context) (string, error)
	CheckPassphrase(passphrase []byte) bool
	UpdateSettings(ctx context.Context, f func(*model.Settings)) error
}

// Recovery shows the recovery phrase, after the passphrase if there is one.
type Recovery struct {
	Changed func() // on the interface's goroutine

	NeedsPassphrase bool
	Busy            bool
	Problem         string
	Words           []string // empty until shown
	Code            string   // content of the QR code

	desk   Desk
	engine RecoveryEngine
}

// NewRecovery makes the page; without a passphrase it shows the words at once.
func NewRecovery(desk Desk, e RecoveryEngine, passphrase bool) *Recovery {
	r := &Recovery{desk: desk, engine: e, NeedsPassphrase: passphrase, Changed: func() {}}
	if !passphrase {
		r.show()
	}
	return r
}

// Try checks the passphrase and shows the words.
func (r *Recovery) Try(passphrase string) {
	if r.Busy || passphrase == "" {
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
			r.Changed()
			return
		}
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
