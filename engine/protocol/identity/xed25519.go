package identity

import (
	"crypto/ed25519"
	"crypto/sha512"
	"fmt"
	"io"

	"filippo.io/edwards25519"
)

// XEd25519NonceSize is the number of random bytes of a signature.
const XEd25519NonceSize = 64

// SignXEd25519 signs message with an X25519 private key, so that the signature
// can be checked by who knows the Session ID only. It reads 64 bytes Z from
// random and computes, all numbers little-endian, q the order of the group:
//
//	A = k·B; if the sign bit of A is 1: k = -k mod q, A = -A
//	r = SHA-512(FE FF^31 ‖ k ‖ message ‖ Z) mod q
//	R = r·B
//	h = SHA-512(R ‖ A ‖ message) mod q
//	signature = R ‖ r + h·k mod q
//
// This is XEdDSA as published for the Signal protocol. Upstream hashes r in
// another way; as r never leaves the signer, signatures fit all the same.
func SignXEd25519(random io.Reader, private [32]byte, message []byte) ([64]byte, error) {
	var z [XEd25519NonceSize]byte
	if _, err := io.ReadFull(random, z[:]); err != nil {
		return [64]byte{}, fmt.Errorf("read nonce: %w", err)
	}
	k, err := new(edwards25519.Scalar).SetBytesWithClamping(private[:])
	if err != nil {
		panic("identity: scalar refuses 32 bytes")
	}
	pub := new(edwards25519.Point).ScalarBaseMult(k).Bytes()
	// Which of the two keys stands behind a Session ID is public anyway, so
	// the branch tells nothing.
	if pub[31]&0x80 != 0 {
		k.Negate(k)
		pub[31] &= 0x7f
	}

	prefix := [32]byte{0: 0xfe}
	for i := 1; i < len(prefix); i++ {
		prefix[i] = 0xff
	}
	r := hashToScalar(prefix[:], k.Bytes(), message, z[:])
	commit := new(edwards25519.Point).ScalarBaseMult(r).Bytes()
	h := hashToScalar(commit, pub, message)
	s := new(edwards25519.Scalar).MultiplyAdd(h, k, r)

	var sig [64]byte
	copy(sig[:32], commit)
	copy(sig[32:], s.Bytes())
	return sig, nil
}

// VerifyXEd25519 checks a signature against an X25519 public key: ordinary
// Ed25519 under the point with sign bit 0. The only error is ErrSignature.
func VerifyXEd25519(public [32]byte, message, signature []byte) error {
	pub, err := Ed25519FromX25519(public)
	if err != nil || !verifyEd25519(pub, message, signature) {
		return ErrSignature
	}
	return nil
}

// VerifyCurveSignature is VerifyXEd25519 for messages of communities without
// blinding, where clients sign in an older way that keeps the sign bit of the
// key in bit 7 of the last byte of the signature. Both ways are accepted
// (docs/protocol/communities.md).
func VerifyCurveSignature(public [32]byte, message, signature []byte) error {
	if len(signature) != ed25519.SignatureSize {
		return ErrSignature
	}
	pub, err := Ed25519FromX25519(public)
	if err != nil {
		return ErrSignature
	}
	cleared := [64]byte(signature)
	sign := cleared[63] & 0x80
	cleared[63] &= 0x7f
	if verifyEd25519(pub, message, cleared[:]) {
		return nil
	}
	if sign == 0 {
		return ErrSignature
	}
	pub[31] |= sign
	if !verifyEd25519(pub, message, cleared[:]) {
		return ErrSignature
	}
	return nil
}

func verifyEd25519(pub ed25519.PublicKey, message, signature []byte) bool {
	return len(signature) == ed25519.SignatureSize && ed25519.Verify(pub, message, signature)
}

// hashToScalar is SHA-512 of the parts, as a number modulo the group order.
func hashToScalar(parts ...[]byte) *edwards25519.Scalar {
	h := sha512.New()
	for _, p := range parts {
		h.Write(p)
	}
	s, err := new(edwards25519.Scalar).SetUniformBytes(h.Sum(nil))
	if err != nil {
		panic("identity: scalar refuses 64 bytes")
	}
	return s
}
