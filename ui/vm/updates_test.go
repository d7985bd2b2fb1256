package vm

import (
	"context"
	"testing"
	"time"

	"sotto/engine/model"
)

// oracle tells of versions.
type oracle struct {
	*fakeHouse
	newest model.Update
	err    error
	asked  chan string
}

func (o *oracle) CanCheckUpdates() bool { return true }
func (o *oracle) Now() model.Millis     { return 1_000_000_000_000 }

func (o *oracle) CheckUpdate(_ context.Context, running string) (model.Update, error) {
	o.asked <- running
	return o.newest, o.err
}

func TestUpdatesAreLookedForWhenWanted(t *testing.T) {
	d, f := newHouse(t)
	o := &oracle{fakeHouse: f, asked: make(chan string, 10), newest: model.Update{Newer: true, Version: "0.2.0", Published: "2026-12-01"}}
	s := NewSettings(d.Desk, f)
	d.until("read", func() bool { return s.Loaded })
	u := NewUpdates(d.Desk, o, s, "0.1.0", d.clock)
	found := 0
	u.Found = func(model.Update) { found++ }

	u.Tick()
	if u.Busy || len(o.asked) != 0 {
		t.Fatal("it looks unasked though it is off")
	}
	u.Look()
	d.until("looked", func() bool { return !u.Busy && u.Outcome != "" })
	if !u.Known.Newer || found != 0 || <-o.asked != "0.1.0" {
		t.Errorf("known %+v, said %d times", u.Known, found)
	}
	s.Change(func(m *model.Settings) { m.CheckUpdates = true })
	u.Tick()
	if u.Busy {
		t.Error("twice a day")
	}
	s.Change(func(m *model.Settings) { m.UpdatesChecked = o.Now() - model.Millis(25*time.Hour/time.Millisecond) })
	u.Tick()
	d.until("looked by itself", func() bool { return !u.Busy && found == 1 })

	// A failure is tried again after an hour, not at every change.
	o.err = model.Fail(model.ReasonRejected, "", nil)
	s.Change(func(m *model.Settings) { m.UpdatesChecked = 0 })
	d.clock.Advance(2 * time.Hour)
	u.Tick()
	d.until("failed", func() bool { return !u.Busy && u.Outcome != "" })
	u.Tick()
	if u.Busy || found != 1 {
		t.Error("at once again")
	}
}
