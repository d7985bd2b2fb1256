package memory

import (
	"context"
	"runtime/debug"
	"testing"
	"time"
)

// What was allocated and dropped goes back once the program rests, not while it
// works, and what is still in use stays.
func TestReturnsAtRest(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // nothing but watch collects here
	ctx, cancel := context.WithCancel(t.Context())
	tick, done := make(chan time.Time), make(chan struct{})
	go func() { defer close(done); watch(ctx, tick) }()
	kept := block(32 << 20)
	block(32 << 20)
	tick <- time.Time{} // somebody works: a lot came since the last look
	tick <- time.Time{} // not taken before the first was dealt with
	tick <- time.Time{}
	if got := look(); got.spare() >= worthwhile || got.objects < 32<<20 {
		t.Errorf("%d MB are kept of which %d are spare", got.objects>>20, got.spare()>>20)
	}
	if kept[len(kept)-1] != 1 {
		t.Error("what was in use is gone")
	}
	cancel()
	<-done
}

func TestLeavesAloneWhoWorks(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	tick := make(chan time.Time)
	go watch(ctx, tick)
	tick <- time.Time{}
	for range 4 {
		block(8 << 20)
		tick <- time.Time{}
	}
	block(8 << 20)
	if spare := look().spare(); spare < 24<<20 {
		t.Errorf("only %d MB are left as they were", spare>>20)
	}
}

//go:noinline
func block(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = 1
	}
	return b
}
