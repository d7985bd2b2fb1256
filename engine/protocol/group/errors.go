package group

import "errors"

// Errors of secrets, members and auth data.
var (
	// ErrSeed: a group's secret is a seed of 32 bytes.
	ErrSeed = errors.New("group: a group seed has 32 bytes")
	// ErrWrongGroup: a seed, or a message, of another group.
	ErrWrongGroup = errors.New("group: belongs to another group")
	// ErrMember: not a Session ID with a usable key.
	ErrMember = errors.New("group: not a usable member")
	// ErrAuthData: the data is not what an admin of the group gave this account.
	ErrAuthData = errors.New("group: authorisation does not fit the group and account")
)

// Errors of Keys.
var (
	// ErrNotAdmin: only admins make keys.
	ErrNotAdmin = errors.New("group: only an admin can do that")
	// ErrNoKey: the group has no key yet, or no member to make one for.
	ErrNoKey = errors.New("group: no key")
	// ErrKeyMessage: not a key message of this group's admins.
	ErrKeyMessage = errors.New("group: bad key message")
	// ErrDump: not the dump of this group's keys.
	ErrDump = errors.New("group: unreadable keys")
)

// Errors of Open and Close.
var (
	// ErrNotOpen: no key opens the message, or it was changed.
	ErrNotOpen = errors.New("group: message does not open")
	// ErrRefused: the message opens, but breaks a rule.
	ErrRefused = errors.New("group: message refused")
	// ErrTooLarge: longer than a group message may be.
	ErrTooLarge = errors.New("group: message too large")
)

// ErrSignature: what only admins may say is not signed by one.
var ErrSignature = errors.New("group: admin signature does not verify")
