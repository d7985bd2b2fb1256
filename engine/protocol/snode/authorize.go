package snode

import (
	"crypto/ed25519"
	"fmt"

	"sotto/engine/protocol/identity"
)

// Tolerances of nodes, in milliseconds.
const (
	SignatureTolerance = 60_000 // how far a signed time may be from now
	ForwardedTolerance = 70_000 // the same between swarm members
	StoreTolerance     = 10_000 // how far a message may lie in the future, or be over
)

// Env is what Authorize needs to know of the node.
type Env struct {
	Now int64
	HF  HardFork
	// Revoked says whether a subaccount was revoked; nil means none is.
	Revoked func(account identity.ID, token SubaccountToken) bool
	// Forwarded: the request comes from a member of the swarm.
	Forwarded bool
}

// Authorize judges everything about a parsed request that needs no storage:
// time, life, signature, rights, in the order of official nodes and with their
// texts. The error is always an *RPCError. The caller has checked before that
// the account belongs to its swarm (421 comes first). Batches are judged
// request by request by the caller; for them Authorize is always nil.
func Authorize(req Request, env Env) error {
	switch r := req.(type) {
	case *StoreRequest:
		return env.store(r)
	case *RetrieveRequest:
		return env.retrieve(r)
	case *DeleteRequest:
		return env.signed(r, "delete_msgs", Delete, false)
	case *DeleteAllRequest:
		if env.far(r.Timestamp, env.tolerance()) {
			return clockError(r)
		}
		return env.signed(r, r.Method(), Delete, false)
	case *DeleteBeforeRequest:
		if r.Before > env.Now+SignatureTolerance {
			return &RPCError{StatusUnauthorized, "delete_before timestamp too far in the future"}
		}
		return env.signed(r, r.Method(), Delete, false)
	case *ExpireRequest:
		return env.expire(r)
	case *ExpireAllRequest:
		if r.Expiry < env.Now-env.tolerance() {
			return &RPCError{StatusNotAcceptable, "expire_all timestamp should be >= current time"}
		}
		return env.signed(r, r.Method(), Delete, false)
	case *ExpiriesRequest:
		if env.far(r.Timestamp, SignatureTolerance) {
			return clockError(r)
		}
		return env.signed(r, r.Method(), Read, false)
	case *RevokeRequest:
		if env.far(r.Timestamp, SignatureTolerance) {
			return clockError(r)
		}
		if r.Subaccount != nil { // only the account itself
			return signatureError(r.Method())
		}
		return env.signed(r, r.Method(), 0, false)
	}
	return nil
}

func (e *Env) tolerance() int64 {
	if e.Forwarded {
		return ForwardedTolerance
	}
	return SignatureTolerance
}

func (e *Env) far(at, tolerance int64) bool { return at < e.Now-tolerance || at > e.Now+tolerance }

func clockError(r Request) error {
	return &RPCError{StatusNotAcceptable, r.Method() + " timestamp too far from current time"}
}

func signatureError(name string) error {
	return &RPCError{StatusUnauthorized, name + " signature verification failed"}
}

func (e *Env) store(r *StoreRequest) error {
	if ttl := r.End() - r.Timestamp; ttl < MinTTL || ttl > r.Namespace.MaxTTL() {
		return &RPCError{StatusForbidden, "Provided expiry/TTL is not valid."}
	}
	if r.Timestamp > e.Now+StoreTolerance || r.End() < e.Now-StoreTolerance {
		return &RPCError{StatusNotAcceptable, "Timestamp error: check your clock"}
	}
	if r.Namespace.PublicInbox() {
		return nil // a signature is read and ignored
	}
	if r.Signature == nil {
		return &RPCError{StatusUnauthorized, fmt.Sprintf("store: signature required to store to namespace %d", r.Namespace)}
	}
	at := r.SigTimestamp
	if at == 0 {
		at = r.Timestamp
	}
	if e.far(at, SignatureTolerance) {
		return &RPCError{StatusNotAcceptable, "store signature timestamp too far from current time"}
	}
	need := Write
	if r.Namespace.PublicOutbox() {
		need |= Delete // to store there is to delete what was there
	}
	return e.signed(r, "store", need, false)
}

func (e *Env) retrieve(r *RetrieveRequest) error {
	if r.Signature == nil {
		if r.Namespace.ReadableByAll() {
			return nil
		}
		return &RPCError{StatusUnauthorized, "retrieve: request signature required"}
	}
	if e.far(r.Timestamp, SignatureTolerance) {
		return clockError(r)
	}
	return e.signed(r, "retrieve", Read, r.Namespace.Unrevocable())
}

func (e *Env) expire(r *ExpireRequest) error {
	for _, at := range r.Expiry {
		if at < e.Now-SignatureTolerance {
			return &RPCError{StatusUnauthorized, "expire: timestamp should be >= current time"}
		}
	}
	if len(r.Expiry) > 1 && !e.HF.AtLeast(MultiExpiryFork[0], MultiExpiryFork[1]) {
		return &RPCError{StatusForbidden, "expire: multi-expiry requests are not yet active on the network"}
	}
	if err := e.signed(r, "expire:", Write, false); err != nil {
		return err
	}
	if r.Shorten && r.lacksDelete() {
		return &RPCError{StatusBadRequest,
			"expire: shorten parameter cannot be used with this subaccount token (missing delete access)"}
	}
	return nil
}

func (r *ExpireRequest) lacksDelete() bool {
	return r.Subaccount != nil && r.Subaccount.Token.Rights()&Delete == 0
}

// ExtendOnly says whether the request may only make lives longer: because it
// says so, or because its subaccount has no right to delete.
func (r *ExpireRequest) ExtendOnly() bool { return r.Extend || (r.lacksDelete() && !r.Shorten) }

// signed checks the signature and the rights of the subaccount that made it.
func (e *Env) signed(r SignedRequest, name string, need Rights, evenRevoked bool) error {
	a := r.auth()
	if a.Signature == nil || !e.verify(a, r.SignedText(), need, evenRevoked) {
		return signatureError(name)
	}
	return nil
}

func (e *Env) verify(a *Auth, text []byte, need Rights, evenRevoked bool) bool {
	key := a.Pubkey.Key()
	if a.Pubkey.Prefix() == identity.Session && a.Ed25519 != nil {
		x, err := identity.X25519FromEd25519(a.Ed25519[:])
		if err != nil || x != key {
			return false
		}
		key = *a.Ed25519
	}
	if sub := a.Subaccount; sub != nil {
		if !evenRevoked && e.Revoked != nil && e.Revoked(a.Pubkey, sub.Token) {
			return false
		}
		if !sub.allows(a.Pubkey, need) || !ed25519.Verify(key[:], sub.Token[:], sub.Signature[:]) {
			return false
		}
		key = sub.Token.Key()
	}
	return ed25519.Verify(key[:], text, a.Signature[:])
}

// allows says whether the token is for the account's kind and has the rights.
func (s *Subaccount) allows(account identity.ID, need Rights) bool {
	have := s.Token.Rights()
	if have&AnyPrefix == 0 && s.Token.Prefix() != account.Prefix() {
		return false
	}
	return have&need == need
}

// Verify checks the signature of a request alone, without time, rights and
// revocation: for tests and for members that forward.
func Verify(r SignedRequest) error {
	a := r.auth()
	if a.Signature == nil {
		return ErrNotSigned
	}
	var e Env
	if !e.verify(a, r.SignedText(), 0, true) {
		return signatureError(r.Method())
	}
	return nil
}

// Limit turns what retrieve asked for into a number of messages (0: no limit)
// and a size, counted with CountedSize. At least one message is always given,
// whatever its size.
func (r *RetrieveRequest) Limit() (count, size int) {
	count, size = max(r.MaxCount, 0), r.MaxSize
	switch {
	case size < 0:
		size = RetrieveMax / -size
	case size == 0 && count == 0:
		size = RetrieveMax / 5
	case size == 0 || size > RetrieveMax:
		size = RetrieveMax
	}
	return count, size
}

// CountedSize is what a message of n data bytes counts against the limit:
// base64 of the data, its hash and 100 bytes for the rest.
func CountedSize(n int) int { return (n+2)/3*4 + HashLength + 100 }
