package connectivity

import (
	"context"
	"testing"
	"time"

	"sotto/internal/clock"
)

// at makes a watcher of a computer whose addresses come from looks.
func at(clk clock.Clock, looks chan []string, before ...string) (w *watcher, told chan struct{}) {
	told = make(chan struct{}, 8)
	return &watcher{clk, func() []string { return <-looks }, func() { told <- struct{}{} }, before}, told
}

func TestSignsThatComeTogether(t *testing.T) {
	clk := clock.NewManual(time.Unix(1_700_000_000, 0))
	looks, signs, ended := make(chan []string), make(chan struct{}), make(chan struct{})
	w, told := at(clk, looks)
	go func() {
		defer close(ended)
		w.gather(signs)
	}()
	for _, now := range [][]string{{"a"}, {"a", "b"}} {
		for range 5 {
			signs <- struct{}{}
		}
		clk.AwaitTimers(1)
		clk.Advance(settle)
		looks <- now // the only look
		<-told
	}
	close(signs)
	<-ended
	if len(told) > 0 {
		t.Errorf("told %d times too often", len(told))
	}
}

func TestOnlyNewAddressesAreTold(t *testing.T) {
	clk := clock.NewManual(time.Unix(1_700_000_000, 0))
	ctx, cancel := context.WithCancel(t.Context())
	looks, ended := make(chan []string), make(chan struct{})
	w, told := at(clk, looks, "a")
	go func() {
		defer close(ended)
		w.poll(ctx)
	}()
	for _, step := range []struct {
		now  []string
		tell bool
	}{{[]string{"a"}, false}, {nil, false}, {[]string{"a"}, true}, {[]string{"a", "b"}, true}, {[]string{"b"}, false}, {[]string{"c"}, true}} {
		clk.AwaitTimers(1)
		clk.Advance(lookEvery)
		looks <- step.now
		clk.AwaitTimers(1) // the look is over
		if (len(told) == 1) != step.tell {
			t.Errorf("%v: told %d times", step.now, len(told))
		}
		if step.tell {
			<-told
		}
	}
	cancel()
	<-ended
}
