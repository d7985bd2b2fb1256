package main

import (
	"sync"
	"time"
)

// ending ends the program once. The toolkit may never say that it has ended: while it
// ends it can throw away an event of its own for which it then waits, with the window
// gone and the profile still held.
type ending struct {
	finish   func() int    // does what is left to do, once, and returns the exit code
	exit     func(int)     // os.Exit
	returned chan struct{} // closed when the toolkit has ended
	begun    sync.Once
}

// overdue is how long the toolkit may take; up to then a busy computer is the likelier
// reason.
const overdue = 3 * time.Second

// begin is called, from anywhere, when the toolkit was asked to end.
func (e *ending) begin() {
	e.begun.Do(func() { go e.await(time.After(overdue)) })
}

func (e *ending) await(late <-chan time.Time) {
	select {
	case <-e.returned:
	case <-late:
		e.exit(e.finish())
	}
}
