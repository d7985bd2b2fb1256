package store

import "sotto/engine/model"

// AccountRecord is the account of the profile.
type AccountRecord struct {
	Seed           []byte // 16 bytes of the recovery phrase
	Name           string
	ProfileUpdated int64 // seconds
	Created        model.Millis
	LastTimestamp  model.Millis // newest sent time given out, so that sent times rise
	Picture        model.Picture
	// Unmerged is set from restoring an account until what its other devices
	// left in the swarm was taken over; before that nothing is pushed.
	Unmerged bool
}

// Zero wipes the seed.
func (a *AccountRecord) Zero() { clear(a.Seed) }

// Due is a message and when its timer ends.
type Due struct {
	At      model.Millis
	Message model.MessageID
}

// OutboxRow is one store request that waits for its swarm. Data are the exact
// bytes sent at every attempt.
type OutboxRow struct {
	Seq          uint64 // given by AddOutbox, rising
	Kind         uint8  // the engine's
	State        uint8  // the engine's
	Message      model.MessageID
	Conversation model.ConversationID
	Recipient    model.ID // whose swarm
	Namespace    int16
	Data         []byte
	Timestamp    model.Millis
	TTL          model.Millis
	Attempts     uint32
	NextTry      model.Millis
}

// Deferred is something that arrived before the message it belongs to.
type Deferred struct {
	Kind    uint8 // the engine's
	Payload []byte
	Until   model.Millis
}

// SeenRecord says of a hash that was handled why it need not be handled again.
type SeenRecord struct {
	Expiry model.Millis
	Reason uint8 // the engine's
	// Message is what the hash was, 0 when it is not to be found by it.
	Message model.MessageID
}
