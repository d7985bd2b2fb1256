package vm

import (
	"context"

	"sotto/engine"
	"sotto/engine/model"
)

// RequestsEngine is what message requests need of the engine.
type RequestsEngine interface {
	Subscriber
	Requests() []model.Conversation
	Conversation(id model.ConversationID) (model.Conversation, bool)
	AcceptRequest(ctx context.Context, conv model.ConversationID) error
	DeclineRequest(ctx context.Context, conv model.ConversationID) error
	DeclineRequests(ctx context.Context, convs []model.ConversationID) error
	Block(ctx context.Context, conv model.ConversationID) error
	Unblock(ctx context.Context, conv model.ConversationID) error
}

// Requests is the list of people who wrote and were not yet accepted.
type Requests struct {
	Changed func() // on the interface's goroutine
	Failed  func(sentence string)

	desk   Desk
	engine RequestsEngine
	list   []model.Conversation
	names  map[model.ID]string           // of who invited to groups
	going  map[model.ConversationID]bool // declined here, may still be undone
}

// NewRequests reads the list and follows its changes.
func NewRequests(desk Desk, e RequestsEngine) *Requests {
	r := &Requests{desk: desk, engine: e, Changed: func() {}, Failed: func(string) {}, going: map[model.ConversationID]bool{}}
	desk.Watch(e, func(events []engine.Event) {
		for _, ev := range events {
			switch ev.(type) {
			case engine.RequestsChanged, engine.ConversationChanged, engine.Resync:
				r.load()
				return
			}
		}
	})
	r.load()
	return r
}

func (r *Requests) load() {
	type answer struct {
		list  []model.Conversation
		names map[model.ID]string
	}
	Ask(r.desk, func(context.Context) (answer, error) {
		a := answer{r.engine.Requests(), map[model.ID]string{}}
		for _, c := range a.list {
			if c.Inviter.IsZero() || a.names[c.Inviter] != "" {
				continue
			}
			a.names[c.Inviter] = model.ShortID(c.Inviter)
			if who, ok := r.engine.Conversation(model.ConversationOf(c.Inviter)); ok {
				a.names[c.Inviter] = who.Title()
			}
		}
		return a, nil
	}, func(a answer, _ error) {
		r.list, r.names = a.list, a.names
		r.Changed()
	})
}

// Inviter is the name of who invited to a group; empty for the request of a
// person, and where it is not known.
func (r *Requests) Inviter(c model.Conversation) string { return r.names[c.Inviter] }

// List returns the requests, newest first, without those that were declined a
// moment ago.
func (r *Requests) List() []model.Conversation {
	var out []model.Conversation
	for _, c := range r.list {
		if !r.going[c.ID] {
			out = append(out, c)
		}
	}
	return out
}

// Accept accepts; done is called when it is stored.
func (r *Requests) Accept(id model.ConversationID, done func()) {
	r.do(func(ctx context.Context) error { return r.engine.AcceptRequest(ctx, id) }, done)
}

// Hold takes a request off the list before it is deleted, so that it can be
// undone: call Restore, or Decline when the time for that is over.
func (r *Requests) Hold(id model.ConversationID) {
	r.going[id] = true
	r.Changed()
}

// Restore undoes Hold.
func (r *Requests) Restore(id model.ConversationID) {
	delete(r.going, id)
	r.Changed()
}

// Decline deletes a request and all of it.
func (r *Requests) Decline(id model.ConversationID) {
	r.going[id] = true
	r.do(func(ctx context.Context) error { return r.engine.DeclineRequest(ctx, id) }, func() { delete(r.going, id) })
}

// DeclineAll deletes several requests at once; done is called when that is
// stored. What comes in meanwhile stays.
func (r *Requests) DeclineAll(all []model.ConversationID, done func()) {
	r.do(func(ctx context.Context) error { return r.engine.DeclineRequests(ctx, all) }, done)
}

// DeclineHeld deletes what is held: the window closes.
func (r *Requests) DeclineHeld(ctx context.Context) {
	var all []model.ConversationID
	for id := range r.going {
		all = append(all, id)
	}
	if len(all) > 0 {
		// The window is gone; what could not be deleted is a request again.
		_ = r.engine.DeclineRequests(ctx, all)
	}
}

// Block blocks; done is called when it is stored.
func (r *Requests) Block(id model.ConversationID, done func()) {
	var inviter model.ID
	for _, c := range r.list {
		if c.ID == id && c.Kind == model.KindGroup {
			inviter = c.Inviter
		}
	}
	r.do(func(ctx context.Context) error { return blockRequest(ctx, r.engine, id, inviter) }, done)
}

// Unblock undoes Block.
func (r *Requests) Unblock(id model.ConversationID) {
	r.do(func(ctx context.Context) error { return r.engine.Unblock(ctx, id) }, nil)
}

func (r *Requests) do(job func(context.Context) error, done func()) {
	r.desk.Do(job, func(err error) {
		if err != nil {
			r.Failed(Sentence(err))
		} else if done != nil {
			done()
		}
		r.load()
	})
}
