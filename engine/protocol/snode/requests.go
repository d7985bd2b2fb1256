package snode

import "sotto/engine/protocol/identity"

// Request is one storage RPC (service-nodes.md §6). All implementations are
// pointers to the types of this file.
type Request interface {
	// Method is the name on the wire.
	Method() string
	appendParams(dst []byte) []byte
}

// AccountRequest is a request about an account: a node first checks that the
// account belongs to its swarm (421 otherwise; get_swarm excepted).
type AccountRequest interface {
	Request
	Account() identity.ID
}

// Auth is the account of a request and the proof that it may be asked.
type Auth struct {
	Pubkey identity.ID
	// Ed25519 is the account's signing key, for 05 ids only; nil otherwise.
	Ed25519 *[32]byte
	// Signature is nil when the request is not signed. When Subaccount is set
	// it was made by the subaccount's key.
	Signature  *[64]byte
	Subaccount *Subaccount
}

// Account implements AccountRequest.
func (a *Auth) Account() identity.ID { return a.Pubkey }

func (a *Auth) auth() *Auth { return a }

// InfoRequest: version and time. A good ping.
type InfoRequest struct{}

// SwarmRequest (get_swarm) asks any node for the swarm of an account. Unsigned.
type SwarmRequest struct{ Pubkey identity.ID }

// StoreRequest stores a message. It needs a signature outside public inboxes.
type StoreRequest struct {
	Auth
	Namespace Namespace
	Timestamp int64 // creation time; at most 10 s in the future
	// TTL or Expiry, exactly one: life in ms or the absolute end.
	TTL    int64
	Expiry int64
	Data   []byte // at most MaxData
	// SigTimestamp is when the signature was made, 0 for Timestamp. An old
	// message is stored with a fresh one.
	SigTimestamp int64
}

// End is the absolute expiry.
func (r *StoreRequest) End() int64 {
	if r.Expiry != 0 {
		return r.Expiry
	}
	return r.Timestamp + r.TTL
}

// RetrieveRequest reads messages in the order of storage.
type RetrieveRequest struct {
	Auth
	Namespace Namespace
	Timestamp int64  // of the signature
	LastHash  string // messages after this one; all when empty or unknown
	MaxCount  int    // 0: no limit
	MaxSize   int    // bytes; negative -k: RetrieveMax/k; 0: not given
}

// DeleteRequest deletes messages by hash, in any namespace.
type DeleteRequest struct {
	Auth
	Messages []string
	Required bool // status 404 when no member deleted anything
}

// DeleteAllRequest deletes everything in scope.
type DeleteAllRequest struct {
	Auth
	Scope     Scope
	Timestamp int64
}

// DeleteBeforeRequest deletes what was created at or before a time.
type DeleteBeforeRequest struct {
	Auth
	Scope  Scope
	Before int64
}

// ExpireRequest changes when messages end, at most to now + 30 days.
type ExpireRequest struct {
	Auth
	Messages []string
	Expiry   []int64 // one for all, or one for each message
	Shorten  bool    // only make lives shorter
	Extend   bool    // only make lives longer
}

// ExpireAllRequest shortens the life of everything in scope.
type ExpireAllRequest struct {
	Auth
	Scope  Scope
	Expiry int64
}

// ExpiriesRequest (get_expiries) asks when messages end.
type ExpiriesRequest struct {
	Auth
	Messages  []string
	Timestamp int64
}

// RevokeRequest takes the rights of subaccounts away, or gives them back when
// Undo is set (revoke_subaccount, unrevoke_subaccount). Only the account itself
// may sign it.
type RevokeRequest struct {
	Auth
	Undo      bool
	Timestamp int64
	Tokens    []SubaccountToken
}

// OxendRequest asks the daemon behind the node: get_service_nodes or ons_resolve.
type OxendRequest struct {
	Endpoint string
	Params   []byte // JSON object; nil for none
}

// The endpoints that nodes let through.
const (
	EndpointServiceNodes = "get_service_nodes"
	EndpointONS          = "ons_resolve"
)

// BatchRequest runs 1 to MaxBatch requests, all at once (batch) or one after
// another until one fails (sequence). Batches do not nest.
type BatchRequest struct {
	Sequence bool
	Requests []Request
}

// IfElseRequest runs Then or Else (either may be nil) after a condition on the
// network's state.
type IfElseRequest struct {
	If   Condition
	Then Request
	Else Request
}

// Condition holds when all of its set parts hold.
type Condition struct {
	HFAtLeast, HFBefore           []int // [hardfork, revision]
	VersionAtLeast, VersionBefore []int // storage server version
	HeightAtLeast, HeightBefore   *int64
}

// Method implements Request.
func (*InfoRequest) Method() string         { return "info" }
func (*SwarmRequest) Method() string        { return "get_swarm" }
func (*StoreRequest) Method() string        { return "store" }
func (*RetrieveRequest) Method() string     { return "retrieve" }
func (*DeleteRequest) Method() string       { return "delete" }
func (*DeleteAllRequest) Method() string    { return "delete_all" }
func (*DeleteBeforeRequest) Method() string { return "delete_before" }
func (*ExpireRequest) Method() string       { return "expire" }
func (*ExpireAllRequest) Method() string    { return "expire_all" }
func (*ExpiriesRequest) Method() string     { return "get_expiries" }
func (*OxendRequest) Method() string        { return "oxend_request" }
func (*IfElseRequest) Method() string       { return "ifelse" }

// Method implements Request.
func (r *RevokeRequest) Method() string {
	if r.Undo {
		return "unrevoke_subaccount"
	}
	return "revoke_subaccount"
}

// Method implements Request.
func (r *BatchRequest) Method() string {
	if r.Sequence {
		return "sequence"
	}
	return "batch"
}

// Account implements AccountRequest.
func (r *SwarmRequest) Account() identity.ID { return r.Pubkey }

// Recursive says whether the node forwards the request to its whole swarm.
func Recursive(r Request) bool {
	switch r.(type) {
	case *StoreRequest, *DeleteRequest, *DeleteAllRequest, *DeleteBeforeRequest,
		*ExpireRequest, *ExpireAllRequest, *RevokeRequest:
		return true
	}
	return false
}
