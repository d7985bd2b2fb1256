package localnet

import (
	"maps"
	"sync"
)

// tally counts by name.
type tally struct {
	mu sync.Mutex
	n  map[string]int64
}

func (t *tally) add(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n == nil {
		t.n = make(map[string]int64)
	}
	t.n[name]++
}

func (t *tally) all() map[string]int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	m := maps.Clone(t.n)
	if m == nil {
		m = map[string]int64{}
	}
	return m
}

// The roles in which a node sees an onion request.
const (
	hopGuard       = "guard"       // from a client, to be passed on
	hopMiddle      = "middle"      // from a node, to be passed on
	hopDestination = "destination" // a storage RPC for this node
	hopExit        = "exit"        // for a web server
)
