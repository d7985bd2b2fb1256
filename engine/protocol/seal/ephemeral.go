package seal

import (
	"crypto/sha512"
	"fmt"
	"io"
	"sync/atomic"

	"golang.org/x/crypto/blake2b"
)

// Ephemeral is the key pair of one sealed box. A program that has nothing to do
// can make some ahead of time: what is left of closing is one multiplication
// and one signature. An Ephemeral closes one message; a second use fails.
type Ephemeral struct {
	scalar [32]byte
	public [32]byte
	used   atomic.Bool
}

// NewEphemeral makes a key pair from 32 bytes of random.
func NewEphemeral(random io.Reader) (*Ephemeral, error) {
	if random == nil {
		return nil, ErrNoEntropy
	}
	e := new(Ephemeral)
	if _, err := io.ReadFull(random, e.scalar[:]); err != nil {
		return nil, fmt.Errorf("seal: read ephemeral key: %w", err)
	}
	return e.finish()
}

// Zero forgets the key, as closing a message does.
func (e *Ephemeral) Zero() {
	e.used.Store(true)
	clear(e.scalar[:])
}

// Format keeps the key out of anything printed with package fmt.
func (e *Ephemeral) Format(f fmt.State, _ rune) {
	io.WriteString(f, "seal.Ephemeral(redacted)")
}

func (e *Ephemeral) finish() (*Ephemeral, error) {
	public, err := x25519Base(&e.scalar)
	if err != nil {
		return nil, err
	}
	e.public = public
	return e, nil
}

// boxHashKey is the BLAKE2b key of deterministic ephemeral keys.
const boxHashKey = "SessionBoxEphemeralHashKey"

// deterministicEphemeral derives the key pair of docs/protocol/messages.md §1.1:
// the first half of SHA-512 of BLAKE2b-32(key; sender's Ed25519 seed ‖
// recipient's X25519 key ‖ padded content).
func deterministicEphemeral(edSeed, recipient, padded []byte) (*Ephemeral, error) {
	h, err := blake2b.New256([]byte(boxHashKey))
	if err != nil {
		return nil, err
	}
	h.Write(edSeed)
	h.Write(recipient)
	h.Write(padded)
	var seed [32]byte
	h.Sum(seed[:0])
	wide := sha512.Sum512(seed[:])
	e := new(Ephemeral)
	copy(e.scalar[:], wide[:32])
	clear(seed[:])
	clear(wide[:])
	return e.finish()
}
