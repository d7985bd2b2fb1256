package transport

import (
	"time"

	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
)

// onlineFor is how long an authentic answer proves that this computer is online,
// so that a silent guard is to blame and not the network around us.
const onlineFor = 15 * time.Second

// refreshAfter is the number of "Invalid ciphertext" answers at which the list
// of nodes is taken to be wrong.
const refreshAfter = 3

// blame says who is at fault when a path brought no answer.
type blame uint8

const (
	// nobody: own fault, the server's, or a clock.
	nobody blame = iota
	// dropNode: a hop does not know the named node. Drop it at once.
	dropNode
	// strikeNode: the named node did not take the request.
	strikeNode
	// strikePath: a known text of a hop that names nobody. Every hop gets a
	// failure and the path counter goes up.
	strikePath
	// strikeCiphertext is strikePath for a wrong key in the list of nodes.
	strikeCiphertext
	// silentGuard: no connection to the guard, or one that broke. Only the path
	// counter goes up: the hops behind had no part in it.
	silentGuard
	// silentPath: no answer in time, or none that only the destination could
	// have made. Whoever stands between could have done that, a hotel's log-in
	// page included.
	silentPath
	// noHost: something near says that the guard's address leads nowhere; it
	// may be that the guard is gone or that this computer is nearly offline.
	noHost
	// noRoute: this computer has no network. Nobody is to blame.
	noRoute
)

// fault is one failed try over a path.
type fault struct {
	blame blame
	node  key
	err   error
}

// faultOf reads the guard's unencrypted answer (onion-requests.md §9.1).
func faultOf(e *onion.PathError) fault {
	f := fault{node: e.Node, err: e}
	switch e.Kind {
	case onion.NextNodeNotFound:
		f.blame = dropNode
	case onion.NextNodeUnreachable:
		f.blame = strikeNode
	case onion.NodeNotReady:
		f.blame = strikePath
		if e.Named {
			f.blame = strikeNode
		}
	case onion.PathTimeout, onion.PathBadResponse, onion.RateLimited:
		f.blame = strikePath
	case onion.PathCiphertext:
		f.blame = strikeCiphertext
	case onion.OwnFrame, onion.OwnClock, onion.WrongSwarm, onion.TooLarge,
		onion.ServerUnreachable, onion.ServerStatus:
		f.blame = nobody
	default:
		f.blame = silentPath
	}
	return f
}

// failed applies a fault to nodes, paths and counters. dest is the destination
// node, nil for a server.
func (k *keeper) failed(r route, dest *key, f fault, now time.Time) {
	if f.blame == dropNode || f.blame == strikeNode {
		// A hop may only accuse those who took part; a liar could otherwise
		// empty the pool name by name.
		switch isDest := dest != nil && f.node == *dest; {
		case !isDest && !contains(tail(r.hops), f.node):
			f.blame = strikePath
		case f.blame == dropNode:
			k.drop(f.node, now)
			return
		default:
			k.strike(f.node, now)
			return
		}
	}
	switch f.blame {
	case strikePath, strikeCiphertext:
		if f.blame == strikeCiphertext {
			k.ciphertext++
		}
		k.pathFailed(r, dest, f, now)
	case silentGuard, silentPath:
		if k.online(r, now) {
			k.pathFailed(r, dest, f, now)
		} else {
			k.suspect(r, &f)
		}
	case noHost:
		k.suspect(r, &f)
	case noRoute:
		k.suspect(r, nil)
	}
}

// suspect postpones the blame (nil: there is none) until something proves that
// this computer is online, and has the other path tested for that.
func (k *keeper) suspect(r route, f *fault) {
	s := k.slotOf(r)
	if s == nil {
		return
	}
	if !s.suspect || f == nil {
		s.suspect, s.pending = true, f
	}
	for i := range k.slots {
		if other := &k.slots[i]; i != r.slot && other.usable() {
			other.check, other.next = true, time.Time{}
		}
	}
}

// slotOf is the slot of a route, nil when its guard has changed since.
func (k *keeper) slotOf(r route) *slot {
	s := &k.slots[r.slot]
	if !s.hasGuard || s.guard.Ed25519 != r.hops[0].Ed25519 {
		return nil
	}
	return s
}

// online says whether something else than this route proves that the network
// works: another path or a seed lately, or the same path since the request began.
func (k *keeper) online(r route, now time.Time) bool {
	if recent(k.seedAt, now) {
		return true
	}
	for i := range k.slots {
		s := &k.slots[i]
		if i != r.slot && recent(s.heardAt, now) || i == r.slot && s.heard != r.heard {
			return true
		}
	}
	return false
}

func recent(at, now time.Time) bool { return !at.IsZero() && now.Sub(at) <= onlineFor }

// pathFailed is the path failure of onion-requests.md §9.1: one more on the path
// counter and one failure for each hop behind the guard; the third drops.
func (k *keeper) pathFailed(r route, dest *key, f fault, now time.Time) {
	s := k.slotOf(r)
	if s == nil || s.epoch != r.epoch {
		// The guard is gone already, or the request began before a failure that
		// was counted: twenty requests in flight over a dying path are one
		// failure, not twenty.
		return
	}
	s.epoch++
	s.fails++
	s.suspect, s.pending = false, nil
	if s.fails >= maxStrikes {
		k.drop(s.guard.Ed25519, now)
	}
	if f.blame == silentGuard {
		return
	}
	for _, n := range tail(r.hops) {
		k.strike(n.Ed25519, now)
	}
	// A dead destination looks exactly like a dead hop.
	if dest != nil {
		k.strike(*dest, now)
	}
}

// strike counts a failure of a node; the third drops it from pool, swarms and
// paths.
func (k *keeper) strike(id key, now time.Time) {
	k.pool.strikes[id]++
	if k.pool.strikes[id] >= maxStrikes {
		k.drop(id, now)
	}
}

// answered records an answer that only its recipient can have made: all on the
// route work, and this computer is online. The result says whether that was
// news.
func (k *keeper) answered(r route, now time.Time) (news bool) {
	for _, n := range r.hops {
		delete(k.pool.strikes, n.Ed25519)
	}
	if s := k.slotOf(r); s != nil {
		news = s.suspect || s.fails > 0 || s.check
		s.heard++
		s.heardAt, s.suspect, s.pending = now, false, nil
		if sameHops(s.hops, r.hops) {
			s.fails, s.check, s.tries = 0, false, 0
		}
	}
	return k.proven(now) || news
}

// clear forgets the failures of a node that did what it should.
func (k *keeper) clear(id key) { delete(k.pool.strikes, id) }

// seeded records a valid answer of a seed.
func (k *keeper) seeded(now time.Time) {
	k.seedAt, k.seedFailed = now, false
	k.proven(now)
}

// proven settles open suspicions: the network works, so who was silent is at
// fault. Whatever was missed in an offline hour counts as one failure.
func (k *keeper) proven(now time.Time) (news bool) {
	for i := range k.slots {
		s := &k.slots[i]
		if !s.suspect {
			continue
		}
		news = true
		f, hops := s.pending, s.hops
		if hops == nil {
			hops = s.trial
		}
		s.suspect, s.pending, s.check, s.next, s.tries = false, nil, true, time.Time{}, 0
		if f != nil && hops != nil {
			// Which hops the silent request took is not known any more, so only
			// the path counter goes up.
			k.pathFailed(route{slot: i, hops: hops, epoch: s.epoch}, nil, fault{blame: silentGuard, err: f.err}, now)
		}
	}
	return news
}

func sameHops(a, b []snode.Node) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Ed25519 != b[i].Ed25519 {
			return false
		}
	}
	return true
}

// down says that no path works and that the network around is the likely cause.
func (k *keeper) down() bool {
	suspects := 0
	for i := range k.slots {
		s := &k.slots[i]
		switch {
		case s.usable():
			return false
		case s.suspect:
			suspects++
		case s.hasGuard:
			suspects -= slotCount // still being tried: no verdict
		}
	}
	return suspects > 0 || k.seedFailed && len(k.pool.nodes) < minMinPool
}
