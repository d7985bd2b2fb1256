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

// Errors of names.
var (
	// ErrNameEmpty: nothing is left of the name after trimming.
	ErrNameEmpty = errors.New("identity: empty name")
	// ErrNameTooLong: more bytes than the network keeps.
	ErrNameTooLong = errors.New("identity: name too long")
)

// Errors of ONS.
var (
	// ErrONSName: the text breaks the name rule.
	ErrONSName = errors.New("identity: not an ONS name")
	// ErrONSValue: the encrypted value does not open with this name, or what
	// it holds is no Session ID.
	ErrONSValue = errors.New("identity: ONS value does not open")
	// ErrONSRetired: the answer has no nonce, the mark of the retired Argon2
	// format of registrations.
	ErrONSRetired = errors.New("identity: ONS value of a retired format")
)

// Errors of XEd25519 signatures.
var (
	// ErrSignature: the signature does not belong to this message and key.
	ErrSignature = errors.New("identity: signature does not verify")
)

// Errors of safety numbers.
var (
	// ErrSafetyID: a safety number exists between two accounts (prefix 05).
	ErrSafetyID = errors.New("identity: safety number needs two Session IDs")
	// ErrSafetyFormat: the scanned text is no safety number code.
	ErrSafetyFormat = errors.New("identity: not a safety number code")
	// ErrSafetyVersion: a safety number code of a version unknown here.
	ErrSafetyVersion = errors.New("identity: safety number code of an unknown version")
	// ErrSafetyOwnCode: the scanned code is the one this side shows.
	ErrSafetyOwnCode = errors.New("identity: scanned the own safety number code")
	// ErrSafetyMismatch: the two sides do not see the same two accounts.
	ErrSafetyMismatch = errors.New("identity: safety numbers differ")
)
