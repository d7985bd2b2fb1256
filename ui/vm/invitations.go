package vm

import (
	"context"

	"sotto/engine/model"
)

// blocker is what blocking a request needs of the engine.
type blocker interface {
	Block(ctx context.Context, conv model.ConversationID) error
	DeclineRequest(ctx context.Context, conv model.ConversationID) error
}

// blockRequest blocks who asks: the contact, or who invited to a group, whose
// invitation is declined with that.
func blockRequest(ctx context.Context, e blocker, conv model.ConversationID, inviter model.ID) error {
	if inviter.IsZero() {
		return e.Block(ctx, conv)
	}
	if err := e.Block(ctx, model.ConversationOf(inviter)); err != nil {
		return err
	}
	return e.DeclineRequest(ctx, conv)
}
