package vm

import (
	"context"
	"time"

	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/ui/text"
)

// UpdateEngine is what looking for newer versions needs of the engine.
type UpdateEngine interface {
	CanCheckUpdates() bool
	CheckUpdate(ctx context.Context, running string) (model.Update, error)
	Now() model.Millis
}

// updateEvery is how often a newer version is looked for, where that is wanted.
const updateEvery = 24 * time.Hour

// Updates looks for newer versions: when asked, and once a day where the
// settings say so. It never downloads one.
type Updates struct {
	Changed func() // on the interface's goroutine
	// Found is called for a newer version that was looked for unasked.
	Found func(u model.Update)

	Can     bool // there is a server to ask and a key to believe
	Busy    bool
	Outcome string // of the last look, in a sentence
	Known   model.Update

	desk     Desk
	engine   UpdateEngine
	settings *Settings
	clock    clock.Clock
	running  string
	next     time.Time // the next one that nobody asks for
}

// NewUpdates makes the model for the version that runs.
func NewUpdates(desk Desk, e UpdateEngine, s *Settings, running string, clk clock.Clock) *Updates {
	return &Updates{
		Changed: func() {}, Found: func(model.Update) {}, Can: e.CanCheckUpdates(),
		desk: desk, engine: e, settings: s, clock: clk, running: running,
	}
}

// Tick looks when it is time. It is called now and then, such as when the
// connection changes.
func (u *Updates) Tick() {
	if !u.Can || u.Busy || !u.settings.Loaded || !u.settings.Now.CheckUpdates || u.clock.Now().Before(u.next) {
		return
	}
	if last := u.settings.Now.UpdatesChecked; last != 0 && u.engine.Now()-last < model.Millis(updateEvery.Milliseconds()) {
		return
	}
	u.next = u.clock.Now().Add(time.Hour) // should it fail
	u.look(false)
}

// Look looks now.
func (u *Updates) Look() {
	if u.Can && !u.Busy {
		u.look(true)
	}
}

func (u *Updates) look(asked bool) {
	u.Busy, u.Outcome = true, ""
	u.Changed()
	Ask(u.desk, func(ctx context.Context) (model.Update, error) { return u.engine.CheckUpdate(ctx, u.running) },
		func(got model.Update, err error) {
			u.Busy = false
			switch {
			case err != nil:
				u.Outcome = sentenceIn("update", err)
			default:
				u.Known = got
				now := u.engine.Now()
				u.settings.Change(func(m *model.Settings) { m.UpdatesChecked = now })
				u.Outcome = text.T("update.newest")
				if got.Newer {
					u.Outcome = text.F("update.newer", "version", got.Version, "date", got.Published)
					if !asked {
						u.Found(got)
					}
				}
			}
			u.Changed()
		})
}
