package identity

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"io"
)

// SeedSize is the number of seed bytes of a new account: 13 words.
const SeedSize = 16

// LongSeedSize is the number of seed bytes behind 25 words. Official clients
// do not create such accounts; the network carries them all the same.
const LongSeedSize = 32

// Account holds the key pairs of an account. All devices of an account hold
// the same seed, so it is the account (docs/protocol/identity.md §1).
//
// An Account is safe for concurrent reading until Zero is called.
type Account struct {
	seed []byte // 16 or 32 bytes
	ed   ed25519.PrivateKey
	xRaw [32]byte
	x    *ecdh.PrivateKey
	id   ID
}

// New makes an account from 16 bytes of random.
func New(random io.Reader) (*Account, error) {
	var seed [SeedSize]byte
	defer clear(seed[:])
	if _, err := io.ReadFull(random, seed[:]); err != nil {
		return nil, fmt.Errorf("read seed: %w", err)
	}
	return FromSeed(seed[:])
}

// FromSeed derives the account of a seed of 16 bytes (13 words) or 32 bytes
// (25 words). The Ed25519 seed is the seed, filled up with zero bytes to 32:
// nothing is hashed or stretched. A 32-byte seed whose second half is zero
// therefore is the account of the 16 bytes before it, and is kept as these.
func FromSeed(seed []byte) (*Account, error) {
	var full [32]byte
	defer clear(full[:])
	switch len(seed) {
	case SeedSize, LongSeedSize:
		copy(full[:], seed)
	default:
		return nil, ErrSeedLength
	}
	short := full[:]
	if bytes.Equal(full[SeedSize:], make([]byte, SeedSize)) {
		short = full[:SeedSize]
	}

	a := &Account{
		seed: bytes.Clone(short),
		ed:   ed25519.NewKeyFromSeed(full[:]),
		xRaw: x25519PrivateFromSeed(full[:]),
	}
	x, err := ecdh.X25519().NewPrivateKey(a.xRaw[:])
	if err != nil {
		return nil, fmt.Errorf("X25519 key: %w", err)
	}
	a.x = x
	a.id = NewID(Session, [32]byte(x.PublicKey().Bytes()))
	return a, nil
}

// x25519PrivateFromSeed is crypto_sign_ed25519_sk_to_curve25519 of libsodium:
// the clamped first half of SHA-512(Ed25519 seed).
func x25519PrivateFromSeed(seed []byte) [32]byte {
	h := sha512.Sum512(seed)
	defer clear(h[:])
	k := [32]byte(h[:32])
	k[0] &= 248
	k[31] &= 127
	k[31] |= 64
	return k
}

// ID returns the Session ID: 05 ‖ X25519 public key.
func (a *Account) ID() ID { return a.id }

// SeedBytes returns a copy of the seed: 16 bytes, or 32 for a long one.
func (a *Account) SeedBytes() []byte { return bytes.Clone(a.seed) }

// Ed25519Seed returns the 32-byte Ed25519 seed, the key base of the account's
// config messages (docs/protocol/config-messages.md §6).
func (a *Account) Ed25519Seed() [32]byte { return [32]byte(a.ed[:32]) }

// Ed25519 returns the signing key, seed ‖ public key, 64 bytes. It is the
// account's own slice: do not change it.
func (a *Account) Ed25519() ed25519.PrivateKey { return a.ed }

// Ed25519Public returns the 32-byte signing public key; do not change it.
func (a *Account) Ed25519Public() ed25519.PublicKey { return ed25519.PublicKey(a.ed[32:]) }

// X25519 returns the key that opens sealed boxes.
func (a *Account) X25519() *ecdh.PrivateKey { return a.x }

// X25519Private returns the clamped scalar of X25519.
func (a *Account) X25519Private() [32]byte { return a.xRaw }

// Phrase returns the recovery phrase: 13 words, or 25 for a long seed.
func (a *Account) Phrase() string {
	phrase, err := EncodePhrase(a.seed)
	if err != nil {
		panic("identity: account with an impossible seed")
	}
	return phrase
}

// SeedHex returns the text of the recovery QR code: the seed as 32 (or 64)
// lower-case hexadecimal characters.
func (a *Account) SeedHex() string { return hex.EncodeToString(a.seed) }

// Zero overwrites the secrets that the account holds. What the standard
// library keeps inside *ecdh.PrivateKey cannot be reached; it is let go.
func (a *Account) Zero() {
	clear(a.seed)
	clear(a.ed)
	clear(a.xRaw[:])
	a.x = nil
}

// Format keeps the seed out of anything printed with package fmt, which
// otherwise reads unexported fields too.
func (a *Account) Format(f fmt.State, _ rune) {
	io.WriteString(f, "identity.Account(redacted)")
}
