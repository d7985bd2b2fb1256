package vm

import (
	"time"

	"sotto/internal/clock"
)

// slowdown makes whoever types wrong passphrases wait: from the third one on 2,
// 4, 8 ... 60 seconds.
type slowdown struct {
	Wait int // seconds until the next try

	desk    Desk
	clock   clock.Clock
	changed func()
	wrong   int
	until   time.Time
}

const (
	freeTries = 2
	longest   = 60 * time.Second
)

func (s *slowdown) right() { s.wrong = 0 }

func (s *slowdown) failed() {
	s.wrong++
	over := s.wrong - freeTries
	if over <= 0 {
		return
	}
	wait := longest
	if over < 6 {
		wait = time.Second << over
	}
	s.until = s.clock.Now().Add(wait)
	s.count()
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
