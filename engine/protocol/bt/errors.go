package bt

import (
	"errors"
	"fmt"
)

// Causes of a *SyntaxError, for errors.Is.
var (
	// ErrTruncated: the input ends inside a value.
	ErrTruncated = errors.New("input ends inside a value")
	// ErrSyntax: a byte that cannot stand where it stands.
	ErrSyntax = errors.New("unexpected byte")
	// ErrNumber: a number that is written in more than the shortest way.
	ErrNumber = errors.New("number not in its shortest form")
	// ErrRange: an integer that does not fit into 64 bits, or into the type
	// that was asked for.
	ErrRange = errors.New("integer out of range")
	// ErrOrder: a dict key that is not above the key before it.
	ErrOrder = errors.New("dict keys not ascending")
	// ErrTrailing: bytes behind the value.
	ErrTrailing = errors.New("bytes behind the value")
	// ErrLimit: deeper, longer or with more values than the limits allow.
	ErrLimit = errors.New("value exceeds the limits")
	// ErrKind: a value of another kind than the caller asked for.
	ErrKind = errors.New("value of another kind")
)

// SyntaxError tells where reading stopped. It holds none of the input.
type SyntaxError struct {
	Offset int   // position of the byte in question
	Err    error // one of the causes above
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("bt: %v at byte %d", e.Err, e.Offset) }

// Unwrap returns the cause.
func (e *SyntaxError) Unwrap() error { return e.Err }

// Errors of Writer and Encode.
var (
	// ErrType: Encode was given a type that has no encoding.
	ErrType = errors.New("bt: type has no encoding")
	// ErrState: a call that does not fit the place: a value in a dict without
	// a key, a key outside a dict, End without a container, an open container
	// at the end.
	ErrState = errors.New("bt: call does not fit the place")
)
