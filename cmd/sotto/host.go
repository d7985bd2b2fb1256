package main

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/zalando/go-keyring"

	"sotto/cmd/internal/logfile"
	"sotto/cmd/internal/network"
	"sotto/engine"
	"sotto/engine/model"
	"sotto/engine/transport"
	"sotto/internal/securitykey"
	"sotto/store"
	"sotto/ui/app"
	"sotto/ui/settings"
	"sotto/ui/vm"
)

// version and releaseKey are set when a release is built: the minisign public key
// that statements of newer versions are signed with. Without it none is believed.
var (
	version    = "0.1.0"
	releaseKey = ""
)

// host opens the profile for the window (app.Host) and lends its engine to the
// socket (command.Host).
type host struct {
	o    options
	log  *slog.Logger
	logs *logfile.File
	life context.Context
	end  context.CancelFunc

	net onceNetwork

	name   string  // among the accounts of keeper
	keeper *keeper // nil: a profile that is opened alone
	hush   func()  // ends the answering of the socket; nil: not answered

	mu     sync.Mutex
	engine *engine.Engine
	stop   context.CancelFunc // ends the engine's Run
	ran    chan struct{}      // closed when it has returned
}

// onceNetwork brings the network up once; who needs it waits.
type onceNetwork struct {
	once   sync.Once
	choice *network.Choice
	net    transport.Network
	off    func() error
	err    error
}

func newHost(o options, log *slog.Logger, logs *logfile.File) *host {
	h := &host{o: o, log: log, logs: logs}
	h.life, h.end = context.WithCancel(context.Background())
	return h
}

// begin starts what takes its time while the toolkit does: the network, and the
// profile where it opens by itself. Whoever asks for them next waits for them,
// and hears what went wrong.
func (h *host) begin(ctx context.Context) {
	go func() {
		info, err := engine.Inspect(h.o.folder)
		if err == nil && info.Exists && vm.ProtectionOf(info) != vm.ByPassphrase {
			_, _ = h.Open(ctx, engine.Credentials{})
			return
		}
		_, _ = h.network()
	}()
}

func (h *host) network() (transport.Network, error) {
	n := &h.net
	n.once.Do(func() {
		info, err := engine.Inspect(h.o.folder)
		if err != nil {
			n.err = err
			return
		}
		if n.choice, n.err = network.Choose(h.o.network, h.o.folder, info.Network); n.err != nil {
			return
		}
		n.net, n.off, n.err = n.choice.Open(h.life, h.log, h.wake)
	})
	return n.net, n.err
}

// wake tells the engine that its network is back.
func (h *host) wake() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.engine != nil {
		h.engine.Wake()
	}
}

// Profile implements app.Host.
func (h *host) Profile() (engine.ProfileInfo, error) {
	info, err := engine.Inspect(h.o.folder)
	return info, trouble(err)
}

// SetLanguage implements app.Host.
func (h *host) SetLanguage(code string) error { return engine.SetLanguage(h.o.folder, code) }

// Keyring implements app.Host: a key ring that answers "no such entry" works.
func (h *host) Keyring() bool {
	const patience = 2 * time.Second
	answer := make(chan error, 1)
	go func() {
		_, err := store.SystemKeyring.Get("probe")
		answer <- err
	}()
	select {
	case err := <-answer:
		return err == nil || errors.Is(err, keyring.ErrNotFound)
	case <-time.After(patience):
		return false
	}
}

// Create implements app.Host.
func (h *host) Create(ctx context.Context, p engine.Protection, origin engine.Origin, name string) (*engine.Engine, error) {
	if h.keeper != nil {
		if err := h.keeper.refuse(origin); err != nil {
			return nil, err
		}
	}
	e, err := h.start(func(o engine.Options) (*engine.Engine, error) { return engine.Create(o, p, origin, name) })
	if err == nil && h.keeper != nil {
		if kerr := h.keeper.made(h); kerr != nil {
			// The profile is found again without the list.
			h.log.Warn("the account is not in the list", "err", kerr)
		}
	}
	return e, err
}

// Open implements app.Host. What has to be read or touched is gathered before
// anything is held up.
func (h *host) Open(ctx context.Context, c engine.Credentials) (*engine.Engine, error) {
	info, err := engine.Inspect(h.o.folder)
	if err != nil {
		return nil, trouble(err)
	}
	u, err := engine.Gather(ctx, info, c, securitykey.System)
	if err != nil {
		return nil, err
	}
	defer clear(u.Second)
	e, err := h.start(func(o engine.Options) (*engine.Engine, error) { return engine.OpenWith(o, u) })
	return e, trouble(err)
}

// Lock implements app.Host. The network stays up: it knows nothing of the
// profile.
func (h *host) Lock() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.shut()
}

// shut ends the engine; the lock is held.
func (h *host) shut() error {
	if h.engine == nil {
		return nil
	}
	h.stop()
	<-h.ran
	err := h.engine.Close()
	h.engine = nil
	// What the engine had in memory goes back to the system, texts and keys of
	// conversations with it.
	debug.FreeOSMemory()
	return err
}

// WrongTries implements app.Host.
func (h *host) WrongTries() int { return engine.WrongTries(h.o.folder) }

// SecurityKeys implements app.Host.
func (h *host) SecurityKeys() securitykey.Bus { return securitykey.System }

// start opens an engine and runs it.
func (h *host) start(open func(engine.Options) (*engine.Engine, error)) (*engine.Engine, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.engine != nil {
		return h.engine, nil
	}
	n, err := h.network()
	if err != nil {
		return nil, &app.Trouble{Kind: app.TroubleNetwork, Err: err}
	}
	e, err := open(engine.Options{Dir: h.o.folder, Network: n, Logger: h.log, Reach: model.Reach{Proxy: h.o.via}, ReleaseKey: releaseKey})
	if err != nil {
		return nil, err
	}
	if err := h.net.choice.Remember(); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	ran := make(chan struct{})
	life, stop := context.WithCancel(h.life)
	h.engine, h.stop, h.ran = e, stop, ran
	go func() {
		defer close(ran)
		defer stop()
		if err := e.Run(life); err != nil {
			h.log.Error("the engine stopped", "err", err)
		}
	}()
	return e, nil
}

// trouble gives errors of opening the page that helps.
func trouble(err error) error {
	if err == nil {
		return nil
	}
	for _, c := range []struct {
		err  error
		kind app.TroubleKind
	}{
		{store.ErrDamaged, app.TroubleDamaged},
		{store.ErrLocked, app.TroubleInUse},
		{store.ErrKeyring, app.TroubleKeyring},
		{store.ErrVersion, app.TroubleNewer},
		{store.ErrDiskFull, app.TroubleDisk},
		{network.ErrOther, app.TroubleNetwork},
	} {
		if errors.Is(err, c.err) {
			return &app.Trouble{Kind: c.kind, Err: err}
		}
	}
	return err
}

// About implements app.Host.
func (h *host) About() settings.About {
	n, _ := h.network()
	return settings.About{Version: version, Network: n.Name, Folder: h.o.folder}
}

// Folder implements command.Host.
func (h *host) Folder() string { return h.o.folder }

// Engine implements command.Host.
func (h *host) Engine(context.Context, bool) (*engine.Engine, error) {
	if e := h.running(); e != nil {
		return e, nil
	}
	return nil, model.Fail(model.ReasonLocked, "the window has no open profile", nil)
}

// running is the engine, nil while the profile is closed.
func (h *host) running() *engine.Engine {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.engine
}

// Create for the socket is refused: the window makes accounts.
type socketHost struct{ *host }

// Create implements command.Host.
func (socketHost) Create(context.Context, engine.Origin, string) (*engine.Engine, error) {
	return nil, model.Fail(model.ReasonNotAllowed, "the window makes accounts", nil)
}

// close ends the engine and its network.
func (h *host) close() error {
	h.end()
	h.mu.Lock()
	defer h.mu.Unlock()
	err := h.shut()
	h.net.once.Do(func() { h.net.err = context.Canceled }) // what nobody needed stays down
	if h.net.off != nil {
		err = errors.Join(err, h.net.off())
	}
	return err
}
