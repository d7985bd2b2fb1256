package vm

import (
	"context"
	"slices"

	"sotto/engine/model"
)

// leaver is what leaving a group or a community needs of the engine.
type leaver interface {
	LeaveGroup(ctx context.Context, conv model.ConversationID) error
	LeaveCommunity(ctx context.Context, conv model.ConversationID) error
	DeleteConversation(ctx context.Context, conv model.ConversationID) error
}

// leave leaves a group or a community; a group of the old kind is only deleted.
func leave(ctx context.Context, e leaver, kind model.Kind, conv model.ConversationID) error {
	switch kind {
	case model.KindGroup:
		return e.LeaveGroup(ctx, conv)
	case model.KindCommunity:
		return e.LeaveCommunity(ctx, conv)
	}
	return e.DeleteConversation(ctx, conv)
}

// leaving is the key under which the sentences about leaving stand.
func leaving(kind model.Kind, g *model.Group, me model.ID) string {
	switch {
	case kind == model.KindCommunity:
		return "community.leave"
	case kind != model.KindGroup, g.Lost != model.NotLost:
		return "group.remove_conv"
	case g.Admin && !slices.ContainsFunc(g.Members, func(m model.GroupMember) bool {
		return m.Admin && m.State == model.MemberAccepted && m.ID != me
	}):
		return "group.leave_last" // nobody else could keep it
	}
	return "group.leave"
}
