package seal

import (
	"crypto/ecdh"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/nacl/secretbox"
	//lint:ignore SA1019 the protocol's sealed box is made of HSalsa20
	"golang.org/x/crypto/salsa20/salsa"
)

// A sealed box is E(32) ‖ tag(16) ‖ ciphertext: the ephemeral public key and an
// XSalsa20-Poly1305 box under HSalsa20(X25519(e, X)) with the nonce
// BLAKE2b-24(E ‖ X). nacl/box has the same format, and pays for the public half
// of its private key again in every call.

const boxOverhead = 32 + secretbox.Overhead

func boxNonce(ephemeral, recipient []byte) (nonce [24]byte, err error) {
	h, err := blake2b.New(len(nonce), nil)
	if err != nil {
		return nonce, err
	}
	h.Write(ephemeral)
	h.Write(recipient)
	h.Sum(nonce[:0])
	return nonce, nil
}

// boxKey turns a shared secret into the key of the box, in place.
func boxKey(secret *[32]byte) {
	var zero [16]byte
	salsa.HSalsa20(secret, &zero, secret, &salsa.Sigma)
}

// sealBox appends the box of plain for recipient to out, and uses e up.
func sealBox(out, plain []byte, e *Ephemeral, recipient *[32]byte) ([]byte, error) {
	if !e.used.CompareAndSwap(false, true) {
		return nil, ErrEphemeralUsed
	}
	key, ok := x25519(&e.scalar, recipient)
	clear(e.scalar[:])
	if !ok {
		return nil, ErrRecipient
	}
	defer clear(key[:])
	boxKey(&key)
	nonce, err := boxNonce(e.public[:], recipient[:])
	if err != nil {
		return nil, err
	}
	out = append(out, e.public[:]...)
	return secretbox.Seal(out, plain, &nonce, &key), nil
}

// openBox returns the plaintext in memory of its own.
func openBox(box []byte, me *ecdh.PrivateKey, public *[32]byte) ([]byte, bool) {
	if len(box) < boxOverhead {
		return nil, false
	}
	ephemeral, err := ecdh.X25519().NewPublicKey(box[:32])
	if err != nil {
		return nil, false
	}
	secret, err := me.ECDH(ephemeral) // fails for a key of small order
	if err != nil {
		return nil, false
	}
	key := [32]byte(secret)
	defer clear(key[:])
	defer clear(secret)
	boxKey(&key)
	nonce, err := boxNonce(box[:32], public[:])
	if err != nil {
		return nil, false
	}
	return secretbox.Open(make([]byte, 0, len(box)-boxOverhead), box[32:], &nonce, &key)
}
