// Package connectivity tells when the network of the computer may be back: it
// has an address that it had not before. Who waits for the network then need not
// wait for the end of a pause.
//
// Linux gives a sign itself (rtnetlink), without polling and whatever manages the
// network. On other systems the addresses are looked at every few seconds.
package connectivity

import (
	"context"
	"net"
	"slices"
	"time"

	"sotto/internal/clock"
)

// settle is how long signs gather before one looks: a network comes in many
// steps.
const settle = 750 * time.Millisecond

// Watch calls changed from one goroutine until ctx ends.
func Watch(ctx context.Context, changed func()) {
	w := watcher{clk: clock.System, look: addresses, changed: changed, before: addresses()}
	w.watch(ctx)
}

type watcher struct {
	clk     clock.Clock
	look    func() []string
	changed func()
	before  []string
}

// compare tells when there is an address that was not there before. A route that
// is announced again and a lifetime that is longer now are no news.
func (w *watcher) compare() {
	now := w.look()
	came := slices.ContainsFunc(now, func(a string) bool { return !slices.Contains(w.before, a) })
	w.before = now
	if came {
		w.changed()
	}
}

// gather compares once for signs that come close together. It returns when there
// are no more.
func (w *watcher) gather(signs <-chan struct{}) {
	for range signs {
		timer := w.clk.NewTimer(settle)
		for quiet := false; !quiet; {
			select {
			case _, ok := <-signs:
				if !ok {
					timer.Stop()
					return
				}
			case <-timer.C():
				quiet = true
			}
		}
		w.compare()
	}
}

// lookEvery is the pause between two looks where nobody gives a sign.
const lookEvery = 10 * time.Second

func (w *watcher) poll(ctx context.Context) {
	for {
		timer := w.clk.NewTimer(lookEvery)
		select {
		case <-timer.C():
			w.compare()
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

// addresses are those of this computer by which others could be reached.
func addresses() []string {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var out []string
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok && n.IP.IsGlobalUnicast() {
			out = append(out, n.String())
		}
	}
	return out
}
