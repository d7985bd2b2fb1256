package vm

import (
	"context"
	"slices"
	"time"

	"sotto/engine/model"
	"sotto/ui/text"
)

// ToEnd shows the newest messages.
func (c *Chat) ToEnd() {
	place := &ChatPlace{End: true}
	if !c.moreAfter {
		c.rebuild(place)
		return
	}
	c.replace(model.Anchor{End: true}, func(page) *ChatPlace {
		place.Fresh = true
		return place
	})
}

// GoTo shows a message in the middle of the view and lights it up.
func (c *Chat) GoTo(id model.MessageID) {
	if !c.loaded {
		c.open(id)
		return
	}
	c.setFlash(id)
	if i := c.index(id); i >= 0 {
		c.rebuild(&ChatPlace{Key: key(c.window[i]), Centre: true})
		return
	}
	c.replace(model.Anchor{Message: id}, func(p page) *ChatPlace {
		if p.anchor < 0 {
			c.view.Notice(text.T("chat.quote_gone"))
			return &ChatPlace{End: true, Fresh: true}
		}
		return &ChatPlace{Key: key(p.messages[p.anchor]), Centre: true, Fresh: true}
	})
}

// GoToQuoted shows what a message answers.
func (c *Chat) GoToQuoted(m *ChatMessage) {
	if m.Quote == nil {
		return
	}
	if !m.Quote.Found {
		c.view.Notice(text.T("chat.quote_gone"))
		return
	}
	c.GoTo(m.Quote.Message)
}

func (c *Chat) index(id model.MessageID) int {
	return slices.IndexFunc(c.window, func(m *ChatMessage) bool { return m.ID == id })
}

// show1 brings a message into view without lighting it up.
func (c *Chat) show1(id model.MessageID) {
	if i := c.index(id); i >= 0 {
		c.setFlash(id)
		c.rebuild(&ChatPlace{Key: key(c.window[i]), Centre: true})
	}
}

// setFlash lights a message up for a moment.
func (c *Chat) setFlash(id model.MessageID) {
	const long = 1500 * time.Millisecond
	if c.unflash != nil {
		c.unflash()
	}
	c.flash = id
	c.unflash = chatAfter(c.desk, c.clock, long, func() {
		c.flash, c.unflash = 0, nil
		c.rebuild(nil)
	})
}

// Retry sends a failed message again.
func (c *Chat) Retry(id model.MessageID) {
	c.do(func(ctx context.Context) error { return c.engine.Retry(ctx, id) })
}

// React adds an emoji to a message, or takes the own one away.
func (c *Chat) React(m *ChatMessage, emoji string) {
	add := !slices.ContainsFunc(m.Reacts, func(r ChatReaction) bool { return r.Emoji == emoji && r.Mine })
	if add {
		c.NoteEmoji(emoji)
	}
	id := m.ID
	c.desk.Do(func(ctx context.Context) error { return c.engine.React(ctx, id, emoji, add) }, func(err error) {
		if err != nil {
			c.view.Notice(sentenceIn("chat.react", err))
		}
	})
}

// Hold takes messages out of view that are about to be deleted on this device:
// then Restore, or DeleteHeld.
func (c *Chat) Hold(ids ...model.MessageID) {
	for _, id := range ids {
		c.held[id] = true
		c.dropPick(id)
		if c.cursor == id {
			c.cursor = 0
		}
		if c.Reply != nil && c.Reply.Message == id {
			c.CancelReply()
		}
	}
	c.rebuild(nil)
}

// Restore shows messages again that were held.
func (c *Chat) Restore(ids ...model.MessageID) {
	for _, id := range ids {
		delete(c.held, id)
	}
	c.rebuild(nil)
}

// DeleteHeld deletes messages that were held.
func (c *Chat) DeleteHeld(ids ...model.MessageID) {
	var going []model.MessageID
	for _, id := range ids {
		if c.held[id] {
			going = append(going, id)
		}
	}
	if len(going) == 0 || c.left {
		return
	}
	c.desk.Do(func(ctx context.Context) error { return c.engine.Delete(ctx, going, false) }, func(err error) {
		if err != nil {
			c.view.Notice(sentenceIn("chat.delete", err))
			c.Restore(going...)
		}
	})
}

// deleteHeld deletes all that is held when the screen is left.
func (c *Chat) deleteHeld() {
	var going []model.MessageID
	for id := range c.held {
		going = append(going, id)
	}
	if len(going) == 0 {
		return
	}
	e := c.engine
	c.errands.add(c.desk.Context(), errand{do: func(ctx context.Context) {
		// Nobody is left to tell; what could not be deleted is still there.
		_ = e.Delete(ctx, going, false)
	}})
}

// DeleteForEveryone deletes own messages on both sides, and notes on all own
// devices.
func (c *Chat) DeleteForEveryone(ids ...model.MessageID) {
	c.desk.Do(func(ctx context.Context) error { return c.engine.Delete(ctx, ids, true) }, func(err error) {
		if err != nil {
			c.view.Notice(sentenceIn("chat.delete", err))
		}
	})
}

// CanDeleteForEveryone reports whether a message may be deleted for everyone.
func (c *Chat) CanDeleteForEveryone(m *ChatMessage) bool {
	return m.ID != 0 && m.Line == LineNone && !m.Deleted && (m.Outgoing || c.record.Kind == model.KindSelf || c.room.Moderates()) && c.Head.Closed == ""
}

// Accept accepts the request.
func (c *Chat) Accept() {
	c.do(func(ctx context.Context) error { return c.engine.AcceptRequest(ctx, c.conv) })
}

// Decline deletes the request; Gone follows.
func (c *Chat) Decline() {
	c.do(func(ctx context.Context) error { return c.engine.DeclineRequest(ctx, c.conv) })
}

// Block drops what they send from now on. Of an invitation to a group that is
// who invited, and the invitation goes.
func (c *Chat) Block() {
	inviter := c.room.Group.Inviter
	c.do(func(ctx context.Context) error { return blockRequest(ctx, c.engine, c.conv, inviter) })
}

// Unblock undoes Block.
func (c *Chat) Unblock() {
	c.do(func(ctx context.Context) error { return c.engine.Unblock(ctx, c.conv) })
}

// TimerChoices lists how messages here may disappear; the setting in force is
// the second result.
func (c *Chat) TimerChoices() ([]TimerChoice, model.Timer) {
	return (&Contact{Conversation: c.record}).TimerChoices(), c.record.Timer
}

// followable is the line that says how the other side wants messages to
// disappear, when it is the newest of theirs and here another setting holds.
func (c *Chat) followable() *ChatMessage {
	if c.record.Kind != model.KindContact || c.record.Blocked || c.moreAfter {
		return nil
	}
	for i := len(c.window) - 1; i >= 0; i-- {
		m := c.window[i]
		if m.Line != LineTimer || m.Outgoing || c.held[m.ID] {
			continue
		}
		same := m.Setting == c.record.Timer || !m.Setting.On() && !c.record.Timer.On()
		choices, _ := c.TimerChoices()
		known := slices.ContainsFunc(choices, func(t TimerChoice) bool { return t.Timer == m.Setting })
		if same || !known {
			return nil
		}
		return m
	}
	return nil
}

// Follow takes over the setting that a line of the other side tells.
func (c *Chat) Follow(m *ChatMessage) { c.SetTimer(m.Setting) }

// SetTimer sets how messages disappear, for both sides.
func (c *Chat) SetTimer(t model.Timer) {
	c.do(func(ctx context.Context) error { return c.engine.SetTimer(ctx, c.conv, t) })
}

func (c *Chat) do(job func(context.Context) error) {
	c.desk.Do(job, func(err error) {
		if err != nil {
			c.view.Notice(Sentence(err))
		}
	})
}
