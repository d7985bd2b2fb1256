package engine

import (
	"context"
	"slices"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/wire"
)

// React adds an emoji to a message, or takes it away. Adding what is there and
// taking away what is not does nothing. Errors: ReasonInvalid (not one emoji),
// ReasonNotAllowed (blocked, a message that shows no text, more than 20
// reactions a minute).
func (e *Engine) React(ctx context.Context, id model.MessageID, emoji string, add bool) error {
	if !oneEmoji(emoji) {
		return fail(model.ReasonInvalid, "a reaction is one emoji")
	}
	return e.do(ctx, func(c *core) error {
		now := c.clock.Now()
		if !c.limits.allow(now) {
			return fail(model.ReasonNotAllowed, "too many reactions, wait a minute")
		}
		sent := false
		err := c.update(func(w *work) (err error) {
			sent, err = w.react(id, emoji, add)
			return err
		})
		if sent && err == nil {
			c.limits.count(now)
		}
		return err
	})
}

func (w *work) react(id model.MessageID, emoji string, add bool) (sent bool, err error) {
	m, err := w.message(id)
	if err != nil {
		return false, err
	}
	conv, err := w.need(m.Conversation)
	if err != nil {
		return false, err
	}
	if rm := w.room(m.Conversation); rm != nil {
		if m.Kind != model.KindText && m.Kind != model.KindInvitation || m.Whisper != nil {
			return false, fail(model.ReasonNotAllowed, "this message takes no reactions")
		}
		return true, w.reactInRoom(rm, &m, emoji, add)
	}
	to, _ := m.Conversation.ID()
	switch conv.Kind {
	case model.KindGroup:
		_, _, err = w.groupTarget(m.Conversation)
	case model.KindLegacyGroup:
		err = errLegacyGroup()
	default:
		to, err = recipient(m.Conversation)
	}
	if err != nil {
		return false, err
	}
	if conv.Blocked || m.Kind != model.KindText && m.Kind != model.KindInvitation {
		return false, fail(model.ReasonNotAllowed, "this message takes no reactions")
	}
	if !applyReaction(&m, model.Reaction{Author: w.me, Emoji: emoji, At: w.now}, add) {
		return false, nil
	}
	if conv.Kind != model.KindGroup {
		if err := w.approve(conv); err != nil {
			return false, err
		}
	}
	when, err := w.stamp() // after that of the answer to a request
	if err != nil {
		return false, err
	}
	if err := w.tx.PutMessage(m); err != nil {
		return false, err
	}
	w.emit(ReactionChanged{m.Conversation, m.ID})
	action := wire.React
	if !add {
		action = wire.Remove
	}
	_, err = w.enqueue(outgoing{
		to: to, sent: when, timer: conv.Timer, profile: true, timed: true,
		content: wire.NewReaction(m.Sender.String(), uint64(m.Timestamp), emoji, action),
	})
	return true, err
}

// maxReactions bounds what one message keeps, against a hostile contact.
const maxReactions = 200

// applyReaction changes the reactions of m and reports whether anything changed.
func applyReaction(m *model.Message, r model.Reaction, add bool) bool {
	i := slices.IndexFunc(m.Reactions, func(have model.Reaction) bool {
		return have.Author == r.Author && have.Emoji == r.Emoji
	})
	switch {
	case add && i < 0 && len(m.Reactions) < maxReactions:
		m.Reactions = append(m.Reactions, r)
		return true
	case !add && i >= 0:
		m.Reactions = slices.Delete(m.Reactions, i, i+1)
		return true
	}
	return false
}

// limiter holds reactions to what official clients send: 20 a minute.
type limiter struct{ times []time.Time }

const reactionsPerMinute = 20

func (l *limiter) allow(now time.Time) bool {
	l.times = slices.DeleteFunc(l.times, func(t time.Time) bool { return now.Sub(t) >= time.Minute })
	return len(l.times) < reactionsPerMinute
}

func (l *limiter) count(now time.Time) { l.times = append(l.times, now) }
