package transport

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
)

var errTest = errors.New("injected")

// testNode is node i of a list, in the /24 network 45.0.net.0.
func testNode(i, net int) snode.Node {
	n := snode.Node{
		IP:   netip.AddrFrom4([4]byte{45, 0, byte(net), byte(i + 1)}),
		Port: 22021, Swarm: snode.NoSwarm,
	}
	n.Ed25519[0], n.Ed25519[1] = byte(i), byte(i>>8)
	n.Ed25519[31] = 1
	n.X25519 = n.Ed25519
	n.X25519[30] = 9
	return n
}

// standing is a keeper with size nodes and both paths up, heard so long ago that
// nothing proves that this computer is online now.
func standing(t *testing.T, size int, distinct bool) (*keeper, time.Time) {
	t.Helper()
	now := start
	k := newKeeper(&Network{MinPool: 6, DistinctSubnets: distinct}, dice{rand.Reader})
	var list []snode.Node
	for i := range size {
		list = append(list, testNode(i, i))
	}
	k.replacePool(list, now)
	for i := range k.slots {
		hops, ok := k.begin(i)
		if !ok {
			t.Fatalf("no path among %d nodes", size)
		}
		k.stand(i, hops, now)
		k.slots[i].trial = nil
	}
	return k, now
}

// over is a route over a slot's standing path.
func over(k *keeper, i int) route {
	s := &k.slots[i]
	return route{slot: i, hops: s.hops, epoch: s.epoch, heard: s.heard}
}

func TestPathsAreDisjoint(t *testing.T) {
	for _, size := range []int{6, 7, 9, 12, 40} {
		for range 50 {
			k, _ := standing(t, size, true)
			seen := map[key]bool{}
			for i := range k.slots {
				if len(k.slots[i].hops) != hopCount {
					t.Fatalf("%d nodes: path of %d hops", size, len(k.slots[i].hops))
				}
				for _, n := range k.slots[i].hops {
					if seen[n.Ed25519] {
						t.Fatalf("%d nodes: a node is on both paths", size)
					}
					seen[n.Ed25519] = true
				}
			}
		}
	}
}

func TestStrangerIsOnNoPath(t *testing.T) {
	anybody := func(*snode.Node) bool { return true }
	for range 50 {
		k, _ := standing(t, 2*hopCount+1, true)
		n, ok := k.stranger(anybody)
		if !ok || k.onPath(n.Ed25519, true, true, nobodys) {
			t.Fatal("a node of a path although there is another")
		}
		// Where all others were asked, a node of a path will do.
		if m, ok := k.stranger(func(m *snode.Node) bool { return m.Ed25519 != n.Ed25519 }); !ok || m.Ed25519 == n.Ed25519 {
			t.Fatal("nobody to ask")
		}
	}
}

func TestRouteNeverContainsDestination(t *testing.T) {
	// Four nodes are the fewest with which three hops and a destination exist.
	for _, size := range []int{4, 5, 6, 9, 20} {
		k, _ := standing(t, size, false)
		for id := range k.pool.nodes {
			r, ok := k.route(&id, nobodys)
			if !ok {
				t.Fatalf("%d nodes: no route to a node", size)
			}
			if len(r.hops) != hopCount || contains(r.hops, id) {
				t.Fatalf("%d nodes: route contains its destination", size)
			}
			if g := r.hops[0].Ed25519; g != k.slots[r.slot].guard.Ed25519 {
				t.Fatalf("%d nodes: route begins at no guard", size)
			}
			distinct := map[key]bool{}
			for _, n := range r.hops {
				distinct[n.Ed25519] = true
			}
			if len(distinct) != hopCount {
				t.Fatalf("%d nodes: a node twice on a route", size)
			}
		}
	}
}

func TestDistinctSubnets(t *testing.T) {
	// Twelve nodes in four networks: a path never has two of one network.
	var list []snode.Node
	for i := range 12 {
		list = append(list, testNode(i, i%4))
	}
	for range 50 {
		k := newKeeper(&Network{MinPool: 6, DistinctSubnets: true}, dice{rand.Reader})
		k.replacePool(list, start)
		for i := range k.slots {
			hops, ok := k.begin(i)
			if !ok {
				t.Fatal("no path")
			}
			k.stand(i, hops, start)
			nets := map[netip.Prefix]bool{}
			for _, n := range hops {
				nets[netip.PrefixFrom(n.IP, 24).Masked()] = true
			}
			if len(nets) != hopCount {
				t.Fatal("two hops in one /24 network")
			}
		}
	}
	// Two networks are too few for three hops; the rule does not bend.
	k := newKeeper(&Network{MinPool: 6, DistinctSubnets: true}, dice{rand.Reader})
	for i := range list {
		list[i] = testNode(i, i%2)
	}
	k.replacePool(list, start)
	if _, ok := k.begin(0); ok {
		t.Fatal("built a path with two hops in one /24 network")
	}
}

// TestFailureTable is onion-requests.md §9.1, row by row: what a fault on slot 0
// does to counters, nodes and paths.
func TestFailureTable(t *testing.T) {
	type outcome struct {
		fails    int  // path counter
		hops     int  // failures of each hop behind the guard
		dest     int  // failures of the destination
		suspect  bool // waits for proof that this computer is online
		patched  bool // hop 2 was replaced
		destGone bool
	}
	const hop2, destination, guard, stranger, silent = "hop2", "destination", "guard", "stranger", ""
	tests := []struct {
		name   string
		online bool // the other path was heard a moment ago
		status int
		text   string
		names  string // whom the text names
		fault  *fault // in place of status and text
		want   outcome
	}{
		{name: "next node not found: hop", status: 502, text: "Next node not found: %x", names: hop2, want: outcome{patched: true}},
		{name: "next node not found: destination", status: 502, text: "Next node not found: %x", names: destination, want: outcome{destGone: true}},
		{name: "next node not found: stranger", status: 502, text: "Next node not found: %x", names: stranger, want: outcome{fails: 1, hops: 1, dest: 1}},
		{name: "next node not found: the guard itself", status: 502, text: "Next node not found: %x", names: guard, want: outcome{fails: 1, hops: 1, dest: 1}},
		{name: "next node unreachable: hop", status: 503, text: "Next node is currently unreachable: %x", names: hop2, want: outcome{hops: 1}},
		{name: "next node unreachable: destination", status: 502, text: "Next node is currently unreachable: %x", names: destination, want: outcome{dest: 1}},
		{name: "not ready: hop", status: 503, text: "Snode not ready: %x", names: hop2, want: outcome{hops: 1}},
		{name: "not ready: guard", status: 503, text: "Snode not ready: %x", names: guard, want: outcome{fails: 1, hops: 1, dest: 1}},
		{name: "not ready: unnamed", status: 503, text: "Snode not ready", want: outcome{fails: 1, hops: 1, dest: 1}},
		{name: "time out of a hop", status: 504, text: "Request time out", want: outcome{fails: 1, hops: 1, dest: 1}},
		{name: "bad response of a hop", status: 500, text: "Invalid response from snode", want: outcome{fails: 1, hops: 1, dest: 1}},
		{name: "wrong key", status: 400, text: "Invalid ciphertext", want: outcome{fails: 1, hops: 1, dest: 1}},
		{name: "rate limit of the guard", status: 429, text: "", want: outcome{fails: 1, hops: 1, dest: 1}},
		{name: "own frame", status: 400, text: "Error parsing onion request: no", want: outcome{}},
		{name: "own clock", status: 406, text: "Timestamp error: check your clock", want: outcome{}},
		{name: "own clock, newer", status: 425, text: "too early", want: outcome{}},
		{name: "wrong swarm", status: 421, text: `{"snodes":[]}`, want: outcome{}},
		{name: "too large", status: 413, text: "", want: outcome{}},
		{name: "exit cannot reach the server", status: 502, text: "Failed to connect to files.test port 80", want: outcome{}},
		{name: "unknown text, online", status: 500, text: "<html>", online: true, want: outcome{fails: 1, hops: 1, dest: 1}},
		{name: "unknown text, alone", status: 302, text: "<html>log in", want: outcome{suspect: true}},
		{name: "guard refuses, online", online: true, fault: &fault{blame: silentGuard}, want: outcome{fails: 1}},
		{name: "guard refuses, alone", fault: &fault{blame: silentGuard}, want: outcome{suspect: true}},
		{name: "time limit, online", online: true, fault: &fault{blame: silentPath}, want: outcome{fails: 1, hops: 1, dest: 1}},
		{name: "time limit, alone", fault: &fault{blame: silentPath}, want: outcome{suspect: true}},
		{name: "host unreachable", online: true, fault: &fault{blame: noHost}, want: outcome{suspect: true}},
		{name: "network unreachable", online: true, fault: &fault{blame: noRoute}, want: outcome{suspect: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k, now := standing(t, 12, true)
			now = now.Add(time.Hour)
			if tt.online {
				k.answered(over(k, 1), now)
			}
			r := over(k, 0)
			dest := k.pool.candidates(k.dice, 1, func(n *snode.Node) bool { return !k.onPath(n.Ed25519, true, true, nobodys) })[0].Ed25519
			named := map[string]key{hop2: r.hops[1].Ed25519, destination: dest, guard: r.hops[0].Ed25519, stranger: k.slots[1].guard.Ed25519, silent: {}}[tt.names]
			var f fault
			if tt.fault != nil {
				f = *tt.fault
				f.err = errTest
			} else {
				text := tt.text
				if tt.names != silent {
					text = fmt.Sprintf(tt.text, named)
				}
				f = faultOf(onion.ParsePathError(tt.status, []byte(text), false))
			}
			k.failed(r, &dest, f, now)

			s := &k.slots[0]
			got := outcome{fails: s.fails, dest: k.pool.strikes[dest], suspect: s.suspect, patched: !contains(s.hops, r.hops[1].Ed25519)}
			got.hops = k.pool.strikes[r.hops[1].Ed25519]
			_, there := k.pool.nodes[dest]
			got.destGone = !there
			if got != tt.want {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
			if s.hops[0].Ed25519 != r.hops[0].Ed25519 || len(s.hops) != hopCount {
				t.Error("one failure cost the guard or a hop without replacement")
			}
			if got.patched && s.hops[1].Ed25519 != r.hops[2].Ed25519 {
				t.Error("the replacement does not stand at the end of the path")
			}
			if k.slots[1].fails != 0 || k.slots[1].suspect {
				t.Error("the other path was blamed")
			}
		})
	}
}

func TestThirdFailureDropsGuardAndHops(t *testing.T) {
	k, now := standing(t, 12, true)
	first := k.slots[0].hops
	for range maxStrikes {
		r := over(k, 0)
		k.failed(r, nil, fault{blame: strikePath, err: errTest}, now)
	}
	for i, n := range first {
		if _, ok := k.pool.nodes[n.Ed25519]; ok {
			t.Errorf("hop %d is still in the pool", i+1)
		}
	}
	if k.slots[0].hops != nil || k.slots[0].hasGuard {
		t.Error("the path still stands")
	}
	if !k.saveGuards {
		t.Error("the lost guard would come back after a restart")
	}
}

func TestSuccessForgives(t *testing.T) {
	k, now := standing(t, 12, true)
	for range 10 {
		k.failed(over(k, 0), nil, fault{blame: strikePath, err: errTest}, now)
		k.failed(over(k, 0), nil, fault{blame: strikePath, err: errTest}, now)
		k.answered(over(k, 0), now)
	}
	if len(k.pool.nodes) != 12 || k.slots[0].fails != 0 || k.slots[0].hops == nil {
		t.Errorf("%d nodes, %d failures", len(k.pool.nodes), k.slots[0].fails)
	}
}

func TestRequestsInFlightAreOneFailure(t *testing.T) {
	k, now := standing(t, 12, true)
	r := over(k, 0)
	for range 20 {
		k.failed(r, nil, fault{blame: strikePath, err: errTest}, now)
	}
	if k.slots[0].fails != 1 || k.pool.strikes[r.hops[1].Ed25519] != 1 {
		t.Errorf("%d failures of the path, %d of a hop", k.slots[0].fails, k.pool.strikes[r.hops[1].Ed25519])
	}
}

func TestOfflineHourCostsNothing(t *testing.T) {
	k, now := standing(t, 12, true)
	now = now.Add(time.Hour)
	for range 50 {
		for i := range k.slots {
			k.failed(over(k, i), nil, fault{blame: silentPath, err: errTest}, now)
			k.failed(over(k, i), nil, fault{blame: noRoute, err: errTest}, now)
		}
		now = now.Add(time.Minute)
	}
	if !k.down() {
		t.Fatal("both paths silent for an hour and not offline")
	}
	if len(k.pool.nodes) != 12 || len(k.pool.strikes) != 0 {
		t.Fatalf("offline dropped nodes: %d left, strikes %v", len(k.pool.nodes), k.pool.strikes)
	}
	k.answered(over(k, 0), now)
	if k.down() || k.slots[0].suspect || k.slots[1].suspect {
		t.Error("still suspicious after an answer")
	}
	if k.slots[0].fails != 0 || k.slots[1].fails > 1 {
		t.Errorf("counters %d, %d after coming back", k.slots[0].fails, k.slots[1].fails)
	}
}

func TestSilentGuardIsBlamedOnceOthersAnswer(t *testing.T) {
	k, now := standing(t, 12, true)
	now = now.Add(time.Hour)
	guard := k.slots[0].guard.Ed25519
	for i := range maxStrikes {
		if !k.slots[0].hasGuard || k.slots[0].guard.Ed25519 != guard {
			t.Fatalf("guard dropped after %d failures", i)
		}
		k.failed(over(k, 0), nil, fault{blame: silentGuard, err: errTest}, now)
		k.answered(over(k, 1), now)
	}
	if k.slots[0].hasGuard && k.slots[0].guard.Ed25519 == guard {
		t.Error("a guard that is silent while the other path works was kept")
	}
	for _, n := range k.slots[1].hops {
		if k.pool.strikes[n.Ed25519] != 0 {
			t.Error("innocent nodes were blamed")
		}
	}
}

func TestDroppedNodeLeavesSwarms(t *testing.T) {
	k, now := standing(t, 12, true)
	id := identity.NewID(identity.Session, [32]byte{1})
	var members []snode.Node
	members = append(members, k.pool.list[:5]...)
	k.setSwarm(id, members, now)
	k.drop(members[2].Ed25519, now)
	sw := k.swarms[id]
	if len(sw.nodes) != 4 || contains(sw.nodes, members[2].Ed25519) {
		t.Fatalf("swarm has %d nodes", len(sw.nodes))
	}
	if sw.stale(now.Add(swarmRest)) {
		t.Error("four of five left: no reason to fetch again soon")
	}
	if !sw.stale(now.Add(swarmReturn)) {
		t.Error("a member is gone and nobody ever asks whether it is back")
	}
	k.drop(members[0].Ed25519, now)
	k.drop(members[1].Ed25519, now)
	if sw.stale(now) || !sw.stale(now.Add(swarmRest)) {
		t.Error("two of five left: fetch again, but not at every request")
	}
}

// What only one member has must not wait until that member is forgiven.
func TestDroppedMemberComesBack(t *testing.T) {
	k, now := standing(t, 12, true)
	id := identity.NewID(identity.Session, [32]byte{1})
	members := slices.Clone(k.pool.list[:3])
	k.setSwarm(id, members, now)
	k.drop(members[2].Ed25519, now)
	now = now.Add(swarmRest)
	if !k.swarms[id].stale(now) {
		t.Fatal("two of three left, and the swarm is not fetched again")
	}
	k.setSwarm(id, members, now)
	if !contains(k.swarms[id].nodes, members[2].Ed25519) {
		t.Fatal("the member did not come back")
	}
	if k.swarms[id].stale(now.Add(swarmReturn)) {
		t.Error("the swarm is complete, and is fetched again")
	}
	// It is the last choice, and one failure takes it out again.
	c := &Client{k: k, dice: dice{rand.Reader}}
	if n := c.fewest(slices.Clone(members), map[key]int{}); n.Ed25519 == members[2].Ed25519 {
		t.Error("the member that failed is the first choice")
	}
	k.strike(members[2].Ed25519, now)
	if contains(k.swarms[id].nodes, members[2].Ed25519) {
		t.Error("it failed again and was kept")
	}
}

func TestQuarantine(t *testing.T) {
	k, now := standing(t, 12, true)
	var list []snode.Node
	list = append(list, k.pool.list...)
	bad := list[3]
	k.drop(bad.Ed25519, now)
	k.replacePool(list, now.Add(time.Minute))
	k.strike(bad.Ed25519, now.Add(time.Minute))
	if _, ok := k.pool.nodes[bad.Ed25519]; ok {
		t.Error("a node dropped a minute ago needs three failures again")
	}
	k.replacePool(list, now.Add(time.Hour))
	k.strike(bad.Ed25519, now.Add(time.Hour))
	if _, ok := k.pool.nodes[bad.Ed25519]; !ok {
		t.Error("a node dropped an hour ago has no second chance")
	}
}

func TestMovedNodesLeavePaths(t *testing.T) {
	k, now := standing(t, 12, true)
	guard, hop := k.slots[0].guard, k.slots[1].hops[1]
	var list []snode.Node
	for _, n := range k.pool.list {
		switch n.Ed25519 {
		case guard.Ed25519:
			n.IP = netip.MustParseAddr("46.1.2.3")
		case hop.Ed25519:
			n.X25519[0] ^= 1
		}
		list = append(list, n)
	}
	k.replacePool(list, now)
	if k.slots[0].hasGuard {
		t.Error("a guard at another address is another guard")
	}
	if contains(k.slots[1].hops, hop.Ed25519) || len(k.slots[1].hops) != hopCount {
		t.Error("a hop with another key was not replaced")
	}
}

func TestAcceptable(t *testing.T) {
	good := testNode(1, 1)
	tests := []struct {
		ip              string
		public, network bool
	}{
		{"45.1.2.3", true, true},
		{"127.0.0.1", false, true},
		{"192.168.1.1", false, true},
		{"10.0.0.1", false, true},
		{"169.254.1.1", false, true},
		{"224.0.0.1", false, true},
		{"0.0.0.0", false, false},
		{"255.255.255.255", false, false},
		{"2001:db8::1", false, false},
	}
	for _, tt := range tests {
		n := good
		n.IP = netip.MustParseAddr(tt.ip)
		if acceptable(&Network{}, &n) != tt.public || acceptable(&Network{AllowLoopback: true}, &n) != tt.network {
			t.Errorf("%s", tt.ip)
		}
	}
	bad := good
	bad.X25519 = lowOrderKeys[3]
	bad.X25519[31] |= 0x80
	if acceptable(&Network{}, &bad) {
		t.Error("a key of small order")
	}
}

func TestLowOrderKeysAreRefusedByX25519(t *testing.T) {
	for i, k := range lowOrderKeys {
		pair, err := onion.NewKeyPair(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pair.LayerKey(k); !errors.Is(err, onion.ErrBadKey) {
			t.Errorf("key %d is usable", i)
		}
	}
}
