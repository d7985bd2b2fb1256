package engine

import (
	"time"

	"sotto/engine/model"
	"sotto/store"
)

// expiry knows when the next message disappears: one timer for all.
type expiry struct{ next model.Millis } // network time, 0 none

func (x *expiry) load(tx *store.Tx) {
	x.next = 0
	if due := tx.Expiring(1); len(due) > 0 {
		x.next = due[0].At
	}
}

func (x *expiry) due(now time.Time, network model.Millis) time.Time {
	if x.next == 0 {
		return time.Time{}
	}
	return now.Add(time.Duration(max(x.next-network, 0)) * time.Millisecond)
}

// expiryChanged tells that a time of disappearing came, went or moved. It is
// safe to call for each message of a page.
func (w *work) expiryChanged() {
	if w.expiryRead {
		return
	}
	w.expiryRead = true
	w.then(func() {
		err := w.store.View(func(tx *store.Tx) error {
			w.expiry.load(tx)
			return nil
		})
		if err != nil {
			w.storeFailed("read what disappears next", err)
		}
	})
}

// expire removes what has disappeared: the row with all that belongs to it,
// without a trace (protocol/messages.md §9).
func (c *core) expire() {
	now := c.now()
	if c.expiry.next == 0 || c.expiry.next > now {
		return
	}
	err := c.update(func(w *work) error {
		for _, id := range w.tx.DueBefore(now) {
			m, ok := w.tx.Message(id)
			if !ok {
				continue
			}
			if err := w.cancel(m); err != nil {
				return err
			}
			if err := w.remove(m); err != nil {
				return err
			}
		}
		w.expiryChanged()
		return nil
	})
	if err != nil {
		c.expiry.next = now + 60_000
		c.storeFailed("remove what has disappeared", err)
	}
}

// shortened takes over when messages really end in the own swarm: another device
// may have read them earlier.
func (w *work) shortened(ends map[string]model.Millis) error {
	if len(ends) == 0 {
		return nil
	}
	for _, due := range w.tx.Expiring(maxExpiring) {
		m, ok := w.tx.Message(due.Message)
		if !ok {
			continue
		}
		end, told := ends[m.Hash]
		if m.Hash == "" || !told || m.Outgoing || m.Timer.Mode != model.ExpireAfterRead || end >= m.Expires {
			continue
		}
		m.Expires = end
		m.ExpireStart = end - model.Millis(m.Timer.Seconds)*1000
		if err := w.putMessage(m); err != nil {
			return err
		}
		w.expiryChanged()
	}
	return nil
}

// maxExpiring bounds the search for messages by hash among those whose timer
// runs.
const maxExpiring = 5000

// sweep forgets, once an hour, hashes that no swarm has any more, reactions
// whose message never came, and messages older than the settings keep them. The
// last only once the network has told its time: this computer's may be years
// ahead.
func (c *core) sweep(now time.Time) {
	if now.Before(c.poll.sweepAt) {
		return
	}
	c.poll.sweepAt = now.Add(sweepEvery)
	err := c.update(func(w *work) error {
		if _, err := w.tx.SweepSeen(w.now); err != nil {
			return err
		}
		_, err := w.tx.SweepDeferred(w.now)
		return err
	})
	if err != nil {
		c.storeFailed("forget what is over", err)
	}
	c.surveyPictures()
	switch {
	case c.view.lastSync.Load() == 0:
		c.poll.sweepAt = now.Add(firstTrim)
	case c.trimOld():
		c.poll.sweepAt = now.Add(trimPause)
	}
}
