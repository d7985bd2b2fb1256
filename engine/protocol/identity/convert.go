package identity

import (
	"crypto/ed25519"

	"filippo.io/edwards25519"
	"filippo.io/edwards25519/field"
)

// IDFromEd25519 returns the Session ID of the account that signs with pub.
// It is the step of the receiving path that turns the key inside a message
// into its sender: one square root and one inversion in the field.
func IDFromEd25519(pub ed25519.PublicKey) (ID, error) {
	x, err := X25519FromEd25519(pub)
	if err != nil {
		return ID{}, err
	}
	return NewID(Session, x), nil
}

// X25519FromEd25519 is the map Edwards → Montgomery, u = (1+y)/(1-y), as
// crypto_sign_ed25519_pk_to_curve25519 of libsodium computes it. ErrPoint is
// returned for bytes that are no curve point, for y ≥ p, and for points of
// small order.
//
// Unlike libsodium it does not test that the point lies in the prime-order
// subgroup: that costs as much as a signature check, and a key with a torsion
// part only gives its owner an address of their own, never someone else's.
func X25519FromEd25519(pub ed25519.PublicKey) ([32]byte, error) {
	p, err := point(pub)
	if err != nil {
		return [32]byte{}, err
	}
	return [32]byte(p.BytesMontgomery()), nil
}

// point decodes a canonical Ed25519 point that is not of small order.
func point(b []byte) (*edwards25519.Point, error) {
	if len(b) != 32 || !canonical([32]byte(b)) {
		return nil, ErrPoint
	}
	p, err := new(edwards25519.Point).SetBytes(b)
	if err != nil {
		return nil, ErrPoint
	}
	if new(edwards25519.Point).MultByCofactor(p).Equal(edwards25519.NewIdentityPoint()) == 1 {
		return nil, ErrPoint
	}
	return p, nil
}

// canonical reports whether the field element in b (little-endian, the top bit
// is the sign of x and does not count) is below p = 2^255-19.
func canonical(b [32]byte) bool {
	if b[31]&0x7f != 0x7f || b[0] < 0xed {
		return true
	}
	for _, c := range b[1:31] {
		if c != 0xff {
			return true
		}
	}
	return false
}

// Ed25519FromX25519 returns the Ed25519 public key with sign bit 0 that
// belongs to an X25519 public key: y = (u-1)/(u+1). The sign bit is lost on
// the way from Ed25519 to a Session ID, so the key of the account is this one
// or this one with the top bit of byte 31 set. XEd25519 signatures and blinded
// identifiers are defined over the key with sign bit 0.
func Ed25519FromX25519(x [32]byte) (ed25519.PublicKey, error) {
	if x[31]&0x80 != 0 || !canonical(x) {
		return nil, ErrPoint
	}
	u, err := new(field.Element).SetBytes(x[:])
	if err != nil {
		return nil, ErrPoint
	}
	one := new(field.Element).One()
	den := new(field.Element).Add(u, one)
	if den.Equal(new(field.Element)) == 1 {
		return nil, ErrPoint
	}
	y := new(field.Element).Subtract(u, one)
	y.Multiply(y, den.Invert(den))
	pub := y.Bytes()
	// Half of all u belong to the twist; they are nobody's key.
	if _, err := point(pub); err != nil {
		return nil, err
	}
	return pub, nil
}

// lowOrderX25519 reports whether a shared secret with x is the same for
// everybody: u = 0, 1, -1 and the two values of order 8, in every encoding
// that X25519 reduces to them.
func lowOrderX25519(x [32]byte) bool {
	u, err := new(field.Element).SetBytes(x[:])
	if err != nil {
		return true
	}
	r := [32]byte(u.Bytes())
	for _, bad := range lowOrder {
		if r == bad {
			return true
		}
	}
	return false
}

var lowOrder = [5][32]byte{
	{},
	{1},
	{
		0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
	},
	{
		0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a,
		0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00,
	},
	{
		0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b,
		0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57,
	},
}
