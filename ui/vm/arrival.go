package vm

import (
	"context"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/ui/text"
)

// ArrivalEngine is what the arrival of a restored account needs of the engine.
type ArrivalEngine interface {
	Subscriber
	Me() engine.Profile
	Status() model.NetworkStatus
	Conversations(f engine.Filter) []model.Conversation
	Sync(ctx context.Context) (engine.SyncResult, error)
	SetName(ctx context.Context, name string) error
}

// ArrivalPhase is how far the arrival of a restored account is.
type ArrivalPhase int

// The phases.
const (
	ArrivalLooking     ArrivalPhase = iota // the swarm is being asked
	ArrivalFound                           // everything is here
	ArrivalNobody                          // the swarm knows no profile: a name is needed
	ArrivalUnreachable                     // the network does not answer
)

// Arrival brings a restored account's profile, contacts and groups out of the
// swarm, and says what it found.
type Arrival struct {
	Changed func() // on the interface's goroutine
	Done    func() // there is nothing more to ask

	Phase                         ArrivalPhase
	Profile                       engine.Profile
	Contacts, Groups, Communities int
	Messages                      int
	Problem                       string // why the network cannot be reached, or the name not taken

	Name string // typed, when nobody was found
	Busy bool

	desk   Desk
	engine ArrivalEngine
	clock  clock.Clock
	tries  int
}

// tryArrivalAfter is how long an arrival waits before it asks again by itself.
const tryArrivalAfter = 10 * time.Second

// NewArrival begins to look.
func NewArrival(desk Desk, e ArrivalEngine, clk clock.Clock) *Arrival {
	a := &Arrival{desk: desk, engine: e, clock: clk, Changed: func() {}, Done: func() {}}
	desk.Watch(e, func([]engine.Event) {
		if a.Phase == ArrivalLooking || a.Phase == ArrivalUnreachable {
			a.count(nil)
		}
	})
	a.Try()
	return a
}

// Try asks the swarm.
func (a *Arrival) Try() {
	a.Phase, a.Problem = ArrivalLooking, ""
	a.tries++
	mine := a.tries
	a.Changed()
	Ask(a.desk, func(ctx context.Context) (engine.SyncResult, error) { return a.engine.Sync(ctx) },
		func(_ engine.SyncResult, err error) {
			if mine == a.tries {
				a.count(func() { a.asked(mine, err) })
			}
		})
}

// asked goes on after the swarm has answered, or not.
func (a *Arrival) asked(mine int, err error) {
	switch {
	case !a.Profile.Restoring && a.Profile.Name == "":
		a.Phase = ArrivalNobody
	case !a.Profile.Restoring:
		a.Phase = ArrivalFound
	default:
		a.Phase = ArrivalUnreachable
		a.Problem = sentenceIn("arrival", err)
		if err == nil {
			a.Problem = text.T("arrival.offline")
		}
		a.again(mine)
	}
	a.Changed()
}

// again tries once more after a while, unless somebody did meanwhile.
func (a *Arrival) again(mine int) {
	timer := a.clock.NewTimer(tryArrivalAfter)
	go func() {
		defer timer.Stop()
		select {
		case <-timer.C():
			a.desk.Post(func() {
				if mine == a.tries && a.Phase == ArrivalUnreachable {
					a.Try()
				}
			})
		case <-a.desk.Context().Done():
		}
	}()
}

// count reads what has arrived so far; then may be nil.
func (a *Arrival) count(then func()) {
	type state struct {
		profile engine.Profile
		list    []model.Conversation
	}
	Ask(a.desk, func(context.Context) (state, error) {
		return state{a.engine.Me(), a.engine.Conversations(engine.Filter{Hidden: true})}, nil
	}, func(s state, _ error) {
		a.Profile = s.profile
		a.Contacts, a.Groups, a.Communities, a.Messages = 0, 0, 0, 0
		for i := range s.list {
			switch c := &s.list[i]; c.Kind {
			case model.KindContact:
				a.Contacts++
			case model.KindGroup, model.KindLegacyGroup:
				a.Groups++
			case model.KindCommunity:
				a.Communities++
			}
			a.Messages += s.list[i].Unread
		}
		if then != nil {
			then()
			return
		}
		a.Changed()
	})
}

// NameProblem says what is wrong with the typed name; nothing while it is empty.
func (a *Arrival) NameProblem() string { return nameProblem(a.Name) }

// Ready reports whether the typed name can be taken.
func (a *Arrival) Ready() bool { return !a.Busy && engine.CheckName(a.Name) == nil }

// TakeName gives the account the typed name and ends the arrival.
func (a *Arrival) TakeName() {
	if !a.Ready() {
		return
	}
	a.Busy, a.Problem = true, ""
	a.Changed()
	name := a.Name
	a.desk.Do(func(ctx context.Context) error { return a.engine.SetName(ctx, name) }, func(err error) {
		a.Busy = false
		if err == nil {
			a.Done()
			return
		}
		a.Problem = sentenceIn("create.name", err)
		a.Changed()
	})
}
