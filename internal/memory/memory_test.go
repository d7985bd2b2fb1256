package memory

import (
	"context"
	"runtime/debug"
	"testing"
)

// What was allocated and dropped goes back once the program rests, not while it
// works, and what is still in use stays.
func TestReturnsAtRest(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // nothing else collects here
	before := look()
	kept := block(32 << 20)
	block(32 << 20)
	before = before.returned() // somebody works: a lot came since the last look
	if before.spare() < 24<<20 {
		t.Errorf("at work only %d MB are left as they were", before.spare()>>20)
	}
	before = before.returned()
	if before.spare() >= worthwhile || before.objects < 32<<20 {
		t.Errorf("at rest %d MB are kept of which %d are spare", before.objects>>20, before.spare()>>20)
	}
	if kept[len(kept)-1] != 1 {
		t.Error("what was in use is gone")
	}
}

func TestLeavesAloneWhoWorks(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	before := look().returned()
	for range 4 {
		block(8 << 20)
		before = before.returned()
	}
	if spare := before.spare(); spare < 24<<20 {
		t.Errorf("only %d MB are left as they were", spare>>20)
	}
}

// It ends with its program.
func TestEndsWithTheProgram(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); ReturnAtRest(ctx) }()
	cancel()
	<-done
}

//go:noinline
func block(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = 1
	}
	return b
}
