package config

import (
	"errors"
	"fmt"
)

// Reasons why Merge refuses a message; they arrive in Refusal.Err.
var (
	// ErrNotOpen: no key opens it, or it was changed on its way.
	ErrNotOpen = errors.New("config message does not open")
	// ErrCompression: broken zstd, or more behind it than the limit.
	ErrCompression = errors.New("config message does not decompress")
	// ErrMultipart: a part that is no part, does not fit the others of its
	// message, or is more than is kept at a time.
	ErrMultipart = errors.New("bad part of a config message")
	// ErrFormat: the plaintext is no config message. The cause, often a
	// *bt.SyntaxError, is wrapped beside it.
	ErrFormat = errors.New("malformed config message")
	// ErrSeqno: a seqno below 0 or above MaxSeqno, or a lagged one that is not
	// below the message's own.
	ErrSeqno = errors.New("impossible seqno in config message")
	// ErrSignature: the signature of the group is missing or wrong.
	ErrSignature = errors.New("config message is not signed by the group")
)

// Errors of edits, Push and the constructors.
var (
	// ErrReadOnly: a member without the group's seed cannot change its config.
	ErrReadOnly = errors.New("config: read-only")
	// ErrTooLarge: the config does not fit into the swarm (MaxMessage). The
	// state stays as it is and needs a push still.
	ErrTooLarge = errors.New("config: too large to store")
	// ErrNoKey: a group config that has no encryption key yet.
	ErrNoKey = errors.New("config: no encryption key")
	// ErrDump: the dump is damaged.
	ErrDump = errors.New("config: damaged dump")
	// ErrID: an id of the wrong kind for this entry.
	ErrID = errors.New("config: id of the wrong kind")
	// ErrName: a name or description that is too long or not UTF-8.
	ErrName = errors.New("config: name too long or not text")
	// ErrPicture: a picture URL above MaxPictureURL bytes, or a key that is not
	// 32 bytes long.
	ErrPicture = errors.New("config: bad picture URL or key")
	// ErrCommunity: not the address of a community.
	ErrCommunity = errors.New("config: bad community address")
	// ErrValue: a number or field outside of what the format can hold.
	ErrValue = errors.New("config: value out of range")
)

// formatError is ErrFormat with its cause.
type formatError struct{ cause error }

func (e *formatError) Error() string   { return fmt.Sprintf("%v: %v", ErrFormat, e.cause) }
func (e *formatError) Unwrap() []error { return []error{ErrFormat, e.cause} }

func malformed(cause error) error { return &formatError{cause} }

// Causes inside a formatError, beside those of package bt.
var (
	errKeys   = errors.New("keys missing or out of place")
	errEmpty  = errors.New("empty dict or set")
	errSet    = errors.New("set not ascending, or with more than scalars")
	errDiff   = errors.New("impossible diff")
	errLagged = errors.New("impossible lagged diffs")
)
