package community

import (
	"crypto/ed25519"
	"crypto/sha512"
	"fmt"
	"io"

	"filippo.io/edwards25519"
	"golang.org/x/crypto/blake2b"

	"sotto/engine/protocol/identity"
)

// Key is an account as one server knows it: it signs requests and messages
// there. It is safe for concurrent use until Zero.
type Key struct {
	id      identity.ID // of requests: 15, 25 or 00
	author  identity.ID // of messages: 15, 25 or 05
	account *identity.Account
	server  [32]byte
	secret  *edwards25519.Scalar // a: the account's scalar
	blinded *edwards25519.Scalar // ka; nil for a plain key
	prefix  []byte               // what the signature's nonce is hashed from
}

// accountScalar is a = clamp(SHA-512(seed)[0:32]), modulo the group order.
func accountScalar(account *identity.Account) *edwards25519.Scalar {
	x := account.X25519Private()
	defer clear(x[:])
	a, err := new(edwards25519.Scalar).SetBytesWithClamping(x[:])
	if err != nil {
		panic("community: scalar refuses 32 bytes")
	}
	return a
}

// Blind15 derives the key that servers with blinding ask for today
// (protocol/communities.md §2.2). server is the server's X25519 public key.
func Blind15(account *identity.Account, server [32]byte) *Key {
	seed := account.Ed25519Seed()
	h := sha512.Sum512(seed[:])
	defer clear(seed[:])
	defer clear(h[:32])
	k := &Key{account: account, server: server, secret: accountScalar(account), prefix: h[32:]}
	return k.blind(identity.Blinded15, factor15(server))
}

// Blind25 derives the key of the newer scheme (§2.3). No server accepts it yet.
func Blind25(account *identity.Account, server [32]byte) *Key {
	seed := account.Ed25519Seed()
	defer clear(seed[:])
	k := &Key{account: account, server: server, secret: accountScalar(account)}
	k.prefix = keyed256("SessCommBlind25_seed", seed[:])
	factor := factor25(account.ID(), server)
	if account.Ed25519Public()[31]&0x80 != 0 {
		factor.Negate(factor)
	}
	return k.blind(identity.Blinded25, factor)
}

func (k *Key) blind(p identity.Prefix, factor *edwards25519.Scalar) *Key {
	k.blinded = new(edwards25519.Scalar).Multiply(factor, k.secret)
	k.id = identity.NewID(p, [32]byte(new(edwards25519.Point).ScalarBaseMult(k.blinded).Bytes()))
	k.author = k.id
	return k
}

// Plain is the account itself, for a server without blinding (§2.1).
func Plain(account *identity.Account, server [32]byte) *Key {
	return &Key{
		id:      identity.NewID(identity.Unblinded, [32]byte(account.Ed25519Public())),
		author:  account.ID(),
		account: account,
		server:  server,
		secret:  accountScalar(account),
	}
}

// ID is what requests are signed as: a 15, 25 or 00 id.
func (k *Key) ID() identity.ID { return k.id }

// Author is what stands beside the account's messages: a 15, 25 or 05 id.
func (k *Key) Author() identity.ID { return k.author }

// Server is the public key of the server that the key is for.
func (k *Key) Server() [32]byte { return k.server }

// Blinded reports whether the key hides the account.
func (k *Key) Blinded() bool { return k.blinded != nil }

// Zero overwrites the secrets.
func (k *Key) Zero() {
	zero := edwards25519.NewScalar()
	k.secret.Set(zero)
	if k.blinded != nil {
		k.blinded.Set(zero)
	}
	clear(k.prefix)
	k.account = nil
}

// Format keeps the scalars out of anything printed with package fmt.
func (k *Key) Format(f fmt.State, _ rune) { io.WriteString(f, "community.Key(redacted)") }

// sign is the signature of requests, and of messages under a blinded key.
func (k *Key) sign(message []byte) [64]byte {
	if k.blinded == nil {
		return [64]byte(ed25519.Sign(k.account.Ed25519(), message))
	}
	pub := k.id.Key()
	var r *edwards25519.Scalar
	if k.id.Prefix() == identity.Blinded25 {
		h, err := blake2b.New512([]byte("SessCommBlind25_sig"))
		if err != nil {
			panic("community: " + err.Error())
		}
		h.Write(k.prefix)
		h.Write(pub[:])
		h.Write(message)
		r = scalar64(h.Sum(nil))
	} else {
		r = hashScalar(k.prefix, pub[:], message)
	}
	commit := new(edwards25519.Point).ScalarBaseMult(r).Bytes()
	h := hashScalar(commit, pub[:], message)
	s := new(edwards25519.Scalar).MultiplyAdd(h, k.blinded, r)
	var sig [64]byte
	copy(sig[:32], commit)
	copy(sig[32:], s.Bytes())
	return sig
}

// signMessage signs a message's padded content. Only a plain key reads random.
func (k *Key) signMessage(random io.Reader, data []byte) ([64]byte, error) {
	if k.blinded != nil {
		return k.sign(data), nil
	}
	return identity.SignXEd25519(random, k.account.X25519Private(), data)
}

func hashScalar(parts ...[]byte) *edwards25519.Scalar {
	h := sha512.New()
	for _, p := range parts {
		h.Write(p)
	}
	return scalar64(h.Sum(nil))
}

func keyed256(key string, message []byte) []byte {
	h, err := blake2b.New256([]byte(key))
	if err != nil {
		panic("community: " + err.Error())
	}
	h.Write(message)
	return h.Sum(nil)
}

// verify checks a signature by the owner of id: Ed25519 for 15, 25 and 00, the
// Curve25519 signature of old for 05 (§5.4).
func verify(id identity.ID, message, signature []byte) bool {
	key := id.Key()
	switch id.Prefix() {
	case identity.Session:
		return identity.VerifyCurveSignature(key, message, signature) == nil
	case identity.Blinded15, identity.Blinded25, identity.Unblinded:
		// Under a point of small order some signatures fit every message.
		p, err := new(edwards25519.Point).SetBytes(key[:])
		if err != nil || [32]byte(p.Bytes()) != key ||
			new(edwards25519.Point).MultByCofactor(p).Equal(edwards25519.NewIdentityPoint()) == 1 {
			return false
		}
		return len(signature) == ed25519.SignatureSize && ed25519.Verify(key[:], message, signature)
	}
	return false
}
