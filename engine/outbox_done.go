package engine

import (
	"log/slog"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
	"sotto/internal/redact"
	"sotto/store"
)

func hashRow(kind uint8, me model.ID, now model.Millis, data []byte) store.OutboxRow {
	return store.OutboxRow{
		Kind: kind, Recipient: me, Namespace: int16(snode.Default), Timestamp: now, TTL: lifetime, Data: data,
	}
}

// delivered takes the outcome of a request back on the loop.
func (c *core) delivered(recipient model.ID, seqs []uint64, rows []store.OutboxRow, results []sendResult, err error) {
	l := c.out.lane(recipient)
	l.flights--
	c.out.busy--
	for _, seq := range seqs {
		delete(l.flying, seq)
	}
	defer c.out.tidy(l)
	if c.ctx.Err() != nil {
		return // whatever it was, the rows are still there
	}
	again := err
	if err == nil {
		for _, r := range results {
			if r.err != nil && !permanent(r.err) && again == nil {
				again = r.err
			}
		}
	}
	if again == nil {
		l.attempts = 0
		c.setProblem(model.ReasonNone)
		if len(rows) > 0 && rows[0].Kind == rowMessage {
			c.poll.expectNews(c.clock.Now(), c.jitter())
		}
	} else {
		// Of several requests that fail together the first one counts.
		if now := c.clock.Now(); !l.nextTry.After(now) {
			l.attempts++
			l.nextTry = now.Add(retryAfter[min(l.attempts, len(retryAfter))-1])
		}
		c.setProblem(model.ReasonOf(again))
		c.log.Info("not delivered, will try again", "swarm", redact.ID(recipient.String()), "rows", len(rows),
			"attempt", l.attempts, "reason", model.ReasonOf(again).String(), "err", again)
	}
	nextTry := c.now() + model.Millis(l.nextTry.Sub(c.clock.Now()).Milliseconds())
	uerr := c.update(func(w *work) error {
		for i, r := range rows {
			rowErr := err
			var result sendResult
			if err == nil {
				result = results[i]
				rowErr = result.err
			}
			if err := w.settle(r, result, rowErr, nextTry); err != nil {
				return err
			}
		}
		return nil
	})
	if uerr != nil {
		// The rows are still there; sending the same bytes again does no harm.
		l.nextTry = c.clock.Now().Add(retryAfter[len(retryAfter)-1])
		c.storeFailed("keep the result of sending", uerr)
		return
	}
	var thin []store.OutboxRow
	for i, r := range results {
		if r.thin {
			thin = append(thin, rows[i])
		}
	}
	c.spread(recipient, thin)
}

// storeFailed logs an error of the store that no command reports, and shows
// its reason in the status.
func (c *core) storeFailed(doing string, err error) {
	c.setProblem(model.ReasonOf(err))
	c.log.Error("could not "+doing, "err", err)
}

func (c *core) setProblem(r model.Reason) {
	if c.view.problem.Swap(uint32(r)) != uint32(r) {
		c.hub.emit(StatusChanged{})
	}
}

// settle records what became of a row.
func (w *work) settle(r store.OutboxRow, result sendResult, err error, nextTry model.Millis) error {
	if _, there := w.tx.OutboxRow(r.Seq); !there {
		return nil // deleted while its request was on the way
	}
	switch {
	case err == nil:
		return w.settled(r, result)
	case permanent(err):
		return w.refused(r, model.ReasonOf(err))
	}
	if r.Kind != rowMessage && r.Kind != rowSelf && r.Kind != rowPost && r.Kind != rowCall {
		return nil
	}
	m, ok := w.tx.Message(r.Message)
	if !ok || m.NextTry == nextTry {
		return nil
	}
	m.NextTry = nextTry
	return w.putMessage(m)
}

// settled records a success.
func (w *work) settled(r store.OutboxRow, result sendResult) error {
	if r.Kind == rowPost || r.Kind == rowCall {
		return w.roomSettled(r, result)
	}
	if err := w.dequeue(r); err != nil {
		return err
	}
	switch r.Kind {
	case rowMessage, rowSelf:
		w.then(func() { w.out.sent++ })
		if err := w.messageSent(r.Message); err != nil {
			return err
		}
	case rowShorten:
		return w.shortened(result.expires)
	case rowInvite:
		return w.inviteDone(r, true)
	}
	if err := w.leftTold(r.Recipient); err != nil {
		return err
	}
	if (r.Recipient == w.me || r.Recipient.Prefix() == identity.Group) && result.hash != "" {
		// The next poll need not open what this device has written.
		record := store.SeenRecord{Expiry: w.now + r.TTL, Reason: seenOwn}
		if r.Recipient != w.me {
			record.Message = r.Message // a deletion in a group names it by hash
		}
		return w.tx.MarkSeen(r.Recipient, r.Namespace, result.hash, record)
	}
	return nil
}

func (w *work) messageSent(id model.MessageID) error {
	m, ok := w.tx.Message(id)
	if !ok {
		return nil
	}
	if m.State == model.StateQueued || m.State == model.StateSending || m.State == model.StateFailed {
		m.State = model.StateSent
	}
	m.Failure, m.NextTry = model.ReasonNone, 0
	if m.Timer.On() && m.ExpireStart == 0 {
		m.ExpireStart = w.now
		m.Expires = w.now + model.Millis(m.Timer.Seconds)*1000
		w.expiryChanged()
	}
	return w.putMessage(m)
}

// refused records a failure that no repetition cures. A message waits with its
// bytes for Retry; the rest is dropped, nobody could do anything about it.
func (w *work) refused(r store.OutboxRow, reason model.Reason) error {
	if _, leaving := w.groups.leaving[r.Recipient]; leaving {
		// The group has shut the door already.
		if err := w.dequeue(r); err != nil {
			return err
		}
		return w.leftTold(r.Recipient)
	}
	level := slog.LevelWarn
	if r.Kind == rowPost || r.Kind == rowCall || r.Kind == rowUpload && w.room(r.Conversation) != nil {
		level = slog.LevelInfo // a community may do as it likes
	}
	w.log.Log(w.ctx, level, "the network refuses for good", "kind", r.Kind, "reason", reason.String(),
		slog.String("swarm", redact.ID(r.Recipient.String())))
	if r.Kind == rowInvite {
		if err := w.inviteDone(r, false); err != nil {
			return err
		}
	}
	if r.Kind == rowCall {
		w.callRefused(r)
	}
	if r.Message == 0 || r.Kind != rowMessage && r.Kind != rowSelf && r.Kind != rowPost && r.Kind != rowCall && r.Kind != rowUpload {
		return w.dequeue(r)
	}
	m, ok := w.tx.Message(r.Message)
	if !ok {
		return w.dequeue(r)
	}
	return w.fail(r, m, reason)
}

// fail lets a message and its row wait for Retry.
func (w *work) fail(r store.OutboxRow, m model.Message, reason model.Reason) error {
	r.State = rowFailed
	if err := w.tx.PutOutbox(r); err != nil {
		return err
	}
	w.then(func() { w.out.setState(r) })
	m.State, m.Failure, m.NextTry = model.StateFailed, reason, 0
	return w.putMessage(m)
}

// putMessage stores a changed message and tells.
func (w *work) putMessage(m model.Message) error {
	if err := w.tx.PutMessage(m); err != nil {
		return err
	}
	w.emit(MessageChanged{m.Conversation, m.ID}, ConversationChanged{m.Conversation})
	return nil
}
