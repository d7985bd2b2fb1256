package engine

import "time"

// index lets the store tend its search index while nothing else happens.
type index struct {
	at   time.Time // when the next step is due, zero when none is
	busy bool
}

const (
	indexAfter = 2 * time.Second       // of quiet
	indexPause = 20 * time.Millisecond // between steps, for whoever wants to write
)

// touched puts the upkeep off, because something has just been written.
func (x *index) touched(now time.Time) { x.at = now.Add(indexAfter) }

func (x *index) due() time.Time {
	if x.busy {
		return time.Time{}
	}
	return x.at
}

func (c *core) tendIndex(now time.Time) {
	x := &c.index
	if x.busy || x.at.IsZero() || x.at.After(now) {
		return
	}
	x.busy, x.at = true, time.Time{}
	c.spawn(func() {
		more, err := c.store.IndexStep()
		c.post(func() {
			x.busy = false
			switch {
			case err != nil:
				c.storeFailed("tend the search index", storeError("tend the search index", err))
			case more && x.at.IsZero():
				x.at = c.clock.Now().Add(indexPause)
			}
		})
	})
}
