package network

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"time"

	"sotto/engine/localnet"
	"sotto/engine/transport"
)

const (
	localFolder = "sotto-localnet"

	// startPatience is how long another process may take until its network
	// answers.
	startPatience = 15 * time.Second
	startPause    = 100 * time.Millisecond
	// watchPause is the time between two tries to take over.
	watchPause = time.Second
)

// Folder is where the local network of a profile keeps its state: beside the
// profile, so that its neighbours share it.
func Folder(profile string) string {
	if abs, err := filepath.Abs(profile); err == nil {
		profile = abs
	}
	return filepath.Join(filepath.Dir(profile), localFolder)
}

// describeLocal reads what a local network, running or not, is like.
func describeLocal(dir string) (transport.Network, error) {
	data, err := readBounded(filepath.Join(dir, "network.json"))
	if err != nil {
		return transport.Network{}, err
	}
	return transport.ParseNetwork(data)
}

// local is the embedded network, run here or by a neighbour.
type local struct {
	network transport.Network
	dir     string
	log     *slog.Logger
	back    func()
	own     *localnet.Network // nil while a neighbour runs it; watch may set it
	cancel  context.CancelFunc
	watch   sync.WaitGroup
}

func startLocal(ctx context.Context, dir string, log *slog.Logger, back func()) (*local, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if back == nil {
		back = func() {}
	}
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	l := &local{dir: dir, log: log, back: back, cancel: cancel}
	if err := l.start(ctx, life); err != nil {
		cancel()
		return nil, err
	}
	return l, nil
}

func (l *local) start(ctx, life context.Context) (err error) {
	ctx, stop := context.WithTimeoutCause(ctx, startPatience, ErrSilent)
	defer stop()
	for {
		switch l.own, err = l.take(life); {
		case err == nil:
			if l.network, err = transport.ParseNetwork(l.own.File()); err != nil {
				return errors.Join(err, l.own.Close())
			}
			return nil
		case !errors.Is(err, localnet.ErrInUse):
			return err
		}
		if l.network, err = l.borrow(ctx); err == nil {
			l.watch.Go(func() { l.succeed(life) })
			return nil
		}
		if err := pause(ctx, startPause); err != nil {
			return err
		}
	}
}

// take runs the network in this process.
func (l *local) take(life context.Context) (*localnet.Network, error) {
	n, err := localnet.Start(life, localnet.Options{Dir: l.dir, Move: true, Logger: l.log})
	if err != nil {
		return nil, fmt.Errorf("start local network: %w", err)
	}
	return n, nil
}

// borrow checks that the network which a neighbour runs answers.
func (l *local) borrow(ctx context.Context) (transport.Network, error) {
	n, err := describeLocal(l.dir)
	if err != nil {
		return n, err
	}
	for _, seed := range n.Seeds {
		u, err := url.Parse(seed.URL)
		if err != nil {
			return n, err
		}
		d := net.Dialer{Timeout: time.Second}
		conn, err := d.DialContext(ctx, "tcp", u.Host)
		if err != nil {
			return n, fmt.Errorf("%w: %w", ErrSilent, err)
		}
		if err := conn.Close(); err != nil {
			return n, fmt.Errorf("%w: %w", ErrSilent, err)
		}
	}
	return n, nil
}

// succeed takes the network over when the neighbour is gone: the folder has the
// keys and ports, so what is known of it stays true.
func (l *local) succeed(life context.Context) {
	for pause(life, watchPause) == nil {
		n, err := l.take(life)
		switch {
		case err == nil:
			l.own = n
			l.log.Info("local network taken over")
			l.back()
			return
		case !errors.Is(err, localnet.ErrInUse) && life.Err() == nil:
			l.log.Warn("local network not taken over", "err", err)
		}
	}
}

func (l *local) close() error {
	l.cancel()
	l.watch.Wait()
	if l.own == nil {
		return nil
	}
	return l.own.Close()
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
