package snode

import (
	"errors"
	"fmt"
)

// RPCError is an answer with a plain text in place of JSON, as a node sends it
// and as a client receives it: the HTTP status, or the code within an onion
// answer or a batch (protocol/service-nodes.md §3).
type RPCError struct {
	Status int
	Text   string
}

func (e *RPCError) Error() string { return fmt.Sprintf("storage RPC: %d: %s", e.Status, e.Text) }

// WrongSwarmError is an answer with status 421: the account does not belong to
// the node asked. Swarm holds the right one, as far as that node knows; its
// list may be empty.
type WrongSwarmError struct{ Swarm *SwarmAnswer }

func (e *WrongSwarmError) Error() string {
	return fmt.Sprintf("storage RPC: 421: wrong swarm, right one has %d nodes", len(e.Swarm.Snodes))
}

// Status codes that a client must tell apart (service-nodes.md §9).
const (
	StatusOK            = 200
	StatusBadRequest    = 400 // the caller's fault: no retry, no blame
	StatusUnauthorized  = 401 // signature refused, or subaccount revoked
	StatusForbidden     = 403 // TTL
	StatusNotFound      = 404
	StatusNotAcceptable = 406 // the clock
	StatusWrongSwarm    = 421
	StatusTooEarly      = 425 // the clock, too
	StatusRateLimited   = 429
	StatusFailed        = 500
	StatusBadGateway    = 502
	StatusNotReady      = 503
	StatusTimeout       = 504
)

// IsClock says whether a status means that this side's clock is wrong.
func IsClock(status int) bool { return status == StatusNotAcceptable || status == StatusTooEarly }

// Errors of the Decode functions and of [Sign].
var (
	// ErrAnswer: an answer that is not what the method answers.
	ErrAnswer = errors.New("snode: malformed answer")
	// ErrNodeList: a list of nodes that cannot be read.
	ErrNodeList = errors.New("snode: malformed node list")
	// ErrAddress: not a .snode address.
	ErrAddress = errors.New("snode: malformed .snode address")
	// ErrSigner: the signer cannot sign this request, such as a subaccount that
	// is asked to revoke another.
	ErrSigner = errors.New("snode: request cannot be signed by this signer")
	// ErrNotSigned: the request or result has no signature.
	ErrNotSigned = errors.New("snode: not signed")
)
