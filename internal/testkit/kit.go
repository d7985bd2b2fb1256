package testkit

import (
	"encoding/hex"
	"testing"
	"time"

	"sotto/engine/localnet"
	"sotto/engine/model"
	"sotto/engine/transport"
)

// Patience is how long Await waits. It is for what hangs: machines that are busy are
// slow.
const Patience = time.Minute

// Kit is a network and the people on it.
type Kit struct {
	Net     *localnet.Network
	Network transport.Network
	// Configure, when set, changes how the engines of people who come later
	// reach the network, such as the way they dial.
	Configure func(*transport.Config)
	// Proxy is what the engines of people who come later connect through.
	Proxy model.Proxy
}

// New starts a network that ends with the test. Faulty nodes are noticed sooner
// than official ones are, so that tests with faults stay short.
func New(t testing.TB) *Kit {
	t.Helper()
	return NewWith(t, localnet.Options{NoEcho: true})
}

// NewWith is New with options of the network; Dir and time limits are set here.
func NewWith(t testing.TB, o localnet.Options) *Kit {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	o.NoRateLimit = true
	o.Timings = localnet.Timings{
		Peer: 2 * time.Second, Hop: 4 * time.Second, Server: 4 * time.Second,
		Sweep: 100 * time.Millisecond, Slow: time.Second, Echo: 100 * time.Millisecond,
	}
	net, err := localnet.Start(t.Context(), o)
	if err != nil {
		t.Fatalf("start the network: %v", err)
	}
	t.Cleanup(func() {
		if err := net.Close(); err != nil {
			t.Errorf("stop the network: %v", err)
		}
	})
	network, err := transport.ParseNetwork(net.File())
	if err != nil {
		t.Fatalf("network file: %v", err)
	}
	return &Kit{Net: net, Network: network}
}

// Alice makes an account with this name and one device.
func (k *Kit) Alice(t testing.TB) *Person { return k.Person(t, "Alice") }

// Bob makes an account with this name and one device.
func (k *Kit) Bob(t testing.TB) *Person { return k.Person(t, "Bob") }

// Carol makes an account with this name and one device.
func (k *Kit) Carol(t testing.TB) *Person { return k.Person(t, "Carol") }

// Drop lets every node lose this share of the requests, from 0 to 1.
func (k *Kit) Drop(t testing.TB, share float64) {
	t.Helper()
	k.Faults(t, localnet.Faults{Drop: share})
}

// Heal ends all faults of nodes.
func (k *Kit) Heal(t testing.TB) {
	t.Helper()
	k.Faults(t, localnet.Faults{})
}

// Faults sets the troubles of nodes; no index means all of them.
func (k *Kit) Faults(t testing.TB, f localnet.Faults, nodes ...int) {
	t.Helper()
	if err := k.Net.SetFaults(f, nodes...); err != nil {
		t.Fatalf("set faults: %v", err)
	}
}

// Advance moves the time of the network; engines follow with their next answer.
func (k *Kit) Advance(t testing.TB, d time.Duration) {
	t.Helper()
	if err := k.Net.AdvanceClock(d); err != nil {
		t.Fatalf("move the clock: %v", err)
	}
}

// CommunityURL is the address of a room of the network's community server.
func (k *Kit) CommunityURL(room string) string {
	c := k.Network.Communities[0]
	return c.URL + "/" + room + "?public_key=" + hex.EncodeToString(c.X25519[:])
}
