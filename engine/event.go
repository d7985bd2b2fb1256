package engine

import "sotto/engine/model"

// Event says that something changed, and where. It carries no data: who shows
// the thing asks for it again, so a lost, doubled or late event does no harm.
// The set is closed; all events are comparable, and equal ones that wait in a
// Subscription collapse into one.
type Event interface{ event() }

// MessageAdded is emitted when a message, sent or received, is in the store
// for the first time. It is not the sign to notify anybody: see Notify.
type MessageAdded struct {
	Conversation model.ConversationID
	Message      model.MessageID
}

// MessageChanged is emitted when a message got another state (queued, sent,
// read, failed), content (deleted for everyone, an attachment arrived), hash,
// or time of disappearing.
type MessageChanged struct {
	Conversation model.ConversationID
	Message      model.MessageID
}

// MessageDeleted is emitted when the row of a message is gone: deleted here,
// disappeared, or its conversation was cleared.
type MessageDeleted struct {
	Conversation model.ConversationID
	Key          model.MessageKey
}

// ReactionChanged is emitted when somebody's reaction to a message came or
// went.
type ReactionChanged struct {
	Conversation model.ConversationID
	Message      model.MessageID
}

// ConversationChanged is emitted when anything that a row of the list or the
// header of a conversation shows has changed: name, last message, unread
// count, draft, timer, approval.
type ConversationChanged struct {
	Conversation model.ConversationID
}

// ConversationsChanged is emitted when the list itself has changed: a
// conversation came, went, was hidden, pinned, or took another place.
type ConversationsChanged struct{}

// RequestsChanged is emitted when an incoming message request came or went.
type RequestsChanged struct{}

// GroupChanged is emitted when what Group or Community returns has changed:
// members, their states, name, description, picture, timer, pins, the own rights,
// or that the account is in the group or room at all.
type GroupChanged struct {
	Conversation model.ConversationID
}

// ReadChanged is emitted when the read position or the unread count of a
// conversation has changed, here or on another device.
type ReadChanged struct {
	Conversation model.ConversationID
}

// TypingChanged is emitted when the other side began or stopped typing.
type TypingChanged struct {
	Conversation model.ConversationID
}

// PictureChanged is emitted when the picture of a conversation can be had here,
// or turned out not to be had; see Avatar. Another picture is a
// ConversationChanged first.
type PictureChanged struct {
	Conversation model.ConversationID
}

// ProfileChanged is emitted when the own name or picture has changed, or how far
// the picture is on its way to the others.
type ProfileChanged struct{}

// SettingsChanged is emitted when a setting has changed.
type SettingsChanged struct{}

// StatusChanged is emitted when the answer of Status has changed: connection,
// paths, pending messages, clock, last sync.
type StatusChanged struct{}

// Notify is emitted when an incoming message asks for the user's attention by
// the rules of its conversation (muted, mentions only, requests only once).
// The window decides whether it shows something.
type Notify struct {
	Conversation model.ConversationID
	Message      model.MessageID
}

// UsedElsewhere is emitted when another device of the account changed something
// that all devices share; see Sightings.
type UsedElsewhere struct{}

// NewerProtocol is emitted once a run, when somebody wrote in the newer version
// of the protocol, which this program recognises and cannot read.
type NewerProtocol struct{}

// TransferChanged is emitted when a file of a message came forward on its way to
// or from the file server: see Transfer. What it comes to (the file is here, it
// failed, the message is sent) is a MessageChanged.
type TransferChanged struct {
	Conversation model.ConversationID
	Message      model.MessageID
	Index        int // model.PreviewImage for the picture of a link preview
}

// Resync is emitted in place of events that did not fit the mailbox of a slow
// subscriber: everything may have changed.
type Resync struct{}

func (MessageAdded) event()         {}
func (MessageChanged) event()       {}
func (MessageDeleted) event()       {}
func (ReactionChanged) event()      {}
func (ConversationChanged) event()  {}
func (ConversationsChanged) event() {}
func (RequestsChanged) event()      {}
func (GroupChanged) event()         {}
func (ReadChanged) event()          {}
func (TypingChanged) event()        {}
func (PictureChanged) event()       {}
func (ProfileChanged) event()       {}
func (SettingsChanged) event()      {}
func (StatusChanged) event()        {}
func (Notify) event()               {}
func (UsedElsewhere) event()        {}
func (NewerProtocol) event()        {}
func (TransferChanged) event()      {}
func (Resync) event()               {}
