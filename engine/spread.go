package engine

import (
	"time"

	"sotto/engine/model"
	"sotto/internal/redact"
	"sotto/store"
)

// spreadAfter are the pauses before messages are stored again that only one
// member of a swarm took.
var spreadAfter = []time.Duration{2 * time.Second, 15 * time.Second, 2 * time.Minute}

// maxSpreads is how many requests may wait or run for that. In a swarm of which
// one member is left nothing can be spread.
const maxSpreads = 4

// spread stores messages again that only one member took because the others
// slept or could not be reached: members do not catch up with one another
// (service-nodes-observed.md §1.8), so when that member goes, the messages go
// with it. The same bytes have the same hash, so no member keeps them twice.
// For the sender they are sent; what fails here is only tried again.
func (c *core) spread(recipient model.ID, rows []store.OutboxRow) {
	if len(rows) == 0 || c.out.spreads >= maxSpreads {
		return
	}
	c.out.spreads++
	ctx := c.flight
	c.spawn(func() {
		for _, pause := range spreadAfter {
			timer := c.clock.NewTimer(pause)
			select {
			case <-timer.C():
			case <-ctx.Done():
				timer.Stop()
			}
			if ctx.Err() != nil {
				break
			}
			results, err := c.deliver(ctx, recipient, rows, true)
			if err != nil {
				continue
			}
			var left []store.OutboxRow
			for i, r := range results {
				if r.thin || r.err != nil {
					left = append(left, rows[i])
				}
			}
			if rows = left; len(rows) == 0 {
				break
			}
		}
		c.log.Debug("spread in a swarm", "swarm", redact.ID(recipient.String()), "still thin", len(rows))
		c.post(func() { c.out.spreads-- })
	})
}
