package seal

import (
	"crypto/subtle"

	"filippo.io/edwards25519"
	"filippo.io/edwards25519/field"
)

// crypto/ecdh computes the public half of every private key it is given, by a
// second multiplication as long as the first. A box needs one fresh key per
// message, so here the public half comes from the fixed-base tables of the
// Edwards form (less than half the time), and the shared secret from the ladder
// of RFC 7748 §5 on the same field arithmetic. Keys of accounts, which are made
// once, stay with crypto/ecdh.

// x25519Base returns the public key of a scalar, which is clamped by use.
func x25519Base(scalar *[32]byte) ([32]byte, error) {
	s, err := edwards25519.NewScalar().SetBytesWithClamping(scalar[:])
	if err != nil {
		return [32]byte{}, err
	}
	p := new(edwards25519.Point).ScalarBaseMult(s)
	return [32]byte(p.BytesMontgomery()), nil
}

// x25519 returns the shared secret of a scalar, which is clamped by use, and a
// public key. It reports false for a key of small order, with which the secret
// would be zero. Time and memory access do not depend on the scalar.
func x25519(scalar, public *[32]byte) ([32]byte, bool) {
	k := *scalar
	defer clear(k[:])
	k[0] &= 248
	k[31] &= 127
	k[31] |= 64

	var x1, x2, z2, x3, z3, a, b field.Element
	if _, err := x1.SetBytes(public[:]); err != nil {
		return [32]byte{}, false
	}
	x2.One()
	x3.Set(&x1)
	z3.One()

	swap := 0
	for i := 254; i >= 0; i-- {
		bit := int(k[i/8]>>(i%8)) & 1
		swap ^= bit
		x2.Swap(&x3, swap)
		z2.Swap(&z3, swap)
		swap = bit

		// One step: (x2:z2) is doubled, (x3:z3) becomes the sum of both.
		b.Subtract(&x3, &z3)
		a.Subtract(&x2, &z2)
		x2.Add(&x2, &z2)
		z2.Add(&x3, &z3)
		z3.Multiply(&b, &x2)
		z2.Multiply(&z2, &a)
		b.Square(&a)
		a.Square(&x2)
		x3.Add(&z3, &z2)
		z2.Subtract(&z3, &z2)
		x2.Multiply(&a, &b)
		a.Subtract(&a, &b)
		z2.Square(&z2)
		z3.Mult32(&a, 121666)
		x3.Square(&x3)
		b.Add(&b, &z3)
		z3.Multiply(&x1, &z2)
		z2.Multiply(&a, &b)
	}
	x2.Swap(&x3, swap)
	z2.Swap(&z3, swap)
	x2.Multiply(&x2, z2.Invert(&z2))

	shared := [32]byte(x2.Bytes())
	var zero [32]byte
	return shared, subtle.ConstantTimeCompare(shared[:], zero[:]) == 0
}
