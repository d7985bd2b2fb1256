package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"sotto/cmd/internal/network"
	"sotto/engine"
	"sotto/engine/localnet"
	"sotto/engine/transport"
	"sotto/internal/desktop"
	"sotto/internal/securitykey"
	"sotto/internal/securitykey/softkey"
	"sotto/store"
	"sotto/ui/app"
	"sotto/ui/settings"
	"sotto/ui/vm"
)

// host is the program around the window of a set: a throw-away profile on a
// local network.
type host struct {
	set     set
	who     string            // has the account
	lock    engine.Protection // of the profile that is filled
	dir     string
	folder  string
	net     transport.Network
	offNet  func() error
	network sync.Once
	local   *localnet.Network // of a set with guests
	keyring bool
	trouble *app.Trouble // what Open answers, if not nil
	keys    softkey.Bus  // that are plugged in

	life   context.Context
	end    context.CancelFunc
	mu     sync.Mutex
	engine *engine.Engine
	stop   context.CancelFunc
	ran    chan struct{}
}

func newHost(ctx context.Context, s set) (*host, error) {
	dir, err := os.MkdirTemp("", "sotto-screens-")
	if err != nil {
		return nil, err
	}
	h := &host{set: s, who: "Robin", lock: engine.Protection{None: true}, dir: dir, folder: filepath.Join(dir, "profile"), keyring: s.keyring}
	h.life, h.end = context.WithCancel(ctx)
	if err := h.connect(ctx); err != nil {
		return nil, err
	}
	if s.fill == nil && s.files == nil {
		return h, nil
	}
	return h, h.fill()
}

// connect starts the network.
func (h *host) connect(ctx context.Context) (err error) {
	if h.set.guests {
		o := localnet.Options{Dir: filepath.Join(h.dir, "network"), NoRateLimit: true, Rooms: screenRooms()}
		if h.local, err = localnet.Start(h.life, o); err != nil {
			return err
		}
		h.offNet = h.local.Close
		h.net, err = transport.ParseNetwork(h.local.File())
		return err
	}
	choice, err := network.Choose(network.Local, h.folder, "")
	if err == nil {
		h.net, h.offNet, err = choice.Open(ctx, slog.New(slog.DiscardHandler), nil)
	}
	return err
}

// fill makes the profile and puts people and messages into it.
func (h *host) fill() error {
	o := engine.Options{Dir: h.folder, Network: h.net}
	e, err := engine.Create(o, h.lock, engine.Origin{}, h.who)
	if err != nil {
		return err
	}
	me := e.Me().ID
	if err := e.Close(); err != nil {
		return err
	}
	s, err := store.Open(h.folder, store.Unlock{Passphrase: h.lock.Passphrase}, store.Options{})
	if err != nil {
		return err
	}
	if h.set.files != nil {
		err = h.set.files(s, me)
	} else {
		err = s.Update(func(tx *store.Tx) error { return h.set.fill(tx, me) })
	}
	return errors.Join(err, s.Close())
}

// Profile implements app.Host.
func (h *host) Profile() (engine.ProfileInfo, error) { return engine.Inspect(h.folder) }

// SetLanguage implements app.Host.
func (h *host) SetLanguage(code string) error { return engine.SetLanguage(h.folder, code) }

// Keyring implements app.Host.
func (h *host) Keyring() bool { return h.keyring }

// Create implements app.Host.
func (h *host) Create(_ context.Context, p engine.Protection, origin engine.Origin, name string) (*engine.Engine, error) {
	p.Keyring, p.None = false, len(p.Passphrase) == 0 // the key ring of whoever draws stays untouched
	return h.run(engine.Create(engine.Options{Dir: h.folder, Network: h.net}, p, origin, name))
}

// Open implements app.Host.
func (h *host) Open(ctx context.Context, c engine.Credentials) (*engine.Engine, error) {
	if h.trouble != nil {
		return nil, h.trouble
	}
	info, err := h.Profile()
	if err != nil {
		return nil, err
	}
	u, err := engine.Gather(ctx, info, c, h.keys)
	if err != nil {
		return nil, err
	}
	return h.run(engine.OpenWith(engine.Options{Dir: h.folder, Network: h.net}, u))
}

// Lock implements app.Host.
func (h *host) Lock() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stop()
	<-h.ran
	err := h.engine.Close()
	h.engine = nil
	return err
}

// WrongTries implements app.Host.
func (h *host) WrongTries() int { return engine.WrongTries(h.folder) }

// SecurityKeys implements app.Host: keys in software.
func (h *host) SecurityKeys() securitykey.Bus { return h.keys }

func (h *host) run(e *engine.Engine, err error) (*engine.Engine, error) {
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	life, stop := context.WithCancel(h.life)
	ran := make(chan struct{})
	h.engine, h.stop, h.ran = e, stop, ran
	go func() {
		defer close(ran)
		defer stop()
		// The pictures show it if it fails.
		_ = e.Run(life)
	}()
	return e, nil
}

// Salvage implements app.Host.
func (h *host) Salvage(context.Context, engine.Credentials) (app.Salvaged, error) {
	return app.Salvaged{}, h.trouble
}

// Clear implements app.Host.
func (h *host) Clear(context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stop()
	<-h.ran
	err := h.engine.Close()
	h.engine = nil
	return errors.Join(err, engine.Destroy(engine.Options{Dir: h.folder}))
}

// Autostart implements app.Host.
func (h *host) Autostart() vm.AutostartRecord {
	return desktop.Autostart{App: desktop.App{ID: "im.sotto.Screens", Name: "Sotto"}, Program: h.folder}
}

// Logs implements app.Host.
func (h *host) Logs() settings.Logs { return screenLogs{} }

// screenLogs are log files that are there and do nothing.
type screenLogs struct{}

func (screenLogs) Folder() string      { return "~/.local/share/sotto/default/logs" }
func (screenLogs) Size() int64         { return 48_312 }
func (screenLogs) Export(string) error { return nil }
func (screenLogs) Delete() error       { return nil }

// About implements app.Host.
func (h *host) About() settings.About {
	return settings.About{Version: "0.1.0", Network: h.net.Name, Folder: "~/.local/share/sotto/default"}
}

// offline ends the network.
func (h *host) offline() error {
	err := error(nil)
	h.network.Do(func() { err = h.offNet() })
	return err
}

func (h *host) close() error {
	h.end()
	h.mu.Lock()
	defer h.mu.Unlock()
	var err error
	if h.engine != nil {
		<-h.ran
		err = h.engine.Close()
	}
	return errors.Join(err, h.offline(), os.RemoveAll(h.dir))
}
