package onion

import (
	"errors"
	"fmt"
)

// Errors of [Build].
var (
	// ErrPathTooLong: more than MaxHops hops before the destination.
	ErrPathTooLong = errors.New("onion: path too long")
	// ErrTooLarge: the finished request exceeds MaxRequest bytes, which a guard
	// refuses by closing the connection.
	ErrTooLarge = errors.New("onion: request too large")
	// ErrBadKey: a recipient's X25519 key is not usable (all zero or of low order).
	ErrBadKey = errors.New("onion: bad recipient key")
	// ErrBadDestination: a server destination without host or with a target
	// that no node forwards.
	ErrBadDestination = errors.New("onion: bad destination")
)

// Errors of [Request.OpenAnswer] and [DecodeV4Response], [DecodeV4Request].
var (
	// ErrAnswerDoesNotOpen: the bytes are not an answer to this request.
	ErrAnswerDoesNotOpen = errors.New("onion: answer does not open")
	// ErrAnswerFormat: the answer opened, but what is inside has not the form
	// of an answer.
	ErrAnswerFormat = errors.New("onion: malformed answer")
	// ErrV4Format: not a v4 request or response.
	ErrV4Format = errors.New("onion: malformed v4 payload")
)

// ErrFrame is the cause of every error of [SplitFrame].
var ErrFrame = errors.New("onion: malformed frame")

// errCiphertext is the single cause for a layer that does not open.
var errCiphertext = errors.New("onion: invalid ciphertext")

// PeelError is the answer of a node (or server) that cannot read a request at
// all: an HTTP status with a plain text that travels back unencrypted, because
// the node has no key to encrypt it with. Status and Text are exactly what
// official storage servers send (protocol/service-nodes-observed.md §6).
type PeelError struct {
	Status int
	Text   string
}

func (e *PeelError) Error() string {
	return fmt.Sprintf("onion: refused with %d: %s", e.Status, e.Text)
}
