package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/engine/transport"
	"sotto/internal/clock"
	"sotto/store"
)

// Options are what an engine needs from the program around it. Dir is required.
type Options struct {
	Dir     string            // folder of the profile
	Network transport.Network // the network that the profile belongs to
	Logger  *slog.Logger      // nil is silent
	Clock   clock.Clock       // nil is the system's
	Rand    io.Reader         // nil is crypto/rand
	Store   store.Options
	// Reach is how a new profile, also one of a backup, gets to the network until
	// its settings say otherwise. One that is there has its own.
	Reach model.Reach
	// ReleaseKey is the minisign public key that statements of newer versions are
	// signed with; empty: none is believed.
	ReleaseKey string
	// Configure changes how the network is reached (dialer, proxy) before the
	// transport is made. Nil changes nothing.
	Configure func(*transport.Config)
}

func (o *Options) defaults() {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = clock.System
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Store.Clock == nil {
		o.Store.Clock = o.Clock
	}
}

// Protection says how a profile is protected at rest: by a passphrase, by the
// key ring of the system, or, after an explicit choice, not at all.
type Protection = store.Protection

// ProfileInfo is what can be said of a profile folder without opening it.
type ProfileInfo = store.Info

// Inspect looks at a profile folder: whether there is a profile, what opens it,
// and whether another process uses it.
func Inspect(dir string) (ProfileInfo, error) {
	info, err := store.Inspect(dir)
	return info, storeError("look at the profile", err)
}

// SetLanguage keeps the language of the window of a profile; empty means that of
// the system. Inspect tells it again.
func SetLanguage(dir, code string) error {
	return storeError("keep the language", store.SetLanguage(dir, code))
}

// Origin is where an account comes from. The zero value is a new account.
type Origin struct {
	Phrase string // recovery phrase, or the hexadecimal content of its QR code
	// Backup is the file of a backup, with its passphrase: the account comes with
	// everything that is in it.
	Backup           string
	BackupPassphrase string
}

// Create makes a profile with a new or a restored account. A new account needs
// a name (at most 100 bytes); a restored one may come without, and has its own
// from a backup. The error of a wrong phrase has a *PhraseError in its chain.
func Create(o Options, p Protection, origin Origin, name string) (*Engine, error) {
	o.defaults()
	if origin.Backup != "" {
		if _, err := RestoreBackup(context.Background(), o, p, origin.Backup, []byte(origin.BackupPassphrase), nil, nil); err != nil {
			return nil, err
		}
		u := Unlock{Passphrase: p.Passphrase}
		if p.Second != nil {
			u.Second = p.Second.Secret
		}
		return OpenWith(o, u)
	}
	if name != "" || origin.Phrase == "" {
		clean, err := cleanName(name)
		if err != nil {
			return nil, err
		}
		name = clean
	}
	account, err := newAccount(origin, o.Rand)
	if err != nil {
		return nil, err
	}
	st, err := store.Create(o.Dir, o.Network.Name, p, o.Store)
	if err != nil {
		return nil, storeError("create the profile", err)
	}
	now := o.Clock.Now()
	err = st.Update(func(tx *store.Tx) error {
		if err := o.putReach(tx); err != nil {
			return err
		}
		return tx.PutAccount(store.AccountRecord{
			Seed:           account.SeedBytes(),
			Name:           name,
			ProfileUpdated: now.Unix(),
			Created:        model.Millis(now.UnixMilli()),
			Unmerged:       origin.Phrase != "",
		})
	})
	if err != nil {
		return nil, errors.Join(storeError("keep the account", err), st.Close())
	}
	return assemble(o, st, account)
}

func newAccount(origin Origin, random io.Reader) (*identity.Account, error) {
	if origin.Phrase != "" {
		account, err := identity.Restore(origin.Phrase)
		if err != nil {
			return nil, model.Fail(model.ReasonInvalid, "this is not a recovery phrase", err)
		}
		return account, nil
	}
	account, err := identity.New(random)
	if err != nil {
		return nil, model.Fail(model.ReasonInternal, "no randomness for a new account", err)
	}
	return account, nil
}

// Open opens a profile without second factor in o.Dir; see OpenWith.
func Open(o Options, passphrase []byte) (*Engine, error) {
	return OpenWith(o, Unlock{Passphrase: passphrase})
}

// OpenWith opens the profile in o.Dir. What it does not ask for is ignored. A
// wrong or missing passphrase or second factor is ReasonLocked; wrong ones are
// counted (see WrongTries).
func OpenWith(o Options, u Unlock) (*Engine, error) {
	o.defaults()
	st, err := store.Open(o.Dir, u, o.Store)
	if err != nil {
		return nil, storeError("open the profile", err)
	}
	account, err := storedAccount(st)
	if err == nil {
		err = checkNetwork(st, o)
	}
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return assemble(o, st, account)
}

func storedAccount(st *store.Store) (*identity.Account, error) {
	var account *identity.Account
	err := st.View(func(tx *store.Tx) error {
		record, ok := tx.Account()
		if !ok {
			return model.Fail(model.ReasonDamaged, "the profile has no account", store.ErrDamaged)
		}
		defer record.Zero()
		a, err := identity.FromSeed(record.Seed)
		if err != nil {
			return model.Fail(model.ReasonDamaged, "the profile has no usable account", err)
		}
		account = a
		return nil
	})
	if err != nil {
		return nil, storeError("read the account", err)
	}
	return account, nil
}

// checkNetwork holds a profile to the network it was made for: the same account
// on another network would be asked for messages it never had.
func checkNetwork(st *store.Store, o Options) error {
	if o.Network.Name != "" && st.Network() != o.Network.Name {
		return fail(model.ReasonNotAllowed, "the profile belongs to the network "+st.Network())
	}
	return nil
}

// Engine is one open profile. All methods may be called from any goroutine;
// commands wait until Run has begun.
type Engine struct {
	core    *core
	store   *store.Store
	account *identity.Account
	network string
	rooms   []transport.ServerAddress // servers whose rooms are offered
	inbox   *inbox
	hub     *hub
	log     *slog.Logger

	stage   atomic.Int32  // stageOpened and what follows
	stopped chan struct{} // closed when Run has returned
	close   sync.Once
	closed  error
}

// The stages of an engine.
const (
	stageOpened int32 = iota
	stageBegun        // Run was called
	stageOver         // Close came before Run
)

// Run does the work of the engine until ctx ends, and returns when nothing of
// it is left: no goroutine, no request, no transaction. It may be called once.
// The error is nil when ctx was the reason to stop, or when Close was quicker than
// the goroutine that calls Run: there is no work then.
func (e *Engine) Run(ctx context.Context) error {
	if !e.stage.CompareAndSwap(stageOpened, stageBegun) {
		if e.stage.Load() == stageOver {
			return nil
		}
		return ErrRunning
	}
	defer close(e.stopped)
	return e.core.run(ctx, e.inbox)
}

// Close closes the store after Run has returned (or was never called) and ends
// all subscriptions. It waits for Run.
func (e *Engine) Close() error {
	e.close.Do(func() {
		if !e.stage.CompareAndSwap(stageOpened, stageOver) {
			<-e.stopped
		} else {
			close(e.stopped)
		}
		e.hub.close()
		e.closed = storeError("close the profile", e.store.Close())
		e.account.Zero()
	})
	return e.closed
}

// Subscribe opens a mailbox for events. Events from before are not in it: read
// what is to be shown after subscribing.
func (e *Engine) Subscribe() *Subscription { return e.hub.subscribe() }

// do runs f on the loop and waits for it. Once f has begun it is waited for,
// whatever happens to ctx, so that a command is either done or was never begun.
func (e *Engine) do(ctx context.Context, f func(c *core) error) error {
	var (
		err  error
		done = make(chan struct{})
		// taken decides between the loop that begins and the caller that
		// gives up.
		taken atomic.Bool
	)
	e.inbox.put(func() {
		if taken.CompareAndSwap(false, true) {
			err = f(e.core)
			close(done)
		}
	})
	select {
	case <-done:
		return err
	case <-ctx.Done():
		if taken.CompareAndSwap(false, true) {
			return contextError(ctx)
		}
	case <-e.stopped:
		if taken.CompareAndSwap(false, true) {
			return model.Fail(model.ReasonInternal, "the engine has stopped", ErrClosed)
		}
	}
	<-done
	return err
}

// update is do for a command that is one transaction.
func (e *Engine) update(ctx context.Context, f func(w *work) error) error {
	return e.do(ctx, func(c *core) error { return c.update(f) })
}

func contextError(ctx context.Context) error {
	return model.Fail(model.ReasonOffline, "interrupted", context.Cause(ctx))
}
