package vm

import (
	"context"
	"time"

	"sotto/engine"
	"sotto/internal/clock"
)

// slowdown makes whoever types wrong passphrases wait, see engine.PenaltyFor. The
// profile keeps count, so neither closing what asked nor a restart helps; and
// pauses are measured from when something asks, so setting the clock does not.
type slowdown struct {
	Wait int // seconds until the next try
	// Counted is false until the profile's count is known: tries wait for it.
	Counted bool
	then    func() // the try that waits

	desk    Desk
	clock   clock.Clock
	changed func()
	wrong   int
	until   time.Time
}

// countTries asks the profile how often somebody was wrong.
func (s *slowdown) countTries(wrongTries func() int) {
	Ask(s.desk, func(context.Context) (int, error) { return wrongTries(), nil }, func(n int, _ error) {
		s.Counted, s.wrong = true, n
		s.pause()
		s.changed()
		if then := s.then; then != nil {
			s.then = nil
			then()
		}
	})
}

// early keeps a try that came before the count is known, and reports whether it
// was one.
func (s *slowdown) early(try func()) bool {
	if !s.Counted {
		s.then = try
	}
	return !s.Counted
}

func (s *slowdown) right() { s.wrong = 0 }

func (s *slowdown) failed() {
	s.wrong++
	s.pause()
}

func (s *slowdown) pause() {
	if wait := engine.PenaltyFor(s.wrong); wait > 0 {
		s.until = s.clock.Now().Add(wait)
		s.count()
	}
}

// count counts down once a second, only while there is something to wait for.
func (s *slowdown) count() {
	left := s.until.Sub(s.clock.Now())
	if left <= 0 {
		s.Wait = 0
		return
	}
	s.Wait = int((left + time.Second - 1) / time.Second)
	timer := s.clock.NewTimer(left - time.Duration(s.Wait-1)*time.Second)
	go func() {
		defer timer.Stop()
		select {
		case <-timer.C():
			s.desk.Post(func() {
				s.count()
				s.changed()
			})
		case <-s.desk.Context().Done():
		}
	}()
}
