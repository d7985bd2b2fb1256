package vm

import (
	"context"
	"strings"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/ui/text"
)

// DevicesEngine is what the page about devices needs of the engine.
type DevicesEngine interface {
	Subscriber
	Sightings() []model.Sighting
	Settings() model.Settings
	UpdateSettings(ctx context.Context, f func(*model.Settings)) error
}

// Devices is what can be known of the other devices of the account: when one of
// them changed something that all of them share.
type Devices struct {
	Changed func() // on the interface's goroutine
	Failed  func(sentence string)

	Sightings []model.Sighting // newest first
	News      bool             // a device appeared that the user has not said to be theirs

	desk   Desk
	engine DevicesEngine
	clock  clock.Clock
}

// quietFor is how long no other device was there before the next one is news
// again.
const quietFor = 30 * 24 * time.Hour

// NewDevices reads what is known and follows it.
func NewDevices(desk Desk, e DevicesEngine, clk clock.Clock) *Devices {
	d := &Devices{desk: desk, engine: e, clock: clk, Changed: func() {}, Failed: func(string) {}}
	desk.Watch(e, func(events []engine.Event) {
		for _, ev := range events {
			switch ev.(type) {
			case engine.UsedElsewhere, engine.Resync:
				d.load()
				return
			}
		}
	})
	d.load()
	return d
}

func (d *Devices) load() {
	type both struct {
		list []model.Sighting
		seen model.Millis
	}
	Ask(d.desk, func(context.Context) (both, error) {
		return both{d.engine.Sightings(), d.engine.Settings().DevicesSeen}, nil
	}, func(b both, _ error) {
		d.Sightings = b.list
		d.News = appeared(b.list) > b.seen
		d.Changed()
	})
}

// appeared is when the other devices that are about now were first seen, 0 when
// there are none.
func appeared(list []model.Sighting) model.Millis {
	var first model.Millis
	for i, s := range list {
		if i > 0 && first-s.At > model.Millis(quietFor.Milliseconds()) {
			break
		}
		first = s.At
	}
	return first
}

// Mine says that the devices seen so far are the user's own.
func (d *Devices) Mine() {
	d.News = false
	d.Changed()
	now := model.Millis(d.clock.Now().UnixMilli())
	if len(d.Sightings) > 0 {
		now = max(now, d.Sightings[0].At)
	}
	d.desk.Do(func(ctx context.Context) error {
		return d.engine.UpdateSettings(ctx, func(s *model.Settings) { s.DevicesSeen = now })
	}, func(err error) {
		if err != nil {
			d.Failed(Sentence(err))
			d.load()
		}
	})
}

// When says when a sighting was.
func (d *Devices) When(s model.Sighting) string {
	t := localTime(s.At)
	return text.F("chat.day_and_time", "day", dayText(t, d.clock.Now()), "time", clockText(t))
}

// What says what was changed in a sighting.
func (d *Devices) What(s model.Sighting) string {
	var parts []string
	for _, kind := range []struct {
		kind model.ConfigKinds
		key  string
	}{
		{model.ConfigProfile, "devices.kind_profile"}, {model.ConfigContacts, "devices.kind_contacts"},
		{model.ConfigGroups, "devices.kind_groups"}, {model.ConfigRead, "devices.kind_read"},
	} {
		if s.Changes.Has(kind.kind) {
			parts = append(parts, text.T(kind.key))
		}
	}
	return strings.Join(parts, " · ")
}
