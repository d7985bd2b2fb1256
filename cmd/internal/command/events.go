package command

import "sotto/engine/model"

// The events besides Message, of receive and of subscribe.

// ReactionEvent says which reactions a message has now.
type ReactionEvent struct {
	Event        string       `json:"event"` // "reaction"
	ID           string       `json:"id"`
	Conversation string       `json:"conversation"`
	Author       string       `json:"author"` // of the message
	Timestamp    model.Millis `json:"timestamp"`
	Reactions    []Reaction   `json:"reactions"`
}

// DeletedEvent says that a message is gone: from this profile only, or, for
// everyone, that its author took it back.
type DeletedEvent struct {
	Event        string       `json:"event"` // "deleted"
	Conversation string       `json:"conversation"`
	Author       string       `json:"author"`
	Timestamp    model.Millis `json:"timestamp"`
	Everyone     bool         `json:"everyone"`
}

// ReadEvent says how far somebody has read: a contact the message of this time,
// or the user everything up to it, here or on another device.
type ReadEvent struct {
	Event        string       `json:"event"` // "read"
	Conversation string       `json:"conversation"`
	By           string       `json:"by"`
	Timestamp    model.Millis `json:"timestamp"`
	Unread       int          `json:"unread"`
}

// TypingEvent says whether a contact types.
type TypingEvent struct {
	Event        string `json:"event"` // "typing"
	Conversation string `json:"conversation"`
	Typing       bool   `json:"typing"`
}

// ConversationEvent shows a conversation of which something has changed.
type ConversationEvent struct {
	Event string `json:"event"` // "conversation"
	Conversation
}

// GroupEvent says that group info, or community info, has another answer now.
type GroupEvent struct {
	Event        string `json:"event"` // "group"
	Conversation string `json:"conversation"`
}

// ConfigEvent says that the own profile or the settings have changed.
type ConfigEvent struct {
	Event   string `json:"event"` // "config"
	Changed string `json:"changed"`
}

// StateEvent says how far an own message got; only subscribe tells.
type StateEvent struct {
	Event        string       `json:"event"` // "state"
	ID           string       `json:"id"`
	Conversation string       `json:"conversation"`
	Timestamp    model.Millis `json:"timestamp"`
	State        string       `json:"state"`
	Failure      string       `json:"failure,omitempty"`
}
