package identity

import "errors"

// Errors of ParseID, ParseSessionID and (*ID).UnmarshalText.
var (
	// ErrIDLength: an identifier is 66 hexadecimal characters (33 bytes).
	ErrIDLength = errors.New("identity: an identifier has 66 characters")
	// ErrIDHex: a character outside 0-9, a-f, A-F.
	ErrIDHex = errors.New("identity: an identifier has hexadecimal characters only")
	// ErrIDPrefix: the first byte is no prefix that is known or allowed here.
	ErrIDPrefix = errors.New("identity: identifier prefix not allowed here")
	// ErrIDKey: the 32 bytes after the prefix cannot be anybody's key.
	ErrIDKey = errors.New("identity: identifier holds no usable key")
)

// Errors of keys.
var (
	// ErrSeedLength: a seed is 16 bytes (13 words) or 32 bytes (25 words).
	ErrSeedLength = errors.New("identity: a seed has 16 or 32 bytes")
	// ErrPoint: the bytes are no point of the curve, not canonical, or of
	// small order.
	ErrPoint = errors.New("identity: not a usable curve point")
)
