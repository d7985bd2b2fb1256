package group

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"fmt"
	"io"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/chacha20poly1305"

	"sotto/engine/protocol/identity"
)

// Secret is a group's own key pair, which its admins share: who has it is an
// admin. It is safe for concurrent reading until Zero.
type Secret struct {
	keys *identity.Account // the same derivations as an account's
	id   identity.ID
}

// NewSecret derives the key pair of a 32-byte seed.
func NewSecret(seed []byte) (*Secret, error) {
	if len(seed) != identity.LongSeedSize {
		return nil, ErrSeed
	}
	keys, err := identity.FromSeed(seed)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSeed, err)
	}
	return &Secret{keys: keys, id: identity.NewID(identity.Group, [32]byte(keys.Ed25519Public()))}, nil
}

// Generate makes the secret of a new group from 32 bytes of random.
func Generate(random io.Reader) (*Secret, error) {
	var seed [identity.LongSeedSize]byte
	defer clear(seed[:])
	if _, err := io.ReadFull(random, seed[:]); err != nil {
		return nil, fmt.Errorf("read seed: %w", err)
	}
	return NewSecret(seed[:])
}

// ID is the group's id: 03 and the Ed25519 public key.
func (s *Secret) ID() identity.ID { return s.id }

// Seed is the 32-byte seed, which makes its holder an admin.
func (s *Secret) Seed() [32]byte { return s.keys.Ed25519Seed() }

// Ed25519 is the key that signs for the group; do not change it.
func (s *Secret) Ed25519() ed25519.PrivateKey { return s.keys.Ed25519() }

// Zero overwrites the secret.
func (s *Secret) Zero() { s.keys.Zero() }

// Format keeps the secret out of anything printed with package fmt.
func (s *Secret) Format(f fmt.State, _ rune) { io.WriteString(f, "group.Secret(redacted)") }

// seedHash is BLAKE2b-256 of the seed under a name (protocol/groups.md §3).
func (s *Secret) seedHash(name string) [32]byte {
	seed := s.keys.Ed25519Seed()
	defer clear(seed[:])
	return [32]byte(keyed(name, 32, seed[:]))
}

// keyed is BLAKE2b of the parts with a key, size bytes long.
func keyed(key string, size int, parts ...[]byte) []byte {
	h, err := blake2b.New(size, []byte(key))
	if err != nil {
		panic("group: " + err.Error()) // sizes and keys are constant
	}
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// sharedKey is BLAKE2b-256(domain; x25519(mine, theirs) ‖ sender ‖ recipient).
func sharedKey(domain string, mine *ecdh.PrivateKey, theirs, sender, recipient [32]byte) ([]byte, bool) {
	public, err := ecdh.X25519().NewPublicKey(theirs[:])
	if err != nil {
		return nil, false
	}
	shared, err := mine.ECDH(public) // fails for a key of small order
	if err != nil {
		return nil, false
	}
	defer clear(shared)
	return keyed(domain, 32, shared, sender[:], recipient[:]), true
}

func publicOf(k *ecdh.PrivateKey) [32]byte { return [32]byte(k.PublicKey().Bytes()) }

func sealWith(key, nonce, plain []byte) []byte {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic("group: " + err.Error())
	}
	return aead.Seal(nil, nonce, plain, nil)
}

func openWith(key, nonce, box []byte) ([]byte, bool) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic("group: " + err.Error())
	}
	plain, err := aead.Open(nil, nonce, box, nil)
	return plain, err == nil
}
