package localnet

import (
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"sotto/internal/clock"
)

// Options says which network Start runs. The zero value but for Dir is the
// network of nine nodes in three swarms.
type Options struct {
	// Dir is the folder of the network. It is created when missing; when it
	// holds a network, that one continues, with its own keys, ports and nodes.
	Dir string
	// Nodes is the number of nodes of a new network; 0 means 9, or as many as
	// there are Keys.
	Nodes int
	// SwarmSize is how many nodes make a swarm; 0 means 3.
	SwarmSize int
	// Seed makes the keys and swarm ids of a new network reproducible; 0 draws
	// them at random.
	Seed int64
	// Listen is the loopback IPv4 address of all servers; "" means 127.0.0.1.
	Listen string
	// Keys are the keys and places of the first nodes of a new network, for
	// tests that replay recorded traffic. Nodes beyond them get keys from Seed.
	Keys []NodeKeys
	// Move gives a node or server another port when a program has taken its own
	// since the network last ran, and the network file says so; without it Start
	// ends with ErrPort. Who has the file from before may look in the wrong place.
	Move bool
	// NoEcho leaves Echo out.
	NoEcho bool
	// Rooms are the rooms of a new community server; nil means three for
	// everybody.
	Rooms []Room
	// NoBlinding makes the community server one that takes plain ids, as all
	// were once.
	NoBlinding bool
	// NoRateLimit lifts the limit of storage requests per address (600 at once,
	// 300 a second), which all programs of one machine share, and that of posts
	// to communities (5 in 16 s).
	NoRateLimit bool
	// Timings replaces time limits of official nodes, for tests.
	Timings Timings
	// Clock is the time of the network; nil means the system's. Time limits of
	// connections always run in real time.
	Clock clock.Clock
	// Logger gets what an operator would want to know; nil is silent.
	Logger *slog.Logger
}

// NodeKeys are the secrets of one node and its place.
type NodeKeys struct {
	Ed25519Seed [32]byte
	X25519      [32]byte // secret scalar
	Legacy      [32]byte // public half of the retired node key
	Swarm       uint64
}

// Timings are the time limits of a node. Zero values are those of official
// nodes.
type Timings struct {
	Peer   time.Duration // answer of a swarm member to a forwarded request: 5 s
	Hop    time.Duration // answer of the next hop of an onion request: 30 s
	Server time.Duration // answer of a web server to the last hop: 25 s
	Sweep  time.Duration // between two searches for ended messages: 10 s
	Slow   time.Duration // how long an answer takes from a node with the fault "slow": 6 s
	Echo   time.Duration // between two polls of Echo: 400 ms
}

func (t Timings) withDefaults() Timings {
	for _, d := range []struct {
		value    *time.Duration
		official time.Duration
	}{
		{&t.Peer, 5 * time.Second},
		{&t.Hop, 30 * time.Second},
		{&t.Server, 25 * time.Second},
		{&t.Sweep, 10 * time.Second},
		{&t.Slow, 6 * time.Second},
		{&t.Echo, 400 * time.Millisecond},
	} {
		if *d.value == 0 {
			*d.value = d.official
		}
	}
	return t
}

// MaxNodes bounds a network.
const MaxNodes = 200

func (o Options) withDefaults() (Options, error) {
	if o.Nodes == 0 {
		o.Nodes = 9
		if len(o.Keys) > 0 {
			o.Nodes = len(o.Keys)
		}
	}
	if o.SwarmSize == 0 {
		o.SwarmSize = 3
	}
	if o.Rooms == nil {
		o.Rooms = defaultRooms()
	}
	if o.Listen == "" {
		o.Listen = "127.0.0.1"
	}
	if o.Clock == nil {
		o.Clock = clock.System
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.Timings = o.Timings.withDefaults()
	switch addr, err := netip.ParseAddr(o.Listen); {
	case o.Dir == "":
		return o, fmt.Errorf("%w: no folder", ErrOptions)
	case o.Nodes < 1 || o.Nodes > MaxNodes || len(o.Keys) > o.Nodes:
		return o, fmt.Errorf("%w: %d nodes", ErrOptions, o.Nodes)
	case o.SwarmSize < 1:
		return o, fmt.Errorf("%w: swarms of %d nodes", ErrOptions, o.SwarmSize)
	case err != nil || !addr.Is4() || !addr.IsLoopback():
		// The control API and Echo have no login: never on a real interface.
		return o, fmt.Errorf("%w: %q is no loopback IPv4 address", ErrOptions, o.Listen)
	}
	return o, nil
}
