package wire

import (
	"errors"
	"fmt"
)

// Causes of a refused message. They arrive wrapped in *Error.
var (
	// ErrMalformed: the bytes are not a protobuf message.
	ErrMalformed = errors.New("malformed protobuf")
	// ErrTooDeep: groups of unknown fields nested deeper than any client does.
	ErrTooDeep = errors.New("nested too deep")
	// ErrMissing: a required field is absent, or holds an enum value that this
	// protocol does not know (which proto2 treats as absent).
	ErrMissing = errors.New("required field missing")
	// ErrUTF8: a string is not valid UTF-8.
	ErrUTF8 = errors.New("string is not valid UTF-8")
	// ErrTooMany: a repeated field has more elements than are allowed.
	ErrTooMany = errors.New("too many elements")
	// ErrEnum: an enum value to be encoded is not one of the protocol.
	ErrEnum = errors.New("unknown enum value")
	// ErrFlags: DataMessage.flags is neither 0 nor FlagExpirationTimerUpdate.
	ErrFlags = errors.New("unsupported flags")
	// ErrSource: Envelope.source is neither empty nor 66 hex characters.
	ErrSource = errors.New("bad envelope source")
	// ErrProSig: Envelope.proSig is present and not 64 bytes.
	ErrProSig = errors.New("bad pro signature length")
	// ErrNoContent: Envelope.content or WebSocketMessage.request.body is absent
	// or empty.
	ErrNoContent = errors.New("no content")
)

// Error says which field of which message was refused, and why.
type Error struct {
	Message string // protobuf name, such as "Quote"
	Field   int    // field number; 0 when the message as a whole is meant
	Err     error  // one of the causes above
}

func (e *Error) Error() string {
	if e.Field == 0 {
		return fmt.Sprintf("wire: %s: %v", e.Message, e.Err)
	}
	return fmt.Sprintf("wire: %s field %d: %v", e.Message, e.Field, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }
