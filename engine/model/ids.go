package model

import (
	"fmt"
	"strconv"

	"sotto/engine/protocol/identity"
)

// ConversationID names a conversation: the lower-case hex of a Session ID (05,
// also the own one, which is Note to Self) or of a closed group (03), or for a
// community its server URL, a slash and the room.
type ConversationID string

// ConversationOf returns the conversation with an account or a closed group.
func ConversationOf(id identity.ID) ConversationID { return ConversationID(id.String()) }

// ID returns the account or group behind the conversation; ok is false for a
// community.
func (c ConversationID) ID() (id identity.ID, ok bool) {
	id, err := identity.ParseID(string(c))
	return id, err == nil
}

// MessageID numbers the messages of a profile in the order in which they were
// stored. It never leaves the profile; zero is no message.
type MessageID uint64

// String returns 16 lower-case hex digits.
func (m MessageID) String() string { return fmt.Sprintf("%016x", uint64(m)) }

// ParseMessageID reads what String wrote.
func ParseMessageID(s string) (MessageID, error) {
	n, err := strconv.ParseUint(s, 16, 64)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("message id %q is not a hexadecimal number", s)
	}
	return MessageID(n), nil
}

// Millis is network time in Unix milliseconds, the unit of every timestamp of
// the protocol.
type Millis int64

// ID is an account or group id (33 bytes: prefix and key), here so that rooms
// which may not import the protocol can name it.
type ID = identity.ID

// ParseID reads an id of any kind from its 66 hexadecimal digits.
func ParseID(s string) (ID, error) { return identity.ParseID(s) }
