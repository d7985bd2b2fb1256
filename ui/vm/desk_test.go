package vm

import (
	"context"
	"errors"
	"testing"
)

func TestWhatEndsAfterLeavingIsDropped(t *testing.T) {
	d := newDesktop(t)
	release := make(chan struct{})
	answered := false
	sub, leave := d.Sub()
	Ask(sub, func(context.Context) (int, error) { <-release; return 1, nil }, func(int, error) { answered = true })
	leave()
	close(release)
	done := false
	d.Do(func(context.Context) error { return nil }, func(error) { done = true })
	d.until("the desk goes on", func() bool { return done })
	for len(d.queue) > 0 {
		(<-d.queue)()
	}
	if answered {
		t.Error("an answer came to a screen that was left")
	}
}

func TestAskHandsOverValueAndError(t *testing.T) {
	d := newDesktop(t)
	fault := errors.New("fault")
	var got int
	var err error
	Ask(d.Desk, func(context.Context) (int, error) { return 7, fault }, func(n int, e error) { got, err = n, e })
	d.until("the answer", func() bool { return got != 0 })
	if got != 7 || !errors.Is(err, fault) {
		t.Errorf("answer %d, %v", got, err)
	}
}
