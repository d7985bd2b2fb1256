package vm

import (
	"context"
	"errors"

	system "sotto/internal/desktop"
	"sotto/ui/text"
)

// AutostartRecord is the system's record of what it starts.
type AutostartRecord interface {
	On() (bool, error)
	Set(on bool) error
}

// Autostart is the choice whether the system starts the program. It shows what
// the system's record says, and no memory of it.
type Autostart struct {
	Changed func() // on the interface's goroutine
	Failed  func(sentence string)

	On        bool
	Elsewhere bool // the system decides about it in its own settings

	desk   Desk
	record AutostartRecord
	asked  int
}

// NewAutostart makes the choice; Load reads it.
func NewAutostart(desk Desk, r AutostartRecord) *Autostart {
	return &Autostart{Changed: func() {}, Failed: func(string) {}, desk: desk, record: r}
}

// Load reads the record again: others write it too.
func (a *Autostart) Load() {
	a.asked++
	asked := a.asked
	Ask(a.desk, func(context.Context) (bool, error) { return a.record.On() }, func(on bool, err error) {
		if asked != a.asked {
			return
		}
		elsewhere := errors.Is(err, system.ErrAutostart)
		if on != a.On || elsewhere != a.Elsewhere {
			a.On, a.Elsewhere = on, elsewhere
			a.Changed()
		}
	})
}

// Set changes it; shown at once, and as it was when that does not work.
func (a *Autostart) Set(on bool) {
	a.asked++
	a.On = on
	a.Changed()
	a.desk.Do(func(context.Context) error { return a.record.Set(on) }, func(err error) {
		if err != nil {
			a.Failed(text.T("window.start_failed"))
		}
		a.Load()
	})
}
