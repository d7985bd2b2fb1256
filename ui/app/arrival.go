package app

import (
	"context"

	"sotto/engine"
	"sotto/internal/clock"
	"sotto/ui/onboarding"
	"sotto/ui/vm"
)

// begin shows the main window; of a restored account first what it brings
// along, or the question for a name. back is where the user was before the lock
// or before another account was shown, nil when there was none; then is done
// once the main window is there.
func (s *session) begin(back *place, then []func(*session)) {
	if s.me.Loaded() {
		s.enter(s.me.Profile, back, then)
		return
	}
	vm.Ask(s.desk, func(context.Context) (engine.Profile, error) { return s.engine.Me(), nil }, func(me engine.Profile, _ error) {
		s.enter(me, back, then)
	})
}

func (s *session) enter(me engine.Profile, back *place, then []func(*session)) {
	if !me.Restoring && me.Name != "" {
		s.show()
		if back != nil {
			s.goBack(back)
		}
		for _, do := range then {
			do(s)
		}
		// Last, so that nothing of this takes the sheet of a link away again.
		s.begun = true
		s.followLink()
		return
	}
	desk, leave := s.desk.Sub()
	s.arrival = onboarding.NewArrival(vm.NewArrival(desk, s.engine, clock.System), func() {
		leave()
		s.arrival, s.begun = nil, true
		s.show()
	})
	s.Window.show(s.arrival.Object())
	s.Window.ready = true
}
