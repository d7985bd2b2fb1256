package communityserver

import (
	"net/http"

	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// caller is who asks. The zero caller is anonymous.
type caller struct {
	id   identity.ID // 15, or 05 on a server without blinding
	user user
}

func (c *caller) anonymous() bool { return c.id.IsZero() }

// authenticate checks the headers in the order of official servers
// (protocol/communities.md §2.4): form, time, ban, nonce, signature. A user is
// known from their first good signature on.
func (t *tx) authenticate(r onion.V4Request) (*caller, *community.Refusal) {
	auth, err := community.ParseAuth(r)
	if refused, ok := err.(*community.Refusal); ok {
		return nil, refused
	}
	if auth == nil {
		return new(caller), nil
	}
	id := auth.ID
	if id.Prefix() == identity.Unblinded {
		if !t.s.NoBlinding {
			return nil, community.RefuseUnblinded()
		}
		key := auth.ID.Key()
		if id, err = identity.IDFromEd25519(key[:]); err != nil {
			return nil, &community.Refusal{Code: http.StatusBadRequest, Text: "Invalid authentication: X-SOGS-Pubkey is not a usable key"}
		}
	}
	if d := t.now/1000 - auth.Unix; d > community.AuthWindow || d < -community.AuthWindow {
		return nil, &community.Refusal{Code: http.StatusTooEarly, Text: "Invalid authentication: X-SOGS-Timestamp is too far from current time"}
	}
	u, known := t.user(id)
	if u.Banned {
		return nil, &community.Refusal{Code: http.StatusForbidden, Text: "Banned"}
	}
	nonces := t.Bucket(bucketNonces)
	if nonces.Get(auth.Nonce[:]) != nil {
		return nil, &community.Refusal{Code: http.StatusTooEarly, Text: "Invalid authentication: X-SOGS-Nonce cannot be reused"}
	}
	must(nonces.Put(auth.Nonce[:], num(t.now)))
	if !auth.Verify(t.s.PublicKey, r) {
		return nil, &community.Refusal{Code: http.StatusUnauthorized, Text: "Invalid authentication: X-SOGS-Signature verification failed"}
	}
	if !known {
		u = t.arrive(id)
		if u.Banned {
			return nil, &community.Refusal{Code: http.StatusForbidden, Text: "Banned"}
		}
	}
	u.LastActive = t.now
	t.saveUser(id, u)
	return &caller{id: id, user: u}, nil
}

// arrive makes a user known. What was said about their Session ID before counts
// for the blinded id from now on.
func (t *tx) arrive(id identity.ID) user {
	look := community.Lookup(id)
	pending := t.Bucket(bucketPending)
	session := pending.Get(look[:])
	if session == nil {
		return t.ensure(id)
	}
	old, err := identity.IDFromBytes(session)
	must(err)
	must(pending.Delete(look[:]))
	u := t.ensure(old)
	t.saveUser(old, user{})
	must(t.Bucket(bucketUsers).Delete(old[:]))
	t.eachRoom(func(r *place) {
		if o := r.override(old); o != (override{}) {
			r.setOverride(old, override{})
			r.setOverride(id, o)
		}
	})
	t.eachFuture(func(f *future) bool {
		if f.User == old {
			f.User = id
		}
		return true
	})
	return u
}

// resolve finds whom a moderator speaks of: the id itself, or the blinded id
// that is known for a Session ID. Another Session ID is remembered until its
// blinded id shows up.
func (t *tx) resolve(id identity.ID) identity.ID {
	if t.s.NoBlinding || id.Prefix() != identity.Session {
		t.ensure(id)
		return id
	}
	all, err := community.CandidatesOf(id, t.s.PublicKey)
	if err != nil {
		t.ensure(id)
		return id
	}
	for _, candidate := range []identity.ID{all.Blind15, all.Blind15Alt} {
		if _, known := t.user(candidate); known {
			return candidate
		}
	}
	t.ensure(id)
	must(t.Bucket(bucketPending).Put(all.Blind15[:], id[:]))
	return id
}
