package transport

import (
	"context"
	cryptorand "crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
	"sotto/internal/clock"
)

// Config is what a Client is made of. Only Network is required.
type Config struct {
	Network Network
	// Cache keeps nodes and guards over restarts; nil keeps nothing.
	Cache Cache
	// Dial opens every connection; nil is the system's dialer. With a proxy it
	// is asked for the proxy's address only.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// WebRoots are the authorities whose certificates Web believes; nil are the
	// system's.
	WebRoots *x509.CertPool
	// Reach is how the network is reached, until SetReach.
	Reach model.Reach
	// Clock is this computer's; nil is clock.System.
	Clock clock.Clock
	// Rand is read for keys, nonces and choices; nil is crypto/rand. Must be
	// safe for several goroutines.
	Rand io.Reader
	// Logger is silent when nil.
	Logger *slog.Logger
	// Changed is called, from a goroutine of the client, after Status changed.
	// It must not block.
	Changed func()
}

// Client is the network side of one account. All methods are safe for several
// goroutines.
type Client struct {
	cfg   Config
	log   *slog.Logger
	clk   clock.Clock
	dice  dice
	gate  *gate
	keys  *onion.KeyStock
	time  netClock
	seeds []*seedLink
	// maxAnswer is the constant, or less in tests.
	maxAnswer int64

	root     context.Context // ends all requests
	stop     context.CancelCauseFunc
	tasks    sync.WaitGroup // goroutines of the client, for Run and Close to wait for
	kick     chan struct{}  // wakes the maintenance
	notify   chan struct{}  // wakes the caller of Changed
	inFlight atomic.Int32

	// mu guards what follows. It is never held while waiting for anything.
	mu       sync.Mutex
	k        *keeper
	links    map[string]*link
	changed  chan struct{} // closed and replaced when something changed
	running  bool
	closed   bool
	lookups  map[identity.ID]*lookup
	told     statusMark
	prepared map[[32]byte]bool // recipients with keys made ahead

	fetching     bool // seeds are being asked
	seedNext     time.Time
	seedFails    int
	refreshing   bool
	refreshNext  time.Time
	refreshFails int
	preparing    bool
	saving       bool
	savedAt      time.Time
}

// New checks the network and makes a client that does nothing until Run.
func New(cfg Config) (*Client, error) {
	if err := cfg.Network.check(); err != nil {
		return nil, fmt.Errorf("network %q: %w", cfg.Network.Name, err)
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.System
	}
	if cfg.Rand == nil {
		cfg.Rand = cryptorand.Reader
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	c := &Client{
		cfg:       cfg,
		log:       cfg.Logger,
		clk:       cfg.Clock,
		dice:      dice{cfg.Rand},
		gate:      newGate(cfg.Dial, cfg.Reach),
		keys:      onion.NewKeyStock(cfg.Rand),
		kick:      make(chan struct{}, 1),
		notify:    make(chan struct{}, 1),
		links:     map[string]*link{},
		changed:   make(chan struct{}),
		lookups:   map[identity.ID]*lookup{},
		prepared:  map[[32]byte]bool{},
		maxAnswer: maxAnswer,
	}
	c.time.clk = cfg.Clock
	c.k = newKeeper(&c.cfg.Network, c.dice)
	c.root, c.stop = context.WithCancelCause(context.Background())
	for _, s := range cfg.Network.Seeds {
		l, err := c.newSeedLink(c.gate, s)
		if err != nil {
			return nil, err
		}
		c.seeds = append(c.seeds, l)
	}
	return c, nil
}

// Close ends all requests and connections, and Run.
func (c *Client) Close() error {
	c.shut()
	c.tasks.Wait()
	return nil
}

func (c *Client) shut() {
	c.stop(ErrClosed)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.closed = true
	c.gate.shut()
	for _, l := range c.links {
		l.tr.CloseIdleConnections()
	}
	close(c.changed)
}

// start runs a task of the client; not after shut. The caller holds mu.
func (c *Client) start(task func(context.Context)) bool {
	if c.closed {
		return false
	}
	c.tasks.Go(func() { task(c.root) })
	return true
}

// join binds a caller's context to the life of the client.
func (c *Client) join(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	release := context.AfterFunc(c.root, func() { cancel(ErrClosed) })
	return ctx, func() {
		release()
		cancel(context.Canceled)
	}
}

// sleep waits by the injected clock.
func (c *Client) sleep(ctx context.Context, d time.Duration) error {
	timer := c.clk.NewTimer(d)
	select {
	case <-timer.C():
		return nil
	case <-ctx.Done():
		timer.Stop()
		return context.Cause(ctx)
	}
}

// Now is network time in milliseconds since 1970. It does not go back, except
// for a correction of more than five seconds.
func (c *Client) Now() int64 { return c.time.now() }

// ClockOffset is network time minus this computer's.
func (c *Client) ClockOffset() time.Duration { return c.time.Offset() }

// Wake tells that the network changed or the computer came back from sleep:
// idle connections are dropped and paths tried at once.
func (c *Client) Wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wake()
}

// wake is called with mu held.
func (c *Client) wake() {
	for _, l := range c.links {
		l.tr.CloseIdleConnections()
	}
	c.time.forget()
	c.seedNext, c.refreshNext, c.seedFails = time.Time{}, time.Time{}, 0
	for i := range c.k.slots {
		s := &c.k.slots[i]
		s.check, s.woken, s.next, s.tries = true, true, time.Time{}, 0
	}
	c.poke()
}

// poke wakes the maintenance.
func (c *Client) poke() {
	select {
	case c.kick <- struct{}{}:
	default:
	}
}

// settle brings connections, listeners and waiters in line with the keeper. It
// is called after each change, with mu held.
func (c *Client) settle() {
	guards, hops := map[string]bool{}, map[[32]byte]bool{}
	for i := range c.k.slots {
		s := &c.k.slots[i]
		if s.hasGuard {
			guards[address(&s.guard)] = true
		}
		for _, n := range s.hops {
			hops[n.X25519] = true
		}
	}
	if c.closed {
		return
	}
	c.gate.allow(guards)
	for addr, l := range c.links {
		if !guards[addr] {
			l.tr.CloseIdleConnections()
			delete(c.links, addr)
		}
	}
	for k := range c.prepared {
		if !hops[k] {
			c.keys.Drop(k)
			delete(c.prepared, k)
		}
	}
	if mark := c.mark(); mark != c.told {
		c.told = mark
		select {
		case c.notify <- struct{}{}:
		default:
		}
	}
	close(c.changed)
	c.changed = make(chan struct{})
	c.poke()
}

func address(n *snode.Node) string {
	return n.IP.String() + ":" + strconv.Itoa(int(n.Port))
}

// linkTo returns the connections to a current guard. The caller holds mu.
func (c *Client) linkTo(guard *snode.Node) *link {
	addr := address(guard)
	l := c.links[addr]
	if l == nil {
		l = newLink(c.gate, addr, c.maxAnswer)
		if current := c.k.onPath(guard.Ed25519, true, false, nobodys); current {
			c.links[addr] = l
		}
	}
	return l
}

// Status tells how the network side is doing.
func (c *Client) Status() Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status()
}

func (c *Client) status() Status {
	offset := c.time.Offset()
	st := Status{
		Network:     c.cfg.Network.Name,
		Connection:  c.connection(),
		PoolSize:    len(c.k.pool.nodes),
		ClockOffset: offset,
		ClockWrong:  offset.Abs() >= clockWrong,
	}
	if st.Connection == model.Offline {
		st.Problem = model.ReasonOffline
	}
	reach, trouble, _ := c.gate.now()
	st.WorkOffline, st.Proxied = reach.Offline, reach.Proxy.On && !reach.Offline
	if st.Connection != model.Online {
		st.ProxyTrouble = trouble
	}
	for i := range c.k.slots {
		s := &c.k.slots[i]
		if s.hops == nil {
			continue
		}
		p := Path{Failures: s.fails, Latency: s.latency}
		for _, n := range s.hops {
			p.Hops = append(p.Hops, Hop{Ed25519: n.Ed25519, IP: n.IP.String(), Port: n.Port})
		}
		st.Paths = append(st.Paths, p)
	}
	return st
}

func (c *Client) connection() model.Connection {
	if c.gate.offline() {
		return model.Offline
	}
	usable := 0
	for i := range c.k.slots {
		if c.k.slots[i].usable() {
			usable++
		}
	}
	switch {
	case usable == slotCount:
		return model.Online
	case usable > 0:
		return model.Degraded
	case c.k.down():
		return model.Offline
	}
	return model.Connecting
}

// statusMark is what of the status is worth a call of Changed.
type statusMark struct {
	connection model.Connection
	pool       int
	wrong      bool
	paths      [slotCount][hopCount]key
	failures   [slotCount]int
	turns      int
	trouble    model.ProxyTrouble
}

func (c *Client) mark() (m statusMark) {
	m.connection = c.connection()
	m.pool = len(c.k.pool.nodes)
	m.wrong = c.time.Offset().Abs() >= clockWrong
	_, m.trouble, m.turns = c.gate.now()
	for i := range c.k.slots {
		s := &c.k.slots[i]
		m.failures[i] = s.fails
		for j, n := range s.hops {
			m.paths[i][j] = n.Ed25519
		}
	}
	return m
}

// errAlreadyRuns: Run was called twice.
var errAlreadyRuns = errors.New("transport: Run was called before")
