package transport

import (
	"context"
	"io"
	"log/slog"
	"net"
	"time"

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
	// Dial opens every connection; nil is the system's dialer.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Clock is this computer's; nil is clock.System.
	Clock clock.Clock
	// Rand is read for keys, nonces and choices; nil is crypto/rand. Must be
	// safe for several goroutines.
	Rand io.Reader
	// Logger is silent when nil.
	Logger *slog.Logger
	// Changed is called, from a goroutine of the client, after Status changed.
	Changed func()
}

// Client is the network side of one account. All methods are safe for several
// goroutines.
type Client struct {
	cfg Config
}

// New checks the network and makes a client that does nothing until Run.
func New(cfg Config) (*Client, error) { return &Client{cfg: cfg}, nil }

// Run keeps nodes, paths and clock until ctx ends; then all requests in flight
// end too, and nothing of the client runs any more when Run returns.
func (c *Client) Run(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

// Close ends all requests and connections, and Run.
func (c *Client) Close() error { return nil }

// Wake tells that the network changed or the computer came back from sleep:
// idle connections are dropped and paths tried at once.
func (c *Client) Wake() {}

// Now is network time in milliseconds since 1970.
func (c *Client) Now() int64 { return 0 }

// ClockOffset is network time minus this computer's.
func (c *Client) ClockOffset() time.Duration { return 0 }

// Status tells how the network side is doing.
func (c *Client) Status() Status { return Status{} }

// Swarm returns the nodes that keep an account's messages.
func (c *Client) Swarm(ctx context.Context, id identity.ID) ([]snode.Node, error) {
	return nil, ErrOffline
}

// Do brings a request to a member of the account's swarm.
func (c *Client) Do(ctx context.Context, account identity.ID, build Build, o Options) (Result, error) {
	return Result{}, ErrOffline
}

// DoAt brings a request about account to one given member of its swarm.
func (c *Client) DoAt(ctx context.Context, account identity.ID, node snode.Node, build Build, o Options) (Result, error) {
	return Result{}, ErrOffline
}

// Server brings a request to a web server. A status other than 2xx is in the
// response, with a nil error.
func (c *Client) Server(ctx context.Context, to ServerAddress, req onion.V4Request, o Options) (onion.V4Response, error) {
	return onion.V4Response{}, ErrOffline
}

// ServerBuild is Server for requests with a time and signature of their own:
// each try has a fresh one.
func (c *Client) ServerBuild(ctx context.Context, to ServerAddress, build BuildServer, o Options) (onion.V4Response, error) {
	return onion.V4Response{}, ErrOffline
}

// ResolveONS looks a name up. Three nodes must agree.
func (c *Client) ResolveONS(ctx context.Context, name string) (identity.ID, error) {
	return identity.ID{}, ErrOffline
}
