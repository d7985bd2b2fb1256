package vm

import (
	"context"

	"sotto/engine"
	"sotto/engine/model"
)

// MeEngine is what the own account needs of the engine.
type MeEngine interface {
	Subscriber
	Me() engine.Profile
	Status() model.NetworkStatus
	SetName(ctx context.Context, name string) error
}

// Me is the own account as corners of the window show it: name, Session ID, the
// dot of the connection.
type Me struct {
	Changed func() // on the interface's goroutine

	Profile engine.Profile
	Status  model.NetworkStatus
	Problem string // why a new name was not taken

	desk   Desk
	engine MeEngine
}

// NewMe reads the account and follows its changes.
func NewMe(desk Desk, e MeEngine) *Me {
	m := &Me{desk: desk, engine: e, Changed: func() {}}
	desk.Watch(e, func(events []engine.Event) {
		for _, ev := range events {
			switch ev.(type) {
			case engine.ProfileChanged, engine.StatusChanged, engine.Resync:
				m.load()
				return
			}
		}
	})
	m.load()
	return m
}

func (m *Me) load() {
	type both struct {
		profile engine.Profile
		status  model.NetworkStatus
	}
	Ask(m.desk, func(context.Context) (both, error) {
		return both{m.engine.Me(), m.engine.Status()}, nil
	}, func(b both, _ error) {
		m.Profile, m.Status = b.profile, b.status
		m.Changed()
	})
}

// Rename changes the display name; done is called when it was taken.
func (m *Me) Rename(name string, done func()) {
	if name == m.Profile.Name {
		done()
		return
	}
	m.desk.Do(func(ctx context.Context) error { return m.engine.SetName(ctx, name) }, func(err error) {
		m.Problem = sentenceIn("create.name", err)
		if err == nil {
			m.Profile.Name = name
			done()
		}
		m.Changed()
	})
}
