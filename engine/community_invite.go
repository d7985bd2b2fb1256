package engine

import (
	"context"

	"sotto/engine/model"
	"sotto/engine/protocol/wire"
)

// InviteToCommunity sends a card with the address of a room, which who gets it can
// join with a click (protocol/messages.md §7). It is a message like any other; the
// server is not told.
//
// Errors: ReasonNotFound (no such room), and those of SendText.
func (e *Engine) InviteToCommunity(ctx context.Context, room model.ConversationID, to []model.ConversationID) error {
	return e.update(ctx, func(w *work) error {
		rm, named, err := w.needRoom(room)
		if err != nil {
			return err
		}
		for _, conv := range to {
			c, id, err := w.target(conv)
			if err != nil {
				return err
			}
			card := model.Invitation{URL: rm.state.View.URL, Name: named.Title()}
			m := &model.Message{Kind: model.KindInvitation, Invitation: &card, Timer: c.Timer}
			if _, err := w.sendMessage(c, id, m, wire.NewCommunityInvitation(card.URL, card.Name)); err != nil {
				return err
			}
		}
		return nil
	})
}
