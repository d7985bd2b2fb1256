package app

import (
	"testing"
	"time"
)

// Answers that come when the window is closed find nobody: the toolkit is ending.
func TestNothingComesAfterTheEnd(t *testing.T) {
	u := open(t, newHouse(t))
	came := false
	u.w.post.post(func() { came = true })
	u.w.post.pump(time.Second, func() bool { return came })
	if !came {
		t.Fatal("nothing comes at all")
	}
	came = false
	u.w.post.post(func() { came = true })
	u.w.Close()
	u.w.post.post(func() { came = true })
	u.w.post.pump(50*time.Millisecond, func() bool { return came })
	if came {
		t.Error("something came after the window was closed")
	}
}

// A toolkit that ended by itself, on a signal, has its window ended after it, once.
func TestTheToolkitEndsFirst(t *testing.T) {
	u := open(t, newHouse(t))
	closed := 0
	u.w.onClose = func() { closed++ }
	u.w.Stop()
	if u.w.closing || closed != 1 {
		t.Fatalf("closing %v, told %d times", u.w.closing, closed)
	}
	u.w.End()
	if !u.w.closing {
		t.Error("nothing was ended")
	}
	u.w.Stop()
	u.w.Close()
	if closed != 1 {
		t.Errorf("the program was told %d times", closed)
	}
}
