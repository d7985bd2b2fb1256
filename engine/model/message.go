package model

import (
	"time"

	"sotto/engine/protocol/identity"
)

// MessageKind tells what a row of a conversation is.
type MessageKind uint8

const (
	KindText            MessageKind = iota // text, attachments, quote, preview
	KindTimerChange                        // "set messages to disappear": Timer holds the new setting
	KindRequestAccepted                    // "accepted your request"
	KindDeleted                            // "this message was deleted"
	KindMediaSaved                         // they saved media
	KindScreenshot                         // they took a screenshot
	KindMissedCall                         // a call this client could not take
	KindInvitation                         // community invitation card
	KindGroupChange                        // a line about members, name, picture of a group
)

// State is how far a message got.
type State uint8

const (
	StateReceived State = iota // incoming
	StateQueued                // stored, not yet in the recipient's swarm
	StateSending               // a request is on its way
	StateSent                  // the recipient's swarm has it
	StateRead                  // the recipient said so
	StateFailed                // given up for now; Failure says why
)

func (s State) String() string {
	switch s {
	case StateReceived:
		return "received"
	case StateQueued, StateSending:
		return "queued"
	case StateSent:
		return "sent"
	case StateRead:
		return "read"
	case StateFailed:
		return "failed"
	}
	return "unknown"
}

// QuoteRef points at the message a reply answers: its sender and sent time.
type QuoteRef struct {
	Author    identity.ID
	Timestamp Millis
}

// Reaction is one person's emoji on a message.
type Reaction struct {
	Author identity.ID // zero when a community does not name anybody
	Emoji  string
	At     Millis
	// More is how many further people reacted so whom a community does not name;
	// it stands at the first entry of the emoji.
	More int
}

// Attachment is what a message says of one file (protocol/attachments.md §1).
type Attachment struct {
	URL     string
	Key     []byte
	Digest  []byte
	Size    uint32 // plain bytes
	Type    string // MIME type as claimed by the sender
	Name    string
	Voice   bool
	Width   uint32
	Height  uint32
	Caption string
	LocalID string // content-addressed name in the profile once it is there

	Wanted  bool   // to be fetched, by the user's wish or by the rules
	Failure Reason // why it could not be fetched, ReasonNone while it may be
	Preview []byte // tiny picture for picture.Blur, of pictures that are here
	// Of sounds: what a player found out, how far the user listened, and
	// whether to the end (of voice messages: at all, by the one received).
	Sound    Sound
	Position time.Duration
	Played   bool
}

// LinkPreview is a preview that the sender made.
type LinkPreview struct {
	URL, Title string
	Image      *Attachment
}

// Invitation is an invitation to a community.
type Invitation struct {
	URL, Name string
}

// Whisper says who sees a message of a community, besides its author.
type Whisper struct {
	To         identity.ID // this person; zero: nobody in particular
	Moderators bool        // the moderators
}

// Message is one row of a conversation. Its identity on the network is
// (Sender, Timestamp); ID is only this profile's.
type Message struct {
	ID           MessageID
	Conversation ConversationID
	Sender       identity.ID
	Outgoing     bool
	Kind         MessageKind
	Timestamp    Millis // sent time, network clock of the sender
	Received     Millis // when this profile stored it

	Text        string
	Quote       *QuoteRef
	Attachments []Attachment
	Preview     *LinkPreview
	Invitation  *Invitation
	Change      *GroupChange // of KindGroupChange
	Reactions   []Reaction
	Mention     bool     // mentions or quotes the user, or is whispered to them
	Whisper     *Whisper // of a message in a community that not everybody sees
	Edited      Millis   // when the author changed it last, 0 never

	State   State
	Failure Reason
	NextTry Millis // when the outbox tries again; 0 when it does not by itself
	Unread  bool   // incoming and not yet read

	Hash string // of the copy in the account's own swarm; empty until known

	Timer       Timer  // disappears by this; for KindTimerChange also the new setting
	ExpireStart Millis // when the timer began to run, 0 if it has not
	Expires     Millis // when the row goes, 0 never
}

// MessageKey is the identity of a message on the network.
type MessageKey struct {
	Sender    identity.ID
	Timestamp Millis
}

// Key returns the network identity.
func (m Message) Key() MessageKey { return MessageKey{m.Sender, m.Timestamp} }
