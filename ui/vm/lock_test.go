package vm

import (
	"context"
	"testing"
	"time"

	"sotto/engine/model"
)

type fakeUnlocker struct{ right string }

func (f fakeUnlocker) Unlock(_ context.Context, p []byte) error {
	if string(p) == f.right {
		return nil
	}
	return model.Fail(model.ReasonLocked, "wrong", nil)
}

func TestLockSlowsDownOnWrongTries(t *testing.T) {
	d := newDesktop(t)
	l := NewLock(d.Desk, fakeUnlocker{"right"}, d.clock)
	open := false
	l.Unlocked = func() { open = true }
	try := func(p string) {
		t.Helper()
		l.Try(p)
		d.until("answered", func() bool { return !l.Busy })
	}
	for range 2 {
		try("wrong")
		if l.Wait != 0 || l.Problem == "" {
			t.Fatalf("the first slips cost %d s, %q", l.Wait, l.Problem)
		}
	}
	for _, seconds := range []int{2, 4, 8, 16, 32, 60, 60} {
		try("wrong")
		if l.Wait != seconds {
			t.Fatalf("waits %d s, want %d", l.Wait, seconds)
		}
		l.Try("right")
		if l.Busy || open {
			t.Fatal("a try passes while one has to wait")
		}
		for l.Wait > 0 {
			d.clock.AwaitTimers(1)
			before := l.Wait
			d.clock.Advance(time.Second)
			d.until("counted down", func() bool { return l.Wait < before })
		}
	}
	try("right")
	if !open {
		t.Error("the right passphrase does not open")
	}
}

func TestLockTellsOtherTroubleApart(t *testing.T) {
	d := newDesktop(t)
	l := NewLock(d.Desk, unlockFails{model.ReasonDisk}, d.clock)
	for range 5 {
		l.Try("x")
		d.until("answered", func() bool { return !l.Busy })
	}
	if l.Wait != 0 || l.Problem != SentenceOf(model.ReasonDisk) {
		t.Errorf("waits %d s, says %q", l.Wait, l.Problem)
	}
}

type unlockFails struct{ reason model.Reason }

func (f unlockFails) Unlock(context.Context, []byte) error { return model.Fail(f.reason, "", nil) }
