package vm

import (
	"context"
	"reflect"

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
	loaded bool
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

// Loaded reports whether Profile and Status are known.
func (m *Me) Loaded() bool { return m.loaded }

func (m *Me) load() {
	type both struct {
		profile engine.Profile
		status  model.NetworkStatus
	}
	Ask(m.desk, func(context.Context) (both, error) {
		return both{m.engine.Me(), m.engine.Status()}, nil
	}, func(b both, _ error) {
		same := m.loaded && reflect.DeepEqual(b.profile, m.Profile) && looksLike(b.status, m.Status)
		m.Profile, m.Status, m.loaded = b.profile, b.status, true
		if !same {
			m.Changed()
		}
	})
}

// looksLike reports whether two states of the network look the same in the
// window. The time of the last poll and the last milliseconds of the clock's
// offset change with every poll; a repaint for them would cost more than the
// poll.
func looksLike(a, b model.NetworkStatus) bool {
	const second = 1000
	for _, s := range []*model.NetworkStatus{&a, &b} {
		s.LastSync, s.ClockOffset = 0, s.ClockOffset/second
	}
	return reflect.DeepEqual(a, b)
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
