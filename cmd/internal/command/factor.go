package command

import (
	"context"
	"sync"

	"sotto/cmd/internal/profile"
	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/securitykey"
)

// Factor is the answer to the factor commands.
type Factor struct {
	Kind string `json:"second_factor"` // none, key_file, security_key
	PIN  bool   `json:"pin,omitempty"` // the security key wants its PIN
}

func (c *Run) emitFactor(e *engine.Engine) error {
	two := e.Protection().Second
	f := Factor{Kind: string(two.Kind), PIN: two.PIN}
	if two.Kind == engine.NoSecond {
		f.Kind = "none"
	}
	return c.emit(f)
}

func factorShow(ctx context.Context, c *Run) error {
	e, err := c.offline(ctx)
	if err != nil {
		return err
	}
	return c.emitFactor(e)
}

func checkFactor(a Args) error {
	switch file, key := a.Text("key_file") != "", a.Has("security_key"); {
	case file == key:
		return usage("\"factor set\" needs --key-file FILE or --security-key")
	case key && a.Has("new"):
		return usage("--new goes with --key-file")
	}
	return nil
}

func factorSet(ctx context.Context, c *Run) error {
	e, err := c.offline(ctx)
	if err != nil {
		return err
	}
	pass, err := c.passphrase()
	if err != nil {
		return err
	}
	// Before anything is made, and before a key is touched.
	if !check(ctx, e, pass) {
		return profile.Explain(model.Fail(model.ReasonLocked, "wrong passphrase", engine.ErrPassphrase))
	}
	two, err := c.factor(ctx)
	if err != nil {
		return err
	}
	defer clear(two.Secret)
	if err := e.SetSecond(ctx, pass, two); err != nil {
		return profile.Explain(err)
	}
	return c.emitFactor(e)
}

func (c *Run) factor(ctx context.Context) (*engine.Second, error) {
	if file := c.Args.Text("key_file"); file != "" {
		if c.Args.Has("new") {
			if err := engine.NewKeyFile(file); err != nil {
				return nil, err
			}
		}
		return engine.KeyFileFactor(file)
	}
	keys, pin := profile.Key{Bus: securitykey.System}, []byte(c.Args.Text("pin"))
	if h, ok := c.Host.(KeyHost); ok {
		keys = h.Keys()
		if !c.Remote {
			var err error
			if pin, err = keys.AskPIN(); err != nil {
				return nil, model.Fail(model.ReasonLocked, "no PIN was given", err)
			}
		}
	}
	return engine.SecurityKeyFactor(ctx, keys.Security(), pin, keys.Touch)
}

func factorRemove(ctx context.Context, c *Run) error {
	e, err := c.offline(ctx)
	if err != nil {
		return err
	}
	pass, err := c.passphrase()
	if err != nil {
		return err
	}
	if !check(ctx, e, pass) {
		return profile.Explain(model.Fail(model.ReasonLocked, "wrong passphrase", engine.ErrPassphrase))
	}
	if err := e.SetSecond(ctx, pass, nil); err != nil {
		return profile.Explain(err)
	}
	return c.emitFactor(e)
}

// passphrase is what another process sends along, or what this one's user has at
// hand.
func (c *Run) passphrase() ([]byte, error) {
	if pass := c.Args.Text("passphrase"); pass != "" || c.Remote {
		return []byte(pass), nil
	}
	if h, ok := c.Host.(KeyHost); ok {
		return h.Keys().Give()
	}
	return nil, profile.Explain(model.Fail(model.ReasonLocked, "no passphrase", engine.ErrNeedPassphrase))
}

// turn lets one passphrase be tried at a time.
var turn sync.Mutex

// check is CheckPassphrase after the pause that wrong tries cost: a program on
// the socket does not guess faster than somebody at the window.
func check(ctx context.Context, e *engine.Engine, pass []byte) bool {
	turn.Lock()
	defer turn.Unlock()
	pause(ctx, engine.PenaltyFor(e.WrongTries()))
	return ctx.Err() == nil && e.CheckPassphrase(pass)
}

// offline returns the engine for what the store alone can do.
func (c *Run) offline(ctx context.Context) (*engine.Engine, error) { return c.Host.Engine(ctx, true) }
