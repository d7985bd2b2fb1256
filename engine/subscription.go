package engine

import (
	"context"
	"sync"
)

// mailboxSize is how many different events wait for a subscriber before they
// become one Resync. A page of history that arrives at once stays below it.
const mailboxSize = 4096

// Subscription is one subscriber's mailbox. Equal events collapse, the order of
// first arrival is kept, and an overflow becomes one Resync: the engine never
// waits for a reader. All methods may be called from any goroutine.
type Subscription struct {
	hub    *hub
	signal chan struct{} // holds one value while there is something to take

	mu      sync.Mutex
	events  []Event
	waiting map[Event]struct{}
	closed  bool
}

// Wait returns all waiting events, after the first one has arrived. Its error
// is the context's, or ErrClosed once the subscription is closed and empty.
func (s *Subscription) Wait(ctx context.Context) ([]Event, error) {
	for {
		if evs := s.Take(); len(evs) > 0 {
			return evs, nil
		}
		s.mu.Lock()
		closed := s.closed
		s.mu.Unlock()
		if closed {
			return nil, ErrClosed
		}
		select {
		case <-s.signal:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// C receives a value when events may be waiting; then call Take. It is closed
// by Close.
func (s *Subscription) C() <-chan struct{} { return s.signal }

// Take returns the waiting events, oldest first, and empties the mailbox. It
// does not block.
func (s *Subscription) Take() []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	evs := s.events
	s.events = nil
	clear(s.waiting)
	return evs
}

// Close ends the subscription. What waits may still be taken.
func (s *Subscription) Close() {
	s.hub.remove(s)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.closed = true
		close(s.signal)
	}
}

func (s *Subscription) put(evs []Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	for _, ev := range evs {
		if len(s.events) > 0 && s.events[0] == (Resync{}) {
			break // whoever reads it asks for everything anyway
		}
		if _, double := s.waiting[ev]; double {
			continue
		}
		if len(s.events) == mailboxSize {
			s.events = []Event{Resync{}}
			clear(s.waiting)
			break
		}
		s.waiting[ev] = struct{}{}
		s.events = append(s.events, ev)
	}
	select {
	case s.signal <- struct{}{}:
	default:
	}
}

// hub hands each event to every subscription.
type hub struct {
	mu   sync.Mutex
	subs []*Subscription
}

func (h *hub) subscribe() *Subscription {
	s := &Subscription{hub: h, signal: make(chan struct{}, 1), waiting: make(map[Event]struct{})}
	h.mu.Lock()
	h.subs = append(h.subs, s)
	h.mu.Unlock()
	return s
}

func (h *hub) remove(s *Subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, other := range h.subs {
		if other == s {
			h.subs = append(h.subs[:i:i], h.subs[i+1:]...)
			return
		}
	}
}

func (h *hub) emit(evs ...Event) {
	if len(evs) == 0 {
		return
	}
	h.mu.Lock()
	subs := h.subs
	h.mu.Unlock()
	for _, s := range subs {
		s.put(evs)
	}
}

// close ends all subscriptions: the engine has stopped.
func (h *hub) close() {
	h.mu.Lock()
	subs := h.subs
	h.mu.Unlock()
	for _, s := range subs {
		s.Close()
	}
}
