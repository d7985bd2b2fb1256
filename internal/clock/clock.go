// Package clock makes time a parameter: the program uses System, tests move a
// Manual clock by hand.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time of this computer and makes timers.
type Clock interface {
	Now() time.Time
	// NewTimer returns a timer that fires once, d from now.
	NewTimer(d time.Duration) Timer
}

// Timer is the part of time.Timer that Sotto needs. C delivers at most one
// value; Stop reports whether it prevented that.
type Timer interface {
	C() <-chan time.Time
	Stop() bool
}

// System is the real clock.
var System Clock = system{}

type system struct{}

func (system) Now() time.Time                 { return time.Now() }
func (system) NewTimer(d time.Duration) Timer { return systemTimer{time.NewTimer(d)} }

type systemTimer struct{ *time.Timer }

func (t systemTimer) C() <-chan time.Time { return t.Timer.C }

// Skewed runs at the speed of another clock, shifted by an adjustable offset.
type Skewed struct {
	Base Clock

	mu     sync.Mutex
	offset time.Duration
}

// Now returns the base clock's time plus the offset.
func (s *Skewed) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Base.Now().Add(s.offset)
}

// NewTimer makes a timer of the base clock: an offset does not change how long
// a wait lasts.
func (s *Skewed) NewTimer(d time.Duration) Timer { return s.Base.NewTimer(d) }

// Advance moves the offset by d.
func (s *Skewed) Advance(d time.Duration) {
	s.mu.Lock()
	s.offset += d
	s.mu.Unlock()
}
