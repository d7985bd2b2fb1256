package engine

import (
	"context"
	"time"

	"sotto/engine/model"
	"sotto/store"
)

// trimBatch is how many messages go in one transaction: few enough that what
// wants to write beside it waits for moments only.
const trimBatch = 250

const (
	firstTrim = time.Minute            // until the network has told its time
	trimPause = 250 * time.Millisecond // between two portions
)

// month is the length of a month in settings.
const month = 30 * 24 * time.Hour

// TrimBefore is the time before which messages go when those older than some
// months do; 0 for none.
func TrimBefore(now model.Millis, months int) model.Millis {
	if months <= 0 {
		return 0
	}
	return now - model.Millis(months)*model.Millis(month.Milliseconds())
}

// CountOlder counts the messages of all conversations that were sent before a
// time. Note to Self is not counted: notes are kept.
func (e *Engine) CountOlder(ctx context.Context, before model.Millis) (int, error) {
	n := 0
	err := e.store.View(func(tx *store.Tx) error {
		for _, c := range tx.Conversations() {
			if ctx.Err() != nil {
				return contextError(ctx)
			}
			if c.Kind != model.KindSelf {
				n += tx.CountBefore(c.ID, before)
			}
		}
		return nil
	})
	return n, storeError("count old messages", err)
}

// Trim deletes the messages of all conversations but Note to Self that were sent
// before a time, from this profile only, in portions. It can be interrupted
// through ctx: what is gone until then is gone, the rest stays. progress, which
// may be nil, gets the number of messages deleted so far. The result is that
// number at the end.
func (e *Engine) Trim(ctx context.Context, before model.Millis, progress func(done int)) (int, error) {
	done := 0
	for {
		if ctx.Err() != nil {
			return done, contextError(ctx)
		}
		var n int
		err := e.update(ctx, func(w *work) (err error) {
			n, err = w.trim(before, trimBatch)
			return err
		})
		if err != nil {
			return done, err
		}
		if done += n; n > 0 && progress != nil {
			progress(done)
		}
		if n < trimBatch {
			return done, nil
		}
	}
}

// trim deletes up to limit old messages.
func (w *work) trim(before model.Millis, limit int) (int, error) {
	n := 0
	for _, c := range w.tx.Conversations() {
		if c.Kind == model.KindSelf {
			continue
		}
		for _, id := range w.tx.MessagesBefore(c.ID, before, limit-n) {
			m, ok := w.tx.Message(id)
			if !ok {
				continue
			}
			if err := w.cancel(m); err != nil {
				return n, err
			}
			if err := w.remove(m); err != nil {
				return n, err
			}
			n++
		}
		if n == limit {
			break
		}
	}
	return n, nil
}

// trimOld deletes a portion of what the settings let go, once an hour, and says
// whether there is more.
func (c *core) trimOld() (more bool) {
	err := c.update(func(w *work) error {
		before := TrimBefore(w.now, w.setting().TrimAfter)
		if before == 0 {
			return nil
		}
		n, err := w.trim(before, trimBatch)
		more = n == trimBatch
		return err
	})
	if err != nil {
		c.storeFailed("delete old messages", err)
		return false
	}
	return more
}
