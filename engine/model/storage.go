package model

// StorageUse is what a profile takes on the disk, in bytes.
type StorageUse struct {
	Database    int64 // the whole file, with Free and Index
	Free        int64 // of it, what compacting gives back
	Index       int64 // of it, the search index
	Attachments int64
	Messages    int // stored, in all conversations
	// Conversations that hold messages, those with the most first.
	Conversations []ConversationUse
}

// ConversationUse is the share of one conversation.
type ConversationUse struct {
	Conversation Conversation
	Messages     int
}

// Cleared is how far the swarm has answered a request to delete everything.
type Cleared struct {
	Members   int // of the own swarm
	Confirmed int // of them, those that have signed that they deleted everything
}
