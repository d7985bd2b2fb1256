package transport

import (
	"time"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

const (
	hopCount  = 3
	slotCount = 2
)

// slot is one of the two standing paths. Its guard outlives the other hops: it
// is the only node that sees this computer's address, so it changes as seldom
// as possible.
type slot struct {
	guard    snode.Node
	hasGuard bool
	tested   bool         // the guard has answered once; such guards are kept over restarts
	hops     []snode.Node // the standing path, guard first; nil until it was tested. Never written in place
	trial    []snode.Node // a path being tested, so that no other takes its nodes

	fails   int  // path counter
	epoch   int  // counts failures: requests that began before one are not counted again
	heard   int  // counts authentic answers
	suspect bool // failed while nothing proved that this computer is online
	pending *fault
	check   bool // test the path as soon as possible
	woken   bool // Wake came during a test, whose failure says nothing now

	busy    bool // a goroutine builds or tests
	next    time.Time
	tries   int // tests without success, for the back-off
	born    time.Time
	heardAt time.Time
	latency time.Duration
}

// usable says whether requests may go over the slot.
func (s *slot) usable() bool { return s.hops != nil && !s.suspect }

// swarm is who keeps an account's messages, as far as known.
type swarm struct {
	nodes   []snode.Node
	listed  int // members when it was fetched
	fetched time.Time
}

// keeper is the state of the network side and its rules. It is plain data: it
// does no input or output, and its owner locks.
type keeper struct {
	net    *Network
	dice   dice
	pool   pool
	slots  [slotCount]slot
	swarms map[identity.ID]*swarm

	seedAt     time.Time // when a seed last answered
	seedFailed bool      // the last question to the seeds failed
	ciphertext int       // "Invalid ciphertext" answers since the list was fetched
	saveGuards bool
	savePool   bool
}

func newKeeper(net *Network, d dice) *keeper {
	return &keeper{net: net, dice: d, pool: newPool(net), swarms: map[identity.ID]*swarm{}}
}

// onPath says whether a node is the guard, or a hop of any slot but own.
func (k *keeper) onPath(id key, guards, hops bool, own int) bool {
	for i := range k.slots {
		s := &k.slots[i]
		if guards && s.hasGuard && s.guard.Ed25519 == id {
			return true
		}
		if hops && i != own && (contains(tail(s.hops), id) || contains(tail(s.trial), id)) {
			return true
		}
	}
	return false
}

func tail(hops []snode.Node) []snode.Node {
	if len(hops) == 0 {
		return nil
	}
	return hops[1:]
}

func contains(hops []snode.Node, id key) bool {
	for i := range hops {
		if hops[i].Ed25519 == id {
			return true
		}
	}
	return false
}

// nobodys is the own slot of a path that belongs to none.
const nobodys = -1

// extend appends random nodes to a path until it has hopCount. avoid (if set) is
// never chosen; the hops of the own slot are free to be used again. When the pool is too small for disjoint paths a node may be on
// both, and at last even the other guard; the /24 rule never bends.
func (k *keeper) extend(path []snode.Node, avoid *key, own int) ([]snode.Node, bool) {
	path = append(make([]snode.Node, 0, hopCount), path...)
	for len(path) < hopCount {
		n, ok := k.choose(path, avoid, own)
		if !ok {
			return nil, false
		}
		path = append(path, n)
	}
	return path, true
}

func (k *keeper) choose(path []snode.Node, avoid *key, own int) (snode.Node, bool) {
	fits := func(n *snode.Node) bool {
		if avoid != nil && n.Ed25519 == *avoid || contains(path, n.Ed25519) {
			return false
		}
		if k.net.DistinctSubnets {
			for i := range path {
				if sameSubnet(path[i].IP, n.IP) {
					return false
				}
			}
		}
		return true
	}
	for _, reuse := range []struct{ guards, hops bool }{{true, true}, {true, false}, {false, false}} {
		list := k.pool.candidates(k.dice, 1, func(n *snode.Node) bool {
			return !k.onPath(n.Ed25519, reuse.guards, reuse.hops, own) && fits(n)
		})
		if len(list) > 0 {
			return list[0], true
		}
	}
	return snode.Node{}, false
}

// stranger is a random node for a question that any can answer: one that is on
// no path if there is such a node, for to ask a guard leaves only the other path
// to ask over, and when that one is broken every try would fail with it.
func (k *keeper) stranger(ok func(*snode.Node) bool) (snode.Node, bool) {
	for _, off := range []bool{true, false} {
		list := k.pool.candidates(k.dice, 1, func(n *snode.Node) bool {
			return ok(n) && !(off && k.onPath(n.Ed25519, true, true, nobodys))
		})
		if len(list) > 0 {
			return list[0], true
		}
	}
	return snode.Node{}, false
}

// begin chooses the guard, if the slot has none, and the hops of a new path.
func (k *keeper) begin(i int) ([]snode.Node, bool) {
	s := &k.slots[i]
	s.trial = nil
	if !s.hasGuard {
		guard, ok := k.choose(nil, nil, nobodys)
		// Two slots with one guard would be one path with two names.
		if !ok || k.onPath(guard.Ed25519, true, false, nobodys) {
			return nil, false
		}
		*s = slot{guard: guard, hasGuard: true, busy: s.busy, epoch: s.epoch}
	}
	trial, ok := k.extend([]snode.Node{s.guard}, nil, i)
	if !ok {
		return nil, false
	}
	s.trial = trial
	return trial, true
}

// stand makes a tested path the slot's path.
func (k *keeper) stand(i int, hops []snode.Node, now time.Time) {
	s := &k.slots[i]
	if !s.hasGuard || s.guard.Ed25519 != hops[0].Ed25519 {
		return // the guard was dropped meanwhile
	}
	for _, n := range hops[1:] {
		if _, ok := k.pool.nodes[n.Ed25519]; !ok {
			return
		}
	}
	s.hops, s.born, s.fails, s.check = hops, now, 0, false
	if !s.tested {
		s.tested, k.saveGuards = true, true
	}
}

// building says whether a path is still to come.
func (k *keeper) building() bool {
	for i := range k.slots {
		if s := &k.slots[i]; s.hops == nil && !s.suspect {
			return true
		}
	}
	return false
}

// route is the path of one request.
type route struct {
	slot  int
	hops  []snode.Node
	epoch int
	heard int
	trial bool // a path being tested
	// direct asks the guard itself, hops being only the guard.
	direct bool
}

// route picks a path that does not contain dest (nil for a server): a random
// one of those with the fewest failures, not the one of the last try if there
// is another. When dest is on all of them a hop is replaced for this once.
func (k *keeper) route(dest *key, last int) (route, bool) {
	best, score := -1, 0
	start := k.dice.intn(slotCount)
	for n := range k.slots {
		i := (start + n) % slotCount
		s := &k.slots[i]
		if s.hops == nil || dest != nil && s.guard.Ed25519 == *dest {
			continue
		}
		cost := 10 * s.fails
		if dest != nil && contains(s.hops, *dest) {
			cost += 100
		}
		if i == last {
			cost += 5
		}
		if s.suspect {
			cost += 1000
		}
		if best < 0 || cost < score {
			best, score = i, cost
		}
	}
	if best < 0 {
		return route{}, false
	}
	s := &k.slots[best]
	r := route{slot: best, hops: s.hops, epoch: s.epoch, heard: s.heard}
	if dest != nil && contains(s.hops, *dest) {
		var rest []snode.Node
		for _, n := range s.hops {
			if n.Ed25519 != *dest {
				rest = append(rest, n)
			}
		}
		hops, ok := k.extend(rest, dest, nobodys)
		if !ok {
			return route{}, false
		}
		r.hops = hops
	}
	return r, true
}

// replacePool takes a fresh list of nodes: slots whose nodes are gone or moved
// are repaired.
func (k *keeper) replacePool(list []snode.Node, now time.Time) {
	k.pool.replace(list, now)
	k.ciphertext = 0
	k.savePool = true
	for i := range k.slots {
		s := &k.slots[i]
		if s.hasGuard && !k.same(&s.guard) {
			k.clearSlot(i)
			continue
		}
		for _, n := range tail(s.hops) {
			if !k.same(&n) {
				k.patch(i, n.Ed25519)
			}
		}
	}
	for _, sw := range k.swarms {
		kept := sw.nodes[:0:0]
		for _, n := range sw.nodes {
			if known, ok := k.pool.nodes[n.Ed25519]; ok {
				kept = append(kept, known)
			}
		}
		sw.nodes = kept
	}
}

// same says whether the pool has the node with this address and key.
func (k *keeper) same(n *snode.Node) bool {
	known, ok := k.pool.nodes[n.Ed25519]
	return ok && known.IP == n.IP && known.Port == n.Port && known.X25519 == n.X25519
}

// clearSlot forgets guard and path.
func (k *keeper) clearSlot(i int) {
	s := &k.slots[i]
	k.saveGuards = k.saveGuards || s.tested
	*s = slot{busy: s.busy, epoch: s.epoch + 1}
}

// patch replaces a hop by a random node at the end of the path
// (onion-requests.md §9.1). Without a node to take its place the path ends.
func (k *keeper) patch(i int, gone key) {
	s := &k.slots[i]
	var rest []snode.Node
	for _, n := range s.hops {
		if n.Ed25519 != gone {
			rest = append(rest, n)
		}
	}
	s.epoch++
	s.hops = nil // its nodes must not count as used while choosing
	hops, ok := k.extend(rest, &gone, i)
	if !ok {
		return
	}
	s.hops, s.check, s.next = hops, true, time.Time{}
}

// drop forgets a node everywhere.
func (k *keeper) drop(id key, now time.Time) {
	if _, ok := k.pool.nodes[id]; ok {
		k.pool.remove(id, now)
		k.savePool = true
	}
	delete(k.pool.strikes, id)
	for _, sw := range k.swarms {
		for i := range sw.nodes {
			if sw.nodes[i].Ed25519 == id {
				sw.nodes = append(sw.nodes[:i:i], sw.nodes[i+1:]...)
				break
			}
		}
	}
	for i := range k.slots {
		s := &k.slots[i]
		if s.hasGuard && s.guard.Ed25519 == id {
			k.clearSlot(i)
		} else if contains(s.hops, id) {
			k.patch(i, id)
		}
	}
}
