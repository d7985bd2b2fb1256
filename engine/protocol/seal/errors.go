package seal

import (
	"errors"
	"fmt"
)

// Errors of Open. They arrive wrapped in *Error.
var (
	// ErrNotOpen: the message is not for this account, was changed on its way,
	// or is not signed by its sender.
	ErrNotOpen = errors.New("message does not open")
	// ErrProtocolV2: a message of protocol version 2, to be skipped silently.
	ErrProtocolV2 = errors.New("message of protocol version 2")
	// ErrRefused: the message is well-formed in parts but breaks a rule of
	// protocol version 1.
	ErrRefused = errors.New("message refused")
)

// Errors of Close.
var (
	// ErrRecipient: the recipient is not an account (prefix 05), or its key is
	// one that everybody can open boxes for.
	ErrRecipient = errors.New("seal: recipient is not an account")
	// ErrTooLarge: the closed message is longer than wire.MaxBlob.
	ErrTooLarge = errors.New("seal: message too large")
	// ErrNoEntropy: the options have no source for a random key.
	ErrNoEntropy = errors.New("seal: no source of randomness")
	// ErrEphemeralUsed: an Ephemeral closes one message only.
	ErrEphemeralUsed = errors.New("seal: ephemeral key used before")
	// ErrNoTimestamp: the Content has no sigTimestamp.
	ErrNoTimestamp = errors.New("seal: content without timestamp")
)

// Reason says which step of docs/protocol/messages.md §1.2 refused a message.
// It is for logs and counters; only the sentinels above are for decisions.
type Reason uint8

const (
	ReasonProtocolV2   Reason = iota + 1 // first byte 0x00
	ReasonOuter                          // not a WebSocketMessage with a body
	ReasonEnvelope                       // not an Envelope, or one with bad fields
	ReasonEnvelopeType                   // an Envelope of another type than 6
	ReasonBox                            // the sealed box does not open
	ReasonShort                          // no room for a key and a signature
	ReasonSignature                      // the inner signature does not verify
	ReasonSenderKey                      // the sender's key is not usable
	ReasonContent                        // not a Content, or one with bad fields
	ReasonTimestamp                      // sigTimestamp is not that of the Envelope
)

var reasonNames = [...]string{
	ReasonProtocolV2:   "protocol version 2",
	ReasonOuter:        "outer message",
	ReasonEnvelope:     "envelope",
	ReasonEnvelopeType: "envelope type",
	ReasonBox:          "sealed box",
	ReasonShort:        "plaintext too short",
	ReasonSignature:    "inner signature",
	ReasonSenderKey:    "sender key",
	ReasonContent:      "content",
	ReasonTimestamp:    "timestamps differ",
}

func (r Reason) String() string {
	if int(r) < len(reasonNames) && reasonNames[r] != "" {
		return reasonNames[r]
	}
	return "unknown"
}

// Error is a message that Open did not accept.
type Error struct {
	Reason Reason
	Err    error // the sentinel: ErrNotOpen, ErrProtocolV2 or ErrRefused
	Cause  error // details, such as a *wire.Error; may be nil
}

func (e *Error) Error() string {
	if e.Cause == nil {
		return fmt.Sprintf("seal: %v: %v", e.Err, e.Reason)
	}
	return fmt.Sprintf("seal: %v: %v: %v", e.Err, e.Reason, e.Cause)
}

// Unwrap gives the sentinel and the cause.
func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Err}
	}
	return []error{e.Err, e.Cause}
}
