package vm

import (
	"context"

	"sotto/engine/model"
	"sotto/internal/clock"
)

// ClearEngine is what clearing all data needs of the engine.
type ClearEngine interface {
	CheckPassphrase(passphrase []byte) bool
	WrongTries() int
	ClearNetwork(ctx context.Context) (model.Cleared, error)
	Resume()
}

// ClearStep is how far clearing has come.
type ClearStep int

// The steps. From ClearUnreachable and ClearPartly one may try again or clear
// this computer only; at ClearDone nothing is left but the profile itself.
const (
	ClearAsking      ClearStep = iota // for the second time, and for the passphrase
	ClearWorking                      // the network is asked
	ClearUnreachable                  // nobody has confirmed
	ClearPartly                       // some have not
	ClearDone
)

// ClearData deletes the account's data from the network, if that is wanted, and
// hands over to whoever removes the profile.
type ClearData struct {
	Changed func() // on the interface's goroutine
	Wipe    func() // removes the profile; called once

	Network         bool
	NeedsPassphrase bool
	Step            ClearStep
	Busy            bool // the passphrase is being checked
	Problem         string
	Cleared         model.Cleared
	slowdown

	engine ClearEngine
	cancel context.CancelFunc
}

// NewClearData makes the model for one choice.
func NewClearData(desk Desk, e ClearEngine, network, passphrase bool, clk clock.Clock) *ClearData {
	c := &ClearData{engine: e, Network: network, NeedsPassphrase: passphrase, Changed: func() {}, Wipe: func() {}}
	c.slowdown = slowdown{desk: desk, clock: clk, changed: func() { c.Changed() }}
	c.countTries(e.WrongTries)
	return c
}

// Confirm is the second yes.
func (c *ClearData) Confirm(passphrase string) {
	if c.Step != ClearAsking || c.Busy || c.Wait > 0 || c.NeedsPassphrase && (passphrase == "" || c.early(func() { c.Confirm(passphrase) })) {
		return
	}
	if !c.NeedsPassphrase {
		c.begin()
		return
	}
	c.Busy, c.Problem = true, ""
	c.Changed()
	secret := []byte(passphrase)
	Ask(c.desk, func(context.Context) (bool, error) {
		defer clear(secret)
		return c.engine.CheckPassphrase(secret), nil
	}, func(ok bool, _ error) {
		c.Busy = false
		if !ok {
			c.Problem = wrongPassphrase()
			c.failed()
			c.Changed()
			return
		}
		c.begin()
	})
}

func (c *ClearData) begin() {
	if !c.Network {
		c.finish()
		return
	}
	c.Again()
}

// Again asks the network, once more after a failure.
func (c *ClearData) Again() {
	if c.Step == ClearWorking || c.Step == ClearDone {
		return
	}
	ctx, cancel := context.WithCancel(c.desk.Context())
	c.Step, c.Problem, c.cancel = ClearWorking, "", cancel
	c.Changed()
	Ask(c.desk, func(context.Context) (model.Cleared, error) { return c.engine.ClearNetwork(ctx) }, func(got model.Cleared, err error) {
		cancel()
		c.Cleared, c.cancel = got, nil
		switch {
		case err != nil:
			c.Step, c.Problem = ClearUnreachable, sentenceIn("clear", err)
		case got.Confirmed < got.Members:
			c.Step = ClearPartly
		default:
			c.finish()
			return
		}
		c.Changed()
	})
}

// DeviceOnly clears this computer although the network was not reached, or not
// all of it.
func (c *ClearData) DeviceOnly() {
	if c.Step == ClearUnreachable || c.Step == ClearPartly {
		c.finish()
	}
}

func (c *ClearData) finish() {
	c.Step = ClearDone
	c.Changed()
	c.Wipe()
}

// Cancel stops asking the network and leaves everything that is still there.
func (c *ClearData) Cancel() {
	if c.cancel != nil {
		c.cancel()
	}
	if c.Step == ClearPartly {
		c.engine.Resume()
	}
}
