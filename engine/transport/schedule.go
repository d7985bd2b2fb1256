package transport

import "time"

// Activity is how much somebody waits for news, for Schedule.
type Activity uint8

const (
	Idle   Activity = iota // nothing happened for long
	Recent                 // messages came or went lately
	Open                   // the conversation is on the screen
)

// The pauses between polls (service-nodes.md §8: official clients poll their
// own swarm every 5 s, groups every 5, 60 or 120 s).
const (
	openPause    = 2 * time.Second
	recentPause  = 5 * time.Second
	idlePause    = 20 * time.Second
	idlestPause  = 60 * time.Second
	offlineFirst = 2 * time.Second
	offlineLast  = 2 * time.Minute
)

// Schedule says when the next poll is due. It is a value without clock and
// goroutine: tell it what happened, ask Next. The zero Schedule is idle and due
// at once.
type Schedule struct {
	activity Activity
	last     time.Time // end of the last poll; zero: due at once
	failures int       // polls without answer, one after the other
	quiet    int       // polls without news, one after the other
}

// Set tells how active the conversation is. More activity brings the next poll
// forward.
func (s *Schedule) Set(a Activity) {
	if a > s.activity {
		s.quiet = 0
	}
	s.activity = a
}

// Now makes the next poll due at once: the computer woke up, the network came
// back, the window got the focus, an answer had more to come.
func (s *Schedule) Now() { s.last, s.failures = time.Time{}, 0 }

// Done records a poll that was answered. News says that it brought something.
func (s *Schedule) Done(at time.Time, news bool) {
	s.last, s.failures = at, 0
	if news {
		s.quiet = 0
	} else {
		s.quiet++
	}
}

// Failed records a poll without an answer.
func (s *Schedule) Failed(at time.Time) { s.last, s.failures = at, s.failures+1 }

// Next is the time of the next poll. jitter in [0, 1) spreads the polls of many
// clients that lost the network together; it moves the pause by up to a quarter.
func (s *Schedule) Next(jitter float64) time.Time {
	if s.last.IsZero() {
		return time.Time{}
	}
	pause := s.pause()
	return s.last.Add(pause + time.Duration((jitter-0.5)/2*float64(pause)))
}

func (s *Schedule) pause() time.Duration {
	if s.failures > 0 {
		d := offlineFirst
		for i := 1; i < s.failures && d < offlineLast; i++ {
			d *= 2
		}
		return min(d, offlineLast)
	}
	switch s.activity {
	case Open:
		return openPause
	case Recent:
		return recentPause
	}
	if s.quiet > 15 {
		return idlestPause
	}
	return idlePause
}
