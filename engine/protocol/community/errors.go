package community

import (
	"errors"
	"fmt"
)

// Errors of ParseAddress and (Address).CheckKey.
var (
	// ErrAddress: the text is no community address.
	ErrAddress = errors.New("community: not a community address")
	// ErrNoKey: a community address without (or with an unreadable) public key.
	ErrNoKey = errors.New("community: address has no public key")
	// ErrKeyChanged: an address of a known server names another public key.
	ErrKeyChanged = errors.New("community: the server's key is another one than before")
)

// Errors of keys and blinded ids.
var (
	// ErrBlindedID: not a 15 or 25 id, or one that is nobody's key.
	ErrBlindedID = errors.New("community: not a usable blinded id")
	// ErrSessionID: blinded ids follow from Session IDs (prefix 05) alone.
	ErrSessionID = errors.New("community: not a usable Session ID")
)

// Errors of Open, OpenDirect and CloseDirect.
var (
	// ErrSignature: the message is not by the author that its row names.
	ErrSignature = errors.New("community: message signature does not verify")
	// ErrContent: the message verifies, but is none that can be read.
	ErrContent = errors.New("community: message content cannot be read")
	// ErrTimestamp: the message says it is from another time than the server.
	ErrTimestamp = errors.New("community: message and server disagree about the time")
	// ErrNoData: the row is a deletion or a change of reactions.
	ErrNoData = errors.New("community: row without content")
	// ErrNotOpen: the direct message is not for this account, was changed, or
	// its sender is not who the server says.
	ErrNotOpen = errors.New("community: direct message does not open")
	// ErrTooLarge: longer than the limits of this package.
	ErrTooLarge = errors.New("community: too large")
)

// ErrRequest: a request with a field that no server accepts.
var ErrRequest = errors.New("community: bad request")

// Errors of the Decode methods; a status outside 200-299 is a *StatusError.
var (
	// ErrAnswer: the answer is not what this request is answered with.
	ErrAnswer = errors.New("community: malformed answer")
	// ErrFile: a file is not the one that its message announced.
	ErrFile = errors.New("community: another file than announced")
	// ErrTooMany: the answer has more elements than a server may give.
	ErrTooMany = errors.New("community: answer with too many elements")
)

// StatusError is a server's refusal (protocol/communities.md §7).
type StatusError struct {
	Code int
	// NeedsBlinding: the server takes blinded ids only, the request had a plain
	// one (§2.1).
	NeedsBlinding bool
}

func (e *StatusError) Error() string { return fmt.Sprintf("community: server answered %d", e.Code) }

// Refusal is why a server does not act on a request: a status and, for
// authentication, the text that official servers send (protocol/communities.md
// §2.4).
type Refusal struct {
	Code int
	Text string
}

func (e *Refusal) Error() string { return fmt.Sprintf("community: %d %s", e.Code, e.Text) }
