package vm

import (
	"context"

	"sotto/engine"
	"sotto/engine/model"
)

// ChatsEngine is what the list of conversations needs of the engine.
type ChatsEngine interface {
	Subscriber
	Me() engine.Profile
	Conversations(f engine.Filter) []model.Conversation
	Conversation(id model.ConversationID) (model.Conversation, bool)
	Message(id model.MessageID) (model.Message, bool)
	Search(q model.Query) ([]model.Hit, error)
	IsTyping(conv model.ConversationID) bool
	Now() model.Millis
	SetPinned(ctx context.Context, conv model.ConversationID, pinned bool) error
	SetMuted(ctx context.Context, conv model.ConversationID, until model.Millis) error
	SetHidden(ctx context.Context, conv model.ConversationID, hidden bool) error
	MarkRead(ctx context.Context, conv model.ConversationID, upTo model.Millis) error
	MarkUnread(ctx context.Context, conv model.ConversationID) error
	Block(ctx context.Context, conv model.ConversationID) error
	Unblock(ctx context.Context, conv model.ConversationID) error
	ClearMessages(ctx context.Context, conv model.ConversationID) error
	DeleteConversation(ctx context.Context, conv model.ConversationID) error
}
