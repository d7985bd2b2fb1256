// Package memory gives back to the system what a program at rest does not need.
package memory

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	interval = 3 * time.Second
	// restful is how many bytes a program at rest allocates at most in an interval:
	// asking the swarms costs some.
	restful = 2 << 20
	// worthwhile is what has to be to gain for a collection out of turn.
	worthwhile = 6 << 20
)

// ReturnAtRest gives garbage and unused memory back whenever the program has come
// to rest: a window that was opened, or scrolled through for a while, would keep
// what that took until as much again is allocated, or for minutes. It returns when
// ctx ends.
func ReturnAtRest(ctx context.Context) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for before := look(); ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			before = before.returned()
		}
	}
}

// returned gives back what is worth it if the program has been at rest since h,
// and returns how the heap is now.
func (h heap) returned() heap {
	now := look()
	if now.allocated-h.allocated <= restful && now.spare() >= worthwhile {
		debug.FreeOSMemory()
		now = look()
	}
	return now
}

// heap is what the runtime counts, in bytes.
type heap struct {
	allocated uint64 // since the start of the program
	objects   uint64 // in use, or not yet known to be garbage
	live      uint64 // of them, what the last collection found in use
	free      uint64 // not in use, and not given back
}

// spare is what a collection could free, at most, and what nobody uses.
func (h heap) spare() uint64 { return h.objects - min(h.live, h.objects) + h.free }

func look() heap {
	samples := []metrics.Sample{
		{Name: "/gc/heap/allocs:bytes"}, {Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/free:bytes"},
	}
	metrics.Read(samples)
	n := func(i int) uint64 { return samples[i].Value.Uint64() }
	return heap{allocated: n(0), objects: n(1), live: n(2), free: n(3)}
}
