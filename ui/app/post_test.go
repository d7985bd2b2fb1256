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
