package vm

import (
	"context"
	"errors"
	"io/fs"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/internal/securitykey"
	"sotto/ui/text"
)

// FactorEngine is what setting a second factor needs of the engine.
type FactorEngine interface {
	CheckPassphrase(passphrase []byte) bool
	SetSecond(ctx context.Context, passphrase []byte, two *engine.Second) error
	WrongTries() int
}

// Factor sets and removes the second factor of the profile. The passphrase is
// asked for each time; wrong ones make it wait.
type Factor struct {
	Changed func()                      // on the interface's goroutine
	Done    func(set engine.SecondKind) // stored

	Busy    bool
	Touch   int    // the security key waits to be touched for the first or second time; 0: not
	Problem string // about the passphrase, or the profile
	// FactorProblem is what is wrong about key file or security key.
	FactorProblem string
	WantPIN       bool // the security key wants its PIN
	slowdown

	engine FactorEngine
	bus    securitykey.Bus
	cancel context.CancelFunc
}

// NewFactor makes the model; bus is where security keys are, nil where there are
// none.
func NewFactor(desk Desk, e FactorEngine, bus securitykey.Bus, clk clock.Clock) *Factor {
	f := &Factor{engine: e, bus: bus, Changed: func() {}, Done: func(engine.SecondKind) {}}
	f.slowdown = slowdown{desk: desk, clock: clk, changed: func() { f.Changed() }}
	f.countTries(e.WrongTries)
	return f
}

// SecurityKeys reports whether this system can ask security keys.
func (f *Factor) SecurityKeys() bool { return f.bus != nil }

// UseKeyFile makes a file the second factor; with make it is written first.
func (f *Factor) UseKeyFile(passphrase, path string, make bool) {
	if path == "" {
		return
	}
	f.set(passphrase, engine.KeyFile, func(context.Context) (*engine.Second, error) {
		if make {
			if err := engine.NewKeyFile(path); err != nil {
				return nil, err
			}
		}
		return engine.KeyFileFactor(path)
	})
}

// UseSecurityKey makes the security key that is plugged in the second factor.
func (f *Factor) UseSecurityKey(passphrase, pin string) {
	secret := []byte(pin)
	f.set(passphrase, engine.SecurityKey, func(ctx context.Context) (*engine.Second, error) {
		defer clear(secret)
		return engine.SecurityKeyFactor(ctx, f.bus, secret, func() {
			f.desk.Post(func() {
				if f.Busy {
					f.Touch++
					f.Changed()
				}
			})
		})
	})
}

// Remove removes the second factor.
func (f *Factor) Remove(passphrase string) {
	f.set(passphrase, engine.NoSecond, func(context.Context) (*engine.Second, error) { return nil, nil })
}

func (f *Factor) set(passphrase string, kind engine.SecondKind, factor func(context.Context) (*engine.Second, error)) {
	if f.Busy || f.Wait > 0 || passphrase == "" || f.early(func() { f.set(passphrase, kind, factor) }) {
		return
	}
	ctx, cancel := context.WithCancel(f.desk.Context())
	f.Busy, f.Touch, f.Problem, f.FactorProblem, f.cancel = true, 0, "", "", cancel
	f.Changed()
	secret := []byte(passphrase)
	f.desk.Do(func(context.Context) error {
		defer clear(secret)
		// First, so that nothing is written or touched in vain.
		if !f.engine.CheckPassphrase(secret) {
			return model.Fail(model.ReasonLocked, "wrong passphrase", engine.ErrPassphrase)
		}
		two, err := factor(ctx)
		if err != nil {
			return err
		}
		if two != nil {
			defer clear(two.Secret)
		}
		if err := ctx.Err(); err != nil {
			return err // taken back: nothing is stored
		}
		return f.engine.SetSecond(context.WithoutCancel(ctx), secret, two)
	}, func(err error) {
		cancel()
		f.Busy, f.Touch, f.cancel = false, 0, nil
		sentence, known := FactorSentence(err)
		switch {
		case err == nil:
			f.right()
			f.Changed()
			f.Done(kind)
			return
		case errors.Is(err, context.Canceled):
		case errors.Is(err, engine.ErrPassphrase):
			f.Problem = wrongPassphrase()
			f.failed()
		case known:
			f.FactorProblem = sentence
			f.WantPIN = f.WantPIN || wantsPIN(err)
		default:
			f.Problem = sentenceIn("create", err)
		}
		f.Changed()
	})
}

// Cancel stops waiting for the security key; nothing is changed then.
func (f *Factor) Cancel() {
	if f.cancel != nil {
		f.cancel()
	}
}

// factorTexts are the keys of the sentences for what is wrong about a factor.
var factorTexts = []struct {
	err error
	key string
}{
	{engine.ErrSecondFactor, "factor.missing"},
	{engine.ErrKeyFileSmall, "factor.file_small"},
	{engine.ErrKeyFileLarge, "factor.file_large"},
	{securitykey.ErrUnsupported, "factor.unsupported"},
	{securitykey.ErrNoKey, "factor.no_key"},
	{securitykey.ErrSeveral, "factor.several"},
	{securitykey.ErrPermission, "factor.permission"},
	{securitykey.ErrOld, "factor.old"},
	{securitykey.ErrOtherKey, "factor.other_key"},
	{securitykey.ErrNeedPIN, "factor.need_pin"},
	{securitykey.ErrNoPIN, "factor.no_pin"},
	{securitykey.ErrPINBlocked, "factor.pin_blocked"},
	{securitykey.ErrTimeout, "factor.timeout"},
	{securitykey.ErrDenied, "factor.denied"},
	{securitykey.ErrGone, "factor.gone"},
	{securitykey.ErrAnswer, "factor.gone"},
	{fs.ErrExist, "factor.file_there"},
	{engine.ErrKeyFileUnreadable, "factor.file_unreadable"},
}

// FactorSentence says what is wrong about a key file or security key; false when
// the error is about something else.
func FactorSentence(err error) (sentence string, known bool) {
	var pin *securitykey.PINError
	if errors.As(err, &pin) {
		if pin.Left < 0 {
			return text.T("factor.pin_wrong"), true
		}
		return text.N("factor.pin_left", pin.Left), true
	}
	for _, t := range factorTexts {
		if errors.Is(err, t.err) {
			return text.T(t.key), true
		}
	}
	return "", false
}

func wantsPIN(err error) bool {
	var pin *securitykey.PINError
	return errors.Is(err, securitykey.ErrNeedPIN) || errors.As(err, &pin)
}
