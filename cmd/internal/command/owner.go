package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sotto/cmd/internal/network"
	"sotto/cmd/internal/profile"
	"sotto/engine"
	"sotto/engine/model"
	"sotto/engine/transport"
	"sotto/store"
)

// Owner is the Host of a program without a window: it opens the profile when
// the first command needs it.
type Owner struct {
	Dir     string      // folder of the profile
	Network string      // word of --network, may be empty
	Proxy   model.Proxy // of a new profile
	Key     profile.Key
	Logger  *slog.Logger
	// Stay runs the engine whatever it is asked: the program goes on.
	Stay bool

	mu      sync.Mutex
	engine  *engine.Engine
	started bool
	cancel  context.CancelFunc
	ran     chan struct{} // closed when the engine's Run has returned
	offNet  func() error  // ends what the network needed
}

// Keys implements KeyHost.
func (o *Owner) Keys() profile.Key { return o.Key }

// Folder implements Host.
func (o *Owner) Folder() string { return o.Dir }

// Engine implements Host. For offline, an engine that is not open yet is opened
// without network, and stays so until somebody needs it running.
func (o *Owner) Engine(ctx context.Context, offline bool) (*engine.Engine, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	offline = offline && !o.Stay
	if o.engine != nil && (offline || o.started) {
		return o.engine, nil
	}
	if err := o.shut(); err != nil {
		return nil, err
	}
	info, err := engine.Inspect(o.Dir)
	switch {
	case err != nil:
		return nil, err
	case !info.Exists:
		return nil, profile.Explain(model.Fail(model.ReasonNotFound, "there is no profile", store.ErrNoProfile))
	}
	choice, err := network.Choose(o.Network, o.Dir, info.Network)
	if err != nil {
		return nil, err
	}
	err = o.begin(ctx, choice, !offline, func(opt engine.Options) (*engine.Engine, error) {
		return o.Key.Open(ctx, o.Dir, info, func(u engine.Unlock) (*engine.Engine, error) { return engine.OpenWith(opt, u) })
	})
	return o.engine, err
}

// Create implements Host.
func (o *Owner) Create(ctx context.Context, origin engine.Origin, name string) (*engine.Engine, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	info, err := engine.Inspect(o.Dir)
	switch {
	case err != nil:
		return nil, err
	case info.Exists:
		return nil, profile.Explain(model.Fail(model.ReasonNotAllowed, "there is a profile", store.ErrExists))
	}
	choice, err := network.Choose(o.Network, o.Dir, "")
	if err != nil {
		return nil, err
	}
	protection, err := o.Key.Protection()
	if err != nil {
		return nil, err
	}
	if err := choice.Remember(); err != nil {
		return nil, err
	}
	err = o.begin(ctx, choice, true, func(opt engine.Options) (*engine.Engine, error) {
		e, err := engine.Create(opt, protection, origin, name)
		return e, profile.Explain(err)
	})
	return o.engine, err
}

// Restore implements RestoreHost.
func (o *Owner) Restore(ctx context.Context, path string, passphrase []byte, choice []model.ConversationID) (engine.BackupRestored, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	info, err := engine.InspectBackup(path, passphrase)
	if err != nil {
		return engine.BackupRestored{}, err
	}
	net, name, err := o.networkOf(ctx, info.Network)
	if err != nil {
		return engine.BackupRestored{}, err
	}
	protection, err := o.Key.Protection()
	if err != nil {
		return engine.BackupRestored{}, err
	}
	opt := engine.Options{Dir: o.Dir, Network: transport.Network{Name: name}, Logger: o.Logger, Reach: model.Reach{Proxy: o.Proxy}}
	got, err := engine.RestoreBackup(ctx, opt, protection, path, passphrase, choice, nil)
	if err != nil {
		return got, profile.Explain(err)
	}
	return got, net.Remember()
}

// networkOf finds the network that was named for a backup, or else that of the
// backup.
func (o *Owner) networkOf(ctx context.Context, backup string) (choice *network.Choice, name string, err error) {
	word := o.Network
	if word == "" {
		word = backup
	}
	choice, err = network.Choose(word, o.Dir, "")
	if errors.Is(err, network.ErrUnknown) && o.Network == "" {
		err = fmt.Errorf("%w: %s", network.ErrForgotten, backup)
	}
	if err != nil || word == network.Local { // which is run for those who connect
		return choice, word, err
	}
	net, off, err := choice.Describe(ctx, o.Logger)
	if err != nil {
		return nil, "", err
	}
	return choice, net.Name, off()
}

// begin opens the engine with its network, and runs it.
func (o *Owner) begin(ctx context.Context, choice *network.Choice, run bool, open func(engine.Options) (*engine.Engine, error)) error {
	var opened atomic.Pointer[engine.Engine]
	up := choice.Describe
	if run {
		up = func(ctx context.Context, log *slog.Logger) (transport.Network, func() error, error) {
			return choice.Open(ctx, log, func() {
				if e := opened.Load(); e != nil {
					e.Wake()
				}
			})
		}
	}
	net, offNet, err := up(ctx, o.Logger)
	if err != nil {
		return err
	}
	e, err := open(engine.Options{Dir: o.Dir, Network: net, Logger: o.Logger, Reach: model.Reach{Proxy: o.Proxy}})
	if err != nil {
		return errors.Join(err, offNet())
	}
	opened.Store(e)
	if err := choice.Remember(); err != nil {
		return errors.Join(err, e.Close(), offNet())
	}
	o.engine, o.offNet, o.started = e, offNet, run
	if !run {
		return nil
	}
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	o.cancel, o.ran = cancel, make(chan struct{})
	go func() {
		defer close(o.ran)
		if err := e.Run(life); err != nil && o.Logger != nil {
			o.Logger.Error("the engine stopped", "err", err)
		}
	}()
	return nil
}

// Flush waits until what the last command left in the outbox is delivered as
// far as the network lets it, for at most d, and returns how much still waits.
func (o *Owner) Flush(ctx context.Context, d time.Duration) int {
	o.mu.Lock()
	e, started := o.engine, o.started
	o.mu.Unlock()
	if !started {
		return 0
	}
	if waiting(e) > 0 {
		ctx, cancel := context.WithTimeout(ctx, d)
		defer cancel()
		// An error means that not all went out, which the count says too.
		_, _ = e.Sync(ctx)
	}
	return waiting(e)
}

// waiting counts what still has to get to the network: messages, what the other
// devices of the account are to know, the own picture.
func waiting(e *engine.Engine) int {
	s := e.Status()
	n := s.Pending
	if s.Unsynced {
		n++
	}
	if u := e.PictureUpload(); u.Waiting && !u.Refused {
		n++
	}
	return n
}

// Close stops the engine and its network.
func (o *Owner) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.shut()
}

func (o *Owner) shut() error {
	if o.engine == nil {
		return nil
	}
	if o.started {
		o.cancel()
		<-o.ran
	}
	// The network first: it may call the engine when it comes back.
	err := errors.Join(o.offNet(), o.engine.Close())
	o.engine, o.started = nil, false
	return err
}

// AddPassphrase puts the profile's passphrase into the parameters of a call to
// the process that has the profile open, if it has one.
func (o *Owner) AddPassphrase(params map[string]any) error {
	info, err := engine.Inspect(o.Dir)
	if err != nil || !slices.Contains(info.Slots, store.SlotPassphrase) {
		return err
	}
	pass, err := o.Key.Give()
	if err == nil {
		params["passphrase"] = string(pass)
	}
	return err
}
