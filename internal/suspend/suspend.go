// Package suspend tells when nobody is at the computer any more: it goes to
// sleep, or its screen is locked.
//
// On Linux it listens on D-Bus: PrepareForSleep and Lock of systemd-logind (and
// of elogind), ActiveChanged of the screen savers of the desktops. Sleep is held
// up until the caller has done what it does, for a few seconds at most. On
// Windows a window that nobody sees gets WM_POWERBROADCAST and
// WM_WTSSESSION_CHANGE; sleep waits two seconds. On other systems, and without
// D-Bus, it finds out after the fact: a clock that jumped means that the computer
// slept.
package suspend

import (
	"context"
	"sync"
	"time"

	"sotto/internal/clock"
)

// Watch calls away from goroutines of its own, until ctx ends. away may be
// called more often than something happened; sleep waits for it to return.
func Watch(ctx context.Context, away func()) {
	var wait sync.WaitGroup
	wait.Go(func() { watchClock(ctx, clock.System, away) })
	wait.Go(func() { watchSystem(ctx, away) })
	wait.Wait()
}

const (
	lookEvery = 20 * time.Second
	slept     = 40 * time.Second
)

// watchClock compares how much time the wall clock says has gone by with how
// long a timer took, which stands still while the computer sleeps. Setting the
// clock forward looks the same: then it is locked once for nothing.
func watchClock(ctx context.Context, clk clock.Clock, away func()) {
	for {
		before := clk.Now().Round(0) // without the monotonic reading
		timer := clk.NewTimer(lookEvery)
		select {
		case <-timer.C():
		case <-ctx.Done():
			timer.Stop()
			return
		}
		if clk.Now().Round(0).Sub(before) > slept {
			away()
		}
	}
}
