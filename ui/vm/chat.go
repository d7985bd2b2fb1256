package vm

import (
	"context"

	"sotto/engine"
	"sotto/engine/model"
)

// ChatEngine is what an open conversation needs of the engine.
type ChatEngine interface {
	Subscriber
	Me() engine.Profile
	Settings() model.Settings
	Status() model.NetworkStatus
	Now() model.Millis
	Conversation(id model.ConversationID) (model.Conversation, bool)
	Page(conv model.ConversationID, anchor model.Anchor, before, after int) model.Page
	Message(id model.MessageID) (model.Message, bool)
	Find(conv model.ConversationID, key model.MessageKey) (model.Message, bool)
	Search(q model.Query) ([]model.Hit, error)
	IsTyping(conv model.ConversationID) bool

	SendText(ctx context.Context, conv model.ConversationID, draft model.Draft) (model.MessageID, error)
	Retry(ctx context.Context, id model.MessageID) error
	React(ctx context.Context, id model.MessageID, emoji string, add bool) error
	Delete(ctx context.Context, ids []model.MessageID, everyone bool) error
	MarkRead(ctx context.Context, conv model.ConversationID, upTo model.Millis) error
	SaveDraft(ctx context.Context, conv model.ConversationID, d model.Draft) error
	SaveScroll(ctx context.Context, conv model.ConversationID, topmost model.MessageID) error
	SetTimer(ctx context.Context, conv model.ConversationID, t model.Timer) error
	AcceptRequest(ctx context.Context, conv model.ConversationID) error
	DeclineRequest(ctx context.Context, conv model.ConversationID) error
	Block(ctx context.Context, conv model.ConversationID) error
	Unblock(ctx context.Context, conv model.ConversationID) error
	Typing(conv model.ConversationID, active bool)
	Focus(conv model.ConversationID, active bool)
}
