package community

import (
	"filippo.io/edwards25519"
	"golang.org/x/crypto/blake2b"

	"sotto/engine/protocol/identity"
)

// scalar64 reads 64 bytes as a little-endian number modulo the group order.
func scalar64(b []byte) *edwards25519.Scalar {
	s, err := new(edwards25519.Scalar).SetUniformBytes(b)
	if err != nil {
		panic("community: scalar refuses 64 bytes")
	}
	return s
}

// factor15 is the blinding factor that all accounts of a server share:
// k = BLAKE2b-512(server key) mod L (protocol/communities.md §2.2).
func factor15(server [32]byte) *edwards25519.Scalar {
	h := blake2b.Sum512(server[:])
	return scalar64(h[:])
}

// factor25 is the factor of one account on one server, for the key with sign
// bit 0: k' = BLAKE2b-512(05 ‖ X ‖ server key) mod L (§2.3).
func factor25(session identity.ID, server [32]byte) *edwards25519.Scalar {
	h := blake2b.Sum512(append(session.Bytes(), server[:]...))
	return scalar64(h[:])
}

// Candidates are the ids that an account may have on a server. Which of the
// two 15 ids is the real one does not follow from a Session ID; the 25 id is
// certain.
type Candidates struct {
	Blind15    identity.ID // with sign bit 0
	Blind15Alt identity.ID // with sign bit 1
	Blind25    identity.ID
}

// CandidatesOf returns all ids that the owner of a Session ID may have on the
// server. The error is ErrSessionID.
func CandidatesOf(session identity.ID, server [32]byte) (Candidates, error) {
	if session.Prefix() != identity.Session {
		return Candidates{}, ErrSessionID
	}
	pub, err := identity.Ed25519FromX25519(session.Key())
	if err != nil {
		return Candidates{}, ErrSessionID
	}
	a, err := new(edwards25519.Point).SetBytes(pub)
	if err != nil {
		return Candidates{}, ErrSessionID
	}
	p15 := [32]byte(new(edwards25519.Point).ScalarMult(factor15(server), a).Bytes())
	p25 := [32]byte(new(edwards25519.Point).ScalarMult(factor25(session, server), a).Bytes())
	c := Candidates{Blind25: identity.NewID(identity.Blinded25, p25)}
	p15[31] &= 0x7f
	c.Blind15 = identity.NewID(identity.Blinded15, p15)
	p15[31] |= 0x80
	c.Blind15Alt = identity.NewID(identity.Blinded15, p15)
	return c, nil
}

// MayBe reports whether a blinded id may belong to the account of a Session ID
// on this server. For a 15 id a yes is proof that it is that account or the one
// with the opposite key, which no second person can have.
func MayBe(blinded, session identity.ID, server [32]byte) bool {
	c, err := CandidatesOf(session, server)
	return err == nil && (blinded == c.Blind15 || blinded == c.Blind15Alt || blinded == c.Blind25)
}

// Lookup returns the form of a blinded id under which a table of known accounts
// keeps it: a 15 id without its sign bit (Candidates.Blind15), any other id as
// it is.
func Lookup(id identity.ID) identity.ID {
	if id.Prefix() == identity.Blinded15 {
		id[32] &= 0x7f
	}
	return id
}

// Blinds reports whether the Ed25519 key behind a blinded id is pub, times the
// factor of the server: the proof that a direct message gives of its sender.
func Blinds(blinded identity.ID, pub [32]byte, server [32]byte) bool {
	session, err := identity.IDFromEd25519(pub[:])
	if err != nil {
		return false
	}
	a, err := new(edwards25519.Point).SetBytes(pub[:])
	if err != nil {
		return false
	}
	var k *edwards25519.Scalar
	switch blinded.Prefix() {
	case identity.Blinded15:
		k = factor15(server)
	case identity.Blinded25:
		k = factor25(session, server)
		if pub[31]&0x80 != 0 {
			k.Negate(k)
		}
	default:
		return false
	}
	return [32]byte(new(edwards25519.Point).ScalarMult(k, a).Bytes()) == blinded.Key()
}

// blindedPoint decodes the key of a blinded id that comes from the network and
// is going to be multiplied with a secret: a canonical point of the prime-order
// subgroup, as libsodium demands.
func blindedPoint(id identity.ID) (*edwards25519.Point, error) {
	if p := id.Prefix(); p != identity.Blinded15 && p != identity.Blinded25 {
		return nil, ErrBlindedID
	}
	key := id.Key()
	p, err := new(edwards25519.Point).SetBytes(key[:])
	// SetBytes takes encodings of y ≥ p, which come out different again.
	if err != nil || [32]byte(p.Bytes()) != key || !primeOrder(p) {
		return nil, ErrBlindedID
	}
	return p, nil
}

// minusOne is L-1.
var minusOne = func() *edwards25519.Scalar {
	one, err := new(edwards25519.Scalar).SetCanonicalBytes(append([]byte{1}, make([]byte, 31)...))
	if err != nil {
		panic("community: scalar refuses 1")
	}
	return one.Negate(one)
}()

// primeOrder reports L·P = identity for a P other than the identity.
func primeOrder(p *edwards25519.Point) bool {
	if p.Equal(edwards25519.NewIdentityPoint()) == 1 {
		return false
	}
	// (L-1)·P as a number, not modulo the order of P: equal to -P only when
	// L·P is the identity.
	q := new(edwards25519.Point).VarTimeDoubleScalarBaseMult(minusOne, p, edwards25519.NewScalar())
	return q.Add(q, p).Equal(edwards25519.NewIdentityPoint()) == 1
}
