package clock

import (
	"sort"
	"sync"
	"time"
)

// Manual is a clock that stands still until Advance moves it.
type Manual struct {
	mu      sync.Mutex
	changed *sync.Cond
	now     time.Time
	timers  []*manualTimer
}

// NewManual returns a clock that shows now.
func NewManual(now time.Time) *Manual {
	m := &Manual{now: now}
	m.changed = sync.NewCond(&m.mu)
	return m
}

// Now returns the time set.
func (m *Manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// NewTimer returns a timer that fires when Advance reaches its time; one of no
// length fires at once.
func (m *Manual) NewTimer(d time.Duration) Timer {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := &manualTimer{clock: m, at: m.now.Add(d), c: make(chan time.Time, 1)}
	if d <= 0 {
		t.c <- m.now
		return t
	}
	m.timers = append(m.timers, t)
	m.changed.Broadcast()
	return t
}

// Advance moves the clock by d and fires what falls due, in order.
func (m *Manual) Advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
	sort.SliceStable(m.timers, func(i, j int) bool { return m.timers[i].at.Before(m.timers[j].at) })
	for len(m.timers) > 0 && !m.timers[0].at.After(m.now) {
		m.timers[0].c <- m.timers[0].at
		m.timers = m.timers[1:]
	}
	m.changed.Broadcast()
}

// AwaitTimers blocks until at least n timers wait, so that a test knows that
// the code under test has gone to sleep.
func (m *Manual) AwaitTimers(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.timers) < n {
		m.changed.Wait()
	}
}

type manualTimer struct {
	clock *Manual
	at    time.Time
	c     chan time.Time
}

func (t *manualTimer) C() <-chan time.Time { return t.c }

func (t *manualTimer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	for i, other := range t.clock.timers {
		if other == t {
			t.clock.timers = append(t.clock.timers[:i], t.clock.timers[i+1:]...)
			t.clock.changed.Broadcast()
			return true
		}
	}
	return false
}
