package snode

import (
	"crypto/ed25519"
	"fmt"
	"strconv"

	"sotto/engine/protocol/identity"
)

// SignedRequest is a request that carries a signature.
type SignedRequest interface {
	AccountRequest
	// SignedText is what the signature covers (service-nodes.md §5).
	SignedText() []byte
	auth() *Auth
}

// Signer proves that its holder may act for an account.
type Signer interface {
	// Account is the id that requests are about.
	Account() identity.ID
	// SignStorage signs the text of a request and returns the complete Auth.
	SignStorage(text []byte) Auth
}

// Sign puts the account and the signature into a request whose other fields
// are final. Changing them afterwards makes the signature wrong.
func Sign(r SignedRequest, s Signer) error {
	if s, isSub := s.(*subaccountSigner); isSub {
		if _, revoke := r.(*RevokeRequest); revoke {
			return fmt.Errorf("%w: %s by a subaccount (%x…)", ErrSigner, r.Method(), s.sub.Token[:2])
		}
	}
	*r.auth() = s.SignStorage(r.SignedText())
	return nil
}

// NewAccountSigner signs for a 05 account.
func NewAccountSigner(a *identity.Account) Signer {
	return &keySigner{id: a.ID(), key: a.Ed25519(), withKey: true}
}

// NewGroupSigner signs for a 03 group as its admin, with the group's key.
func NewGroupSigner(key ed25519.PrivateKey) Signer {
	return &keySigner{id: identity.NewID(identity.Group, publicOf(key)), key: key}
}

// NewSubaccountSigner signs for account (a group) as the member whose key the
// token names.
func NewSubaccountSigner(account identity.ID, sub Subaccount, key ed25519.PrivateKey) Signer {
	return &subaccountSigner{id: account, sub: sub, key: key}
}

type keySigner struct {
	id      identity.ID
	key     ed25519.PrivateKey
	withKey bool // 05: the id is X25519, so the Ed25519 key goes along
}

func (s *keySigner) Account() identity.ID { return s.id }

func (s *keySigner) SignStorage(text []byte) Auth {
	a := Auth{Pubkey: s.id, Signature: signature(s.key, text)}
	if s.withKey {
		pub := publicOf(s.key)
		a.Ed25519 = &pub
	}
	return a
}

type subaccountSigner struct {
	id  identity.ID
	sub Subaccount
	key ed25519.PrivateKey
}

func (s *subaccountSigner) Account() identity.ID { return s.id }

func (s *subaccountSigner) SignStorage(text []byte) Auth {
	sub := s.sub
	return Auth{Pubkey: s.id, Signature: signature(s.key, text), Subaccount: &sub}
}

func signature(key ed25519.PrivateKey, text []byte) *[64]byte {
	sig := [64]byte(ed25519.Sign(key, text))
	return &sig
}

func publicOf(key ed25519.PrivateKey) [32]byte { return [32]byte(key[32:]) }

// SubaccountToken names a key and what it may do: network prefix (3 for a
// group) ‖ flags ‖ 0 ‖ 0 ‖ Ed25519 key.
type SubaccountToken [36]byte

// Rights of a subaccount, the second byte of its token.
type Rights uint8

const (
	Read      Rights = 1
	Write     Rights = 2
	Delete    Rights = 4
	AnyPrefix Rights = 8 // the token is good whatever the account's prefix
)

// Subaccount is a token and the account's signature over its 36 bytes.
type Subaccount struct {
	Token     SubaccountToken
	Signature [64]byte
}

// NewSubaccountToken composes a token.
func NewSubaccountToken(prefix identity.Prefix, rights Rights, key [32]byte) SubaccountToken {
	t := SubaccountToken{byte(prefix), byte(rights)}
	copy(t[4:], key[:])
	return t
}

// NewSubaccount composes a token for a group member and signs it with the
// group's key.
func NewSubaccount(group ed25519.PrivateKey, rights Rights, member [32]byte) Subaccount {
	t := NewSubaccountToken(identity.Group, rights, member)
	return Subaccount{Token: t, Signature: *signature(group, t[:])}
}

// Prefix is the account prefix that the token is good for.
func (t SubaccountToken) Prefix() identity.Prefix { return identity.Prefix(t[0]) }

// Rights returns the flags.
func (t SubaccountToken) Rights() Rights { return Rights(t[1]) }

// Key returns the Ed25519 key that signs requests.
func (t SubaccountToken) Key() [32]byte { return [32]byte(t[4:]) }

// texts.

func (r *StoreRequest) SignedText() []byte {
	at := r.SigTimestamp
	if at == 0 {
		at = r.Timestamp
	}
	return text("store", r.Namespace.signed(), at)
}

func (r *RetrieveRequest) SignedText() []byte {
	return text("retrieve", r.Namespace.signed(), r.Timestamp)
}

func (r *DeleteRequest) SignedText() []byte {
	return appendStrings([]byte("delete"), r.Messages)
}

func (r *DeleteAllRequest) SignedText() []byte {
	return text("delete_all", r.Scope.signed(), r.Timestamp)
}

func (r *DeleteBeforeRequest) SignedText() []byte {
	return text("delete_before", r.Scope.signed(), r.Before)
}

func (r *ExpireRequest) SignedText() []byte {
	mode := ""
	switch {
	case r.Shorten:
		mode = "shorten"
	case r.Extend:
		mode = "extend"
	}
	b := append([]byte("expire"), mode...)
	return appendStrings(appendInts(b, r.Expiry), r.Messages)
}

func (r *ExpireAllRequest) SignedText() []byte {
	return text("expire_all", r.Scope.signed(), r.Expiry)
}

func (r *ExpiriesRequest) SignedText() []byte {
	return appendStrings(text("get_expiries", "", r.Timestamp), r.Messages)
}

func (r *RevokeRequest) SignedText() []byte {
	return appendTokens(text(r.Method(), "", r.Timestamp), r.Tokens)
}

func text(method, ns string, at int64) []byte {
	b := make([]byte, 0, len(method)+len(ns)+20)
	b = append(append(b, method...), ns...)
	return strconv.AppendInt(b, at, 10)
}

func appendStrings(b []byte, list []string) []byte {
	for _, s := range list {
		b = append(b, s...)
	}
	return b
}

func appendInts(b []byte, list []int64) []byte {
	for _, n := range list {
		b = strconv.AppendInt(b, n, 10)
	}
	return b
}

func appendTokens(b []byte, list []SubaccountToken) []byte {
	for _, t := range list {
		b = append(b, t[:]...)
	}
	return b
}
