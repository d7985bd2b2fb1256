package engine

import (
	"context"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
)

// StartConversation opens the conversation with an account; nobody is told.
// The own id is Note to Self.
func (e *Engine) StartConversation(ctx context.Context, id model.ID) (model.ConversationID, error) {
	if id.Prefix() != identity.Session {
		return "", fail(model.ReasonNotAllowed, "this id belongs to no account that can be written to")
	}
	conv := model.ConversationOf(id)
	return conv, e.update(ctx, func(w *work) error {
		c, err := w.open(id)
		if err != nil {
			return err
		}
		w.active(c, w.now)
		return nil
	})
}

// ResolveName looks up an ONS name. Errors: ReasonInvalid (no name),
// ReasonNotFound (not registered), ReasonRejected (nodes disagree),
// ReasonOffline.
func (e *Engine) ResolveName(ctx context.Context, ons string) (model.ID, error) {
	return e.core.net.resolve(ctx, ons)
}

// change is a command that changes the record of one conversation.
func (e *Engine) change(ctx context.Context, conv model.ConversationID, f func(w *work, c *conversation) error) error {
	return e.update(ctx, func(w *work) error {
		c, err := w.need(conv)
		if err != nil {
			return err
		}
		if err := f(w, c); err != nil {
			return err
		}
		w.touch(c)
		return nil
	})
}

// SetNickname sets what the user calls a contact, at most 100 bytes; empty takes
// it away.
func (e *Engine) SetNickname(ctx context.Context, conv model.ConversationID, name string) error {
	name = identity.TrimName(name)
	if name != "" {
		clean, err := cleanName(name)
		if err != nil {
			return err
		}
		name = clean
	}
	return e.change(ctx, conv, func(w *work, c *conversation) error {
		c.Nickname = name
		w.emit(ConversationsChanged{})
		return nil
	})
}

// SetPinned pins a conversation above those pinned before, or unpins it.
func (e *Engine) SetPinned(ctx context.Context, conv model.ConversationID, pinned bool) error {
	return e.change(ctx, conv, func(w *work, c *conversation) error {
		switch {
		case !pinned:
			c.Pinned = 0
		case c.Pinned == 0:
			for _, other := range w.tx.Conversations() {
				c.Pinned = max(c.Pinned, other.Pinned)
			}
			c.Pinned++
		}
		w.emit(ConversationsChanged{})
		return nil
	})
}

// SetMuted silences a conversation until a time (network time in ms);
// model.MuteForever until it is changed, 0 ends it.
func (e *Engine) SetMuted(ctx context.Context, conv model.ConversationID, until model.Millis) error {
	return e.change(ctx, conv, func(w *work, c *conversation) error {
		c.MutedUntil = until
		return nil
	})
}

// SetNotify chooses which messages of a conversation notify.
func (e *Engine) SetNotify(ctx context.Context, conv model.ConversationID, mode model.NotifyMode) error {
	return e.change(ctx, conv, func(w *work, c *conversation) error {
		if mode > model.NotifyNone {
			return fail(model.ReasonInvalid, "there is no such choice of notifications")
		}
		c.Notify = mode
		return nil
	})
}

// SetFetchFiles has files of a community fetched as they come, or only when they
// are asked for (Download), as at first. Others follow the settings.
// ReasonNotAllowed for them.
func (e *Engine) SetFetchFiles(ctx context.Context, conv model.ConversationID, on bool) error {
	return e.change(ctx, conv, func(w *work, c *conversation) error {
		if c.Kind != model.KindCommunity {
			return fail(model.ReasonNotAllowed, "only communities have a choice of their own about files")
		}
		c.FetchFiles = on
		return nil
	})
}

// SetHidden takes a conversation off the list until something new arrives, or
// puts it back. Hiding unpins.
func (e *Engine) SetHidden(ctx context.Context, conv model.ConversationID, hidden bool) error {
	return e.change(ctx, conv, func(w *work, c *conversation) error {
		c.Hidden = hidden
		if hidden {
			c.Pinned = 0
		}
		w.emit(ConversationsChanged{}, RequestsChanged{})
		return nil
	})
}

// SaveDraft keeps unsent text of a conversation; an empty draft forgets it.
func (e *Engine) SaveDraft(ctx context.Context, conv model.ConversationID, d model.Draft) error {
	const limit = 100_000 // bytes; more cannot be sent anyway
	if len(d.Text) > limit {
		return fail(model.ReasonTooLarge, "the draft is too long")
	}
	return e.change(ctx, conv, func(w *work, c *conversation) error {
		c.Draft = d
		return nil
	})
}

// SaveScroll keeps where the reader of a conversation left off; 0 is the end.
func (e *Engine) SaveScroll(ctx context.Context, conv model.ConversationID, topmost model.MessageID) error {
	return e.update(ctx, func(w *work) error {
		c, err := w.need(conv)
		if err != nil {
			return err
		}
		c.FirstRead, c.changed = topmost, true
		return nil
	})
}

// ClearMessages deletes all messages of a conversation here, and the
// conversation stays.
func (e *Engine) ClearMessages(ctx context.Context, conv model.ConversationID) error {
	return e.update(ctx, func(w *work) error { return w.clearMessages(conv, func(*conversation) {}) })
}

// DeleteHistory is ClearMessages for a conversation that leaves the list with
// its messages, its draft and its pin. The contact stays a contact, and who
// writes again is back in the list.
func (e *Engine) DeleteHistory(ctx context.Context, conv model.ConversationID) error {
	return e.update(ctx, func(w *work) error {
		return w.clearMessages(conv, func(c *conversation) {
			c.Hidden, c.Archived, c.Pinned, c.MarkedUnread, c.Draft = true, false, 0, false, model.Draft{}
		})
	})
}

func (w *work) clearMessages(conv model.ConversationID, and func(*conversation)) error {
	c, err := w.need(conv)
	if err != nil {
		return err
	}
	if err := w.cancelAll(conv); err != nil {
		return err
	}
	c.FirstRead, c.changed = 0, true
	and(c)
	w.mirror(conv)
	if err := w.forget(conv); err != nil {
		return err
	}
	if err := w.tx.ClearMessages(conv); err != nil {
		return err
	}
	w.expiryChanged()
	w.emit(Resync{})
	return nil
}

// DeleteConversation deletes a conversation with all messages and, for a
// contact, everything known about it: who writes again is a stranger again. A
// group or community that the account is in has to be left: ReasonNotAllowed.
func (e *Engine) DeleteConversation(ctx context.Context, conv model.ConversationID) error {
	return e.update(ctx, func(w *work) error {
		c, err := w.need(conv)
		switch {
		case err != nil:
			return err
		case c.Kind == model.KindGroup && w.group(conv) != nil:
			return fail(model.ReasonNotAllowed, "leave the group to delete it")
		case c.Kind == model.KindGroup:
			return w.dropGroupConversation(conv)
		case c.Kind == model.KindLegacyGroup:
			return w.dropLegacyGroup(conv)
		case w.room(conv) != nil:
			return fail(model.ReasonNotAllowed, "leave the community to delete it")
		}
		return w.deleteConversation(conv)
	})
}

// dropLegacyGroup deletes a closed group of old, for the other devices too.
func (w *work) dropLegacyGroup(conv model.ConversationID) error {
	id, _ := conv.ID()
	w.configsTouched = true
	if _, err := w.configs.groups.EraseLegacyGroup(id); err != nil {
		return mirrorError(err)
	}
	return w.deleteConversation(conv)
}

func (w *work) deleteConversation(conv model.ConversationID) error {
	c, err := w.need(conv)
	if err != nil {
		return err
	}
	kind := c.Kind
	delete(w.convs, conv)
	delete(w.mirrored, conv)
	w.erased = append(w.erased, conv)
	if err := w.cancelAll(conv); err != nil {
		return err
	}
	if err := w.tx.DeleteConversation(conv); err != nil {
		return err
	}
	if kind == model.KindGroup || kind == model.KindCommunity {
		if err := w.forgetPeople(conv); err != nil {
			return err
		}
	}
	w.expiryChanged()
	w.emit(ConversationChanged{conv}, ConversationsChanged{}, RequestsChanged{})
	return nil
}

// SetTimer sets how messages of a conversation disappear, for both sides, and
// shows a line about it. The zero Timer switches it off. Allowed are 5 minutes
// (after reading only), 1 hour (after reading only), 12 hours, 1, 7 and 14 days;
// Note to Self and groups know after sending only, and in a group only admins set
// it (ReasonNotAllowed).
func (e *Engine) SetTimer(ctx context.Context, conv model.ConversationID, t model.Timer) error {
	if id, ok := conv.ID(); ok && id.Prefix() == identity.Group {
		return e.setGroupTimer(ctx, conv, t)
	}
	to, err := recipient(conv)
	if err != nil {
		return err
	}
	return e.update(ctx, func(w *work) error {
		c, err := w.open(to)
		if err != nil {
			return err
		}
		switch {
		case c.Kind == model.KindLegacyGroup:
			return errLegacyGroup()
		case c.Blocked:
			return fail(model.ReasonNotAllowed, "the contact is blocked")
		case !allowedTimer(t, c.Kind):
			return fail(model.ReasonInvalid, "messages cannot disappear that way")
		}
		if !t.On() {
			t = model.Timer{}
		}
		if c.Timer == t {
			return nil
		}
		if err := w.approve(c); err != nil {
			return err
		}
		c.Timer = t
		m := &model.Message{Kind: model.KindTimerChange, Timer: t}
		content := wire.NewTimerUpdate(expiration(t), t.Seconds)
		if _, err := w.sendMessage(c, to, m, content); err != nil {
			return err
		}
		c.TimerChanged = m.Timestamp
		w.touch(c)
		return nil
	})
}

// allowedTimer knows the choices of official clients (protocol/messages.md §9).
func allowedTimer(t model.Timer, kind model.Kind) bool {
	if t.Mode == model.ExpireOff {
		return true
	}
	const minute, hour, day = 60, 60 * 60, 24 * 60 * 60
	switch t.Seconds {
	case 12 * hour, day, 7 * day, 14 * day:
		return t.Mode == model.ExpireAfterSend || t.Mode == model.ExpireAfterRead && kind == model.KindContact
	case 5 * minute, hour:
		return t.Mode == model.ExpireAfterRead && kind == model.KindContact
	}
	return false
}
