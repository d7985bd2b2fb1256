package command

import (
	"context"
	"slices"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/store"
)

// defaultWait is how long restore waits for the swarm.
const defaultWait = 20 * time.Second

func accountCreate(ctx context.Context, c *Run) error {
	name := c.Args.Text("name")
	if err := engine.CheckName(name); err != nil {
		return err
	}
	e, err := c.create(ctx, engine.Origin{}, name)
	if err != nil {
		return err
	}
	phrase, err := e.RecoveryPhrase(ctx)
	if err != nil {
		return err
	}
	return c.emit(Created{e.Me().ID.String(), phrase})
}

// create makes the profile. receive has nothing to catch up on in it.
func (c *Run) create(ctx context.Context, origin engine.Origin, name string) (*engine.Engine, error) {
	e, err := c.Host.Create(ctx, origin, name)
	if err != nil {
		return nil, err
	}
	return e, saveReceived(c.Host.Folder(), 0)
}

func accountRestore(ctx context.Context, c *Run) error {
	phrase := c.Args.Text("phrase")
	if err := engine.CheckPhrase(phrase); err != nil {
		return model.Fail(model.ReasonInvalid, "this is not a recovery phrase", err)
	}
	if name := c.Args.Text("name"); name != "" {
		if err := engine.CheckName(name); err != nil {
			return err
		}
	}
	e, err := c.create(ctx, engine.Origin{Phrase: phrase}, c.Args.Text("name"))
	if err != nil {
		return err
	}
	synced, err := untilSynced(ctx, e, c.Args.Seconds("wait", defaultWait))
	if err != nil {
		return err
	}
	me := e.Me()
	answer := Restored{SessionID: me.ID.String(), Name: me.Name, Synced: synced}
	for _, conv := range e.Conversations(engine.Filter{Hidden: true}) {
		switch conv.Kind {
		case model.KindContact:
			answer.Contacts++
		case model.KindGroup:
			answer.Groups++
		case model.KindCommunity:
			answer.Communities++
		}
	}
	return c.emit(answer)
}

// untilSynced asks the swarm until it has answered once, for at most wait. The
// profile is there already: not to get an answer is no error.
func untilSynced(ctx context.Context, e *engine.Engine, wait time.Duration) (bool, error) {
	limited, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	for limited.Err() == nil {
		if _, err := e.Sync(limited); err == nil {
			return true, nil
		}
		pause(limited, time.Second)
	}
	return false, ctx.Err()
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

func accountShow(ctx context.Context, c *Run) error {
	e, err := c.engine(ctx)
	if err != nil {
		return err
	}
	me := e.Me()
	answer := Account{SessionID: me.ID.String(), Name: me.Name, Network: me.Network}
	if c.Args.Has("recovery_phrase") {
		if err := c.mayShowPhrase(ctx, e); err != nil {
			return err
		}
		if answer.RecoveryPhrase, err = e.RecoveryPhrase(ctx); err != nil {
			return err
		}
	}
	return c.emit(answer)
}

// mayShowPhrase asks another process for the passphrase that this one was opened
// with: the socket lets every program of the user in, the phrase is the account.
func (c *Run) mayShowPhrase(ctx context.Context, e *engine.Engine) error {
	if !c.Remote {
		return nil
	}
	info, err := engine.Inspect(c.Host.Folder())
	if err != nil {
		return err
	}
	if !slices.Contains(info.Slots, store.SlotPassphrase) || check(ctx, e, []byte(c.Args.Text("passphrase"))) {
		return nil
	}
	return model.Fail(model.ReasonLocked, "the recovery phrase is shown for the passphrase only", nil)
}

// engine returns the host's engine, running.
func (c *Run) engine(ctx context.Context) (*engine.Engine, error) { return c.Host.Engine(ctx, false) }
