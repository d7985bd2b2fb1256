package localnet

import (
	"bytes"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
)

// quick are the time limits of tests in which somebody does not answer: those who
// do must keep them on a busy machine too.
var quick = Timings{Peer: 2 * time.Second, Hop: 2 * time.Second, Server: 2 * time.Second, Slow: 600 * time.Millisecond}

func TestStoreReachesTheWholeSwarmAtOnce(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoEcho: true})
	c := browser(t)
	alice := person(t, "alice")
	members, others := n.members(alice.ID())
	if len(members) != 3 || len(others) != 6 {
		t.Fatalf("swarm of %v, others %v", members, others)
	}
	req := storeOf(alice.ID(), n.Now(), "hello")
	a := mustStore(t, rpc(t, n, c, members[0], req))
	if got := snode.CountVerified[snode.StoreResult](req, a.Members); got != 3 {
		t.Errorf("%d members signed, want 3", got)
	}
	for _, i := range members {
		if got := texts(t, rpc(t, n, c, i, retrieveOf(t, alice, n.Now(), 0))); !slices.Equal(got, []string{"hello"}) {
			t.Errorf("node %d has %q", i, got)
		}
	}
	if g := rpc(t, n, c, others[0], retrieveOf(t, alice, n.Now(), 0)); g.status != 421 {
		t.Errorf("node of another swarm answers %d", g.status)
	} else if a, err := snode.DecodeSwarm(g.body); err != nil || len(a.Snodes) != 3 {
		t.Errorf("421 with %v %s", err, g.body)
	}
}

// The entry of a member that does not answer, as observed with one of four dead.
func TestStoreWithDeadMember(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoEcho: true, Timings: quick})
	c := browser(t)
	alice := person(t, "alice")
	members, _ := n.members(alice.ID())
	if err := n.SetFaults(Faults{Dead: true}, members[2]); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	g := rpc(t, n, c, members[0], storeOf(alice.ID(), n.Now(), "while down"))
	a := mustStore(t, g)
	if took := time.Since(start); took < quick.Peer {
		t.Errorf("answered after %v, before the time limit of members", took)
	}
	if a.Succeeded() != 2 {
		t.Errorf("%d members succeeded, want 2", a.Succeeded())
	}
	dead := n.nodeAt(members[2]).key
	if want := `"` + hex.EncodeToString(dead[:]) + `":{"failed":true,"timeout":true}`; !strings.Contains(string(g.body), want) {
		t.Errorf("no %s in %s", want, g.body)
	}
	// Back with an unchanged list it does not fetch what it missed.
	if err := n.SetFaults(Faults{}, members[2]); err != nil {
		t.Fatal(err)
	}
	if err := n.Restart(members[2]); err != nil {
		t.Fatal(err)
	}
	if got := texts(t, rpc(t, n, c, members[2], retrieveOf(t, alice, n.Now(), 0))); len(got) != 0 {
		t.Errorf("the restarted node has %q", got)
	}
	if got := texts(t, rpc(t, n, c, members[1], retrieveOf(t, alice, n.Now(), 0))); len(got) != 1 {
		t.Errorf("the other node has %q", got)
	}
}

func TestMemberThatRefusesIsNamed(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoEcho: true})
	c := browser(t)
	alice := person(t, "alice")
	members, _ := n.members(alice.ID())
	if err := n.SetFaults(Faults{ClockSkewS: -600}, members[1]); err != nil {
		t.Fatal(err)
	}
	g := rpc(t, n, c, members[0], storeOf(alice.ID(), n.Now(), "hi"))
	if want := `{"code":"406","failed":true,"reason":"Timestamp error: check your clock"}`; !strings.Contains(string(g.body), want) {
		t.Errorf("no %s in %s", want, g.body)
	}
	// Asked itself, the node refuses, and so does its whole answer.
	if g := rpc(t, n, c, members[1], storeOf(alice.ID(), n.Now(), "ho")); g.status != 406 {
		t.Errorf("%d %s", g.status, g.body)
	}
}

func TestOnionFailures(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoEcho: true, Timings: quick})
	c := browser(t)
	ask3 := func(path []int, to int) got {
		t.Helper()
		p := parcel{schemes: []string{"aes-gcm", "aes-gcm", "xchacha20"}, payload: []byte(`{"method":"info","params":{}}`),
			control: map[string]any{"headers": ""}}
		for _, i := range append(slices.Clone(path), to) {
			p.hops = append(p.hops, n.nodeAt(i))
		}
		body, _ := p.build(t)
		return ask(t, c, http.MethodPost, n.nodeURL(path[0])+"/onion_req/v2", nil, body)
	}
	if g := ask3([]int{1, 2}, 3); g.status != 200 {
		t.Fatalf("%d %s", g.status, g.body)
	}
	if err := n.SetFaults(Faults{Dead: true}, 2); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		path []int
		to   int
	}{{"dead middle", []int{1, 2}, 3}, {"dead destination", []int{1, 3}, 2}} {
		start := time.Now()
		g := ask3(c.path, c.to)
		if g.status != 504 || string(g.body) != "Request time out" {
			t.Errorf("%s: %d %s", c.name, g.status, g.body)
		}
		if took := time.Since(start); took < quick.Hop {
			t.Errorf("%s: after %v, before the time limit", c.name, took)
		}
	}
	// A node that has left: unknown to the others, not ready itself.
	key := n.nodeAt(4).key
	hexKey := hex.EncodeToString(key[:])
	if err := n.Leave(4); err != nil {
		t.Fatal(err)
	}
	if g := ask3([]int{1, 4}, 3); g.status != 502 || string(g.body) != "Next node not found: "+hexKey {
		t.Errorf("%d %s", g.status, g.body)
	}
	if g := ask3([]int{4, 1}, 3); g.status != 503 || string(g.body) != "Snode not ready: "+hexKey {
		t.Errorf("%d %s", g.status, g.body)
	}
	g := rpc(t, n, c, 4, &snode.InfoRequest{})
	if g.status != 503 || string(g.body) != "Service node is not ready: not in any swarm\n" {
		t.Errorf("%d %q", g.status, g.body)
	}
}

func TestNewcomerGetsTheWholeDatabase(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoEcho: true})
	c := browser(t)
	people := []string{"alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"}
	for _, name := range people {
		id := person(t, name).ID()
		members, _ := n.members(id)
		for i := range 70 {
			mustStore(t, rpc(t, n, c, members[i%3], storeOf(id, n.Now(), name+itoa(i))))
		}
	}
	// Every member has its swarm's messages: not only the newcomers' swarms.
	complete := func(what string) {
		t.Helper()
		for _, name := range people {
			who := person(t, name)
			members, _ := n.members(who.ID())
			for _, i := range members {
				eventually(t, what+": "+name+" on node "+itoa(i), func() bool {
					g := rpc(t, n, c, i, retrieveOf(t, who, n.Now(), 0))
					return g.status == 200 && len(texts(t, g)) == 70
				})
			}
		}
	}
	before := len(n.roster.Load().swarms)
	joined, err := n.Join(2)
	if err != nil || len(joined) != 2 {
		t.Fatal(joined, err)
	}
	complete("two joined")
	if err := n.Leave(0, 1); err != nil {
		t.Fatal(err)
	}
	complete("two left")
	// Enough for a new swarm: accounts move to it, with their messages.
	if _, err := n.Join(4); err != nil {
		t.Fatal(err)
	}
	if after := len(n.roster.Load().swarms); after != before+1 {
		t.Fatalf("%d swarms, want %d", after, before+1)
	}
	complete("a new swarm")
	order := texts(t, rpc(t, n, c, joined[0].Index, retrieveOf(t, person(t, firstOf(t, n, joined[0].Index, people)), n.Now(), 0)))
	if !slices.IsSortedFunc(order, func(a, b string) int { return len(a) - len(b) }) {
		t.Errorf("pushed messages are out of order: %v", order)
	}
}

// firstOf finds somebody whose swarm has a node.
func firstOf(t *testing.T, n *Network, index int, people []string) string {
	t.Helper()
	for _, name := range people {
		if members, _ := n.members(person(t, name).ID()); slices.Contains(members, index) {
			return name
		}
	}
	t.Fatalf("nobody lives on node %d", index)
	return ""
}

func TestDissolvedSwarmHandsOver(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoEcho: true, Nodes: 6})
	c := browser(t)
	alice := person(t, "alice")
	members, _ := n.members(alice.ID())
	mustStore(t, rpc(t, n, c, members[0], storeOf(alice.ID(), n.Now(), "must move")))
	if err := n.Leave(members...); err != nil {
		t.Fatal(err)
	}
	now, _ := n.members(alice.ID())
	for _, i := range now {
		eventually(t, "handed over to node "+itoa(i), func() bool {
			return slices.Equal(texts(t, rpc(t, n, c, i, retrieveOf(t, alice, n.Now(), 0))), []string{"must move"})
		})
	}
	if err := n.Leave(now...); err == nil {
		t.Error("the last nodes could leave")
	}
}

func TestMessagesEnd(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoEcho: true})
	c := browser(t)
	alice := person(t, "alice")
	members, _ := n.members(alice.ID())
	short, long := storeOf(alice.ID(), n.Now(), "short"), storeOf(alice.ID(), n.Now(), "long")
	short.TTL = 60_000
	mustStore(t, rpc(t, n, c, members[0], short))
	mustStore(t, rpc(t, n, c, members[0], long))
	if err := n.AdvanceClock(61 * time.Second); err != nil {
		t.Fatal(err)
	}
	if got := texts(t, rpc(t, n, c, members[1], retrieveOf(t, alice, n.Now(), 0))); !slices.Equal(got, []string{"long"}) {
		t.Errorf("after a minute: %q", got)
	}
	if err := n.AdvanceClock(14 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if got := texts(t, rpc(t, n, c, members[1], retrieveOf(t, alice, n.Now(), 0))); len(got) != 0 {
		t.Errorf("after 14 days: %q", got)
	}
}

// What 120 of the largest messages look like within the limits of an answer.
func TestLargeRetrieve(t *testing.T) {
	t.Parallel()
	rec := loadRecording(t)
	n := startNet(t, Options{NoEcho: true})
	c := browser(t)
	alice := person(t, "alice")
	members, others := n.members(alice.ID())
	for i := range 120 {
		data := bytes.Repeat([]byte{byte(i)}, snode.MaxData)
		mustStore(t, rpc(t, n, c, members[0], storeOf(alice.ID(), n.Now(), string(data))))
	}
	for _, want := range rec.LargeRetrieve.Results {
		r := &snode.RetrieveRequest{Timestamp: n.Now(), MaxSize: want.Params["max_size"], MaxCount: want.Params["max_count"]}
		r.Pubkey = alice.ID()
		sign(t, r, alice)
		status, body := 0, []byte(nil)
		if want.Via == "onion" {
			status, body = through(t, n, c, others[:2], members[1], r)
		} else {
			g := rpc(t, n, c, members[1], r)
			status, body = g.status, g.body
		}
		a, err := snode.DecodeRetrieve(body)
		if err != nil || status != 200 {
			t.Fatalf("%v: %d %v", want, status, err)
		}
		// The recorded size is that of the JSON written again with spaces after
		// commas and colons: 8 bytes for each message, 7 for the rest.
		if spaced := len(body) + 8*len(a.Messages) + 7; len(a.Messages) != want.Messages || a.More != want.More || spaced != want.Bytes {
			t.Errorf("%s %v: %d messages, more %v, %d bytes; want %d, %v, %d",
				want.Via, want.Params, len(a.Messages), a.More, len(body), want.Messages, want.More, want.Bytes)
		}
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoEcho: true})
	c := browser(t)
	var clock atomic.Int64
	n.nodeAt(0).limit.now = func() time.Time { return time.UnixMilli(clock.Load()) }
	flood := func() (n0 int) {
		t.Helper()
		for ; ; n0++ {
			g := rpc(t, n, c, 0, &snode.InfoRequest{})
			if g.status == 429 {
				if string(g.body) != "Too Many Requests\n" {
					t.Errorf("%q", g.body)
				}
				return n0
			}
			if g.status != 200 || n0 > 600 {
				t.Fatalf("request %d: %d", n0, g.status)
			}
		}
	}
	if got := flood(); got != 600 {
		t.Errorf("%d requests at once, want 600", got)
	}
	clock.Add(500)
	if got := flood(); got != 150 {
		t.Errorf("%d requests after half a second, want 150", got)
	}
	// The bucket is a node's, and onion requests do not take from it.
	if g := rpc(t, n, c, 1, &snode.InfoRequest{}); g.status != 200 {
		t.Errorf("another node answers %d", g.status)
	}
	if status, _ := through(t, n, c, []int{0, 1}, 2, &snode.InfoRequest{}); status != 200 {
		t.Errorf("onion request: %d", status)
	}
}

func TestPeerPathsAreHiddenFromClients(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoEcho: true})
	c := browser(t)
	for _, path := range []string{pathForward, pathPush} {
		for _, secret := range []string{"", "00", strings.Repeat("0", 64)} {
			g := ask(t, c, http.MethodPost, n.nodeURL(0)+path, map[string]string{peerHeader: secret}, []byte("[]"))
			if g.status != 404 || string(g.body) != "post "+path+" Not Found" {
				t.Errorf("%s with secret %q: %d %s", path, secret, g.status, g.body)
			}
		}
	}
}

func TestSmallestNetworkStillCarriesOnionRequests(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoEcho: true, Nodes: 1})
	c := browser(t)
	r, err := onion.Build(nil, onion.NodeDestination{Node: onionNode(n.nodeAt(0)), JSON: true},
		[]byte(`{"method":"info","params":{}}`), onion.Options{Rand: bytes.NewReader(bytes.Repeat([]byte{7}, 1000))})
	if err != nil {
		t.Fatal(err)
	}
	g := ask(t, c, http.MethodPost, n.nodeURL(0)+"/onion_req/v2", nil, r.Body)
	if a, err := r.OpenAnswer(g.body); err != nil || a.Status != 200 {
		t.Errorf("%v %d %s", err, g.status, g.body)
	}
}
