package transport

import (
	"time"

	"sotto/engine/model"
)

// Status is the state of the network side at one moment. Latency is the last
// round trip over each path.
type Status struct {
	Network    string
	Connection model.Connection
	Paths      []Path
	PoolSize   int
	// ClockOffset is network time minus this computer's; ClockWrong says that
	// it is so large that a person should be told.
	ClockOffset time.Duration
	ClockWrong  bool
	// WorkOffline says that nothing is connected to because its owner wants so,
	// Proxied that everything goes through a proxy, ProxyTrouble what is wrong
	// with that while Connection is not Online.
	WorkOffline  bool
	Proxied      bool
	ProxyTrouble model.ProxyTrouble
	// Problem is why Connection is not Online; ReasonNone while connecting.
	Problem model.Reason
}

// Path is one onion path, guard first.
type Path struct {
	Hops     []Hop
	Failures int
	Latency  time.Duration // of the last answer; 0 before the first
}

// Hop is one node of a path.
type Hop struct {
	Ed25519 [32]byte
	IP      string
	Port    uint16
}
