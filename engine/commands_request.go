package engine

import (
	"context"

	"sotto/engine/model"
)

// AcceptRequest accepts an incoming message request: the contact is told, and
// receives name and picture with it. Accepting an invitation to a group joins it.
// Accepting twice does nothing.
func (e *Engine) AcceptRequest(ctx context.Context, conv model.ConversationID) error {
	return e.update(ctx, func(w *work) error {
		c, err := w.need(conv)
		if err != nil {
			return err
		}
		if c.Blocked {
			return fail(model.ReasonNotAllowed, "the contact is blocked")
		}
		if c.Kind == model.KindGroup {
			if c.Approved {
				return nil
			}
			return w.acceptGroup(c)
		}
		return w.approve(c)
	})
}

// DeclineRequest deletes an incoming request, or an invitation to a group, and all
// of it. Nobody is told; a new message makes a new request.
func (e *Engine) DeclineRequest(ctx context.Context, conv model.ConversationID) error {
	return e.update(ctx, func(w *work) error {
		c, err := w.need(conv)
		if err != nil {
			return err
		}
		if c.Approved {
			return fail(model.ReasonNotAllowed, "this is not a message request")
		}
		return w.decline(c)
	})
}

// DeclineRequests declines several requests and invitations at once. Those that
// are gone meanwhile, or were accepted on the way, are left out.
func (e *Engine) DeclineRequests(ctx context.Context, convs []model.ConversationID) error {
	return e.update(ctx, func(w *work) error {
		for _, conv := range convs {
			c := w.find(conv)
			if c == nil || c.Approved {
				continue
			}
			if err := w.decline(c); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *work) decline(c *conversation) error {
	if c.Kind == model.KindGroup {
		return w.dropGroupConversation(c.ID)
	}
	return w.deleteConversation(c.ID)
}

// Block drops everything that a contact sends from now on. Nobody is told.
func (e *Engine) Block(ctx context.Context, conv model.ConversationID) error {
	return e.setBlocked(ctx, conv, true)
}

// Unblock ends Block. What was fetched and dropped meanwhile does not come back;
// what still waits in the swarm arrives.
func (e *Engine) Unblock(ctx context.Context, conv model.ConversationID) error {
	return e.setBlocked(ctx, conv, false)
}

func (e *Engine) setBlocked(ctx context.Context, conv model.ConversationID, blocked bool) error {
	id, err := recipient(conv)
	if err != nil {
		return err
	}
	return e.update(ctx, func(w *work) error {
		if id == w.me {
			return fail(model.ReasonNotAllowed, "nobody can block themselves")
		}
		c, err := w.open(id)
		if err != nil || c.Blocked == blocked {
			return err
		}
		c.Blocked = blocked
		w.touch(c)
		w.emit(ConversationsChanged{}, RequestsChanged{})
		return nil
	})
}
