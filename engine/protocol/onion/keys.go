package onion

import (
	"crypto/ecdh"
	"fmt"
	"io"
	"sync"
)

// LayerKey is a fresh ephemeral key pair already agreed with one recipient:
// what a layer needs of asymmetric cryptography. It must serve one layer of
// one request and never again (onion-requests.md, gotchas).
type LayerKey struct {
	// Public is the ephemeral X25519 public key, sent as "ephemeral_key".
	Public [32]byte
	// shared is X25519(ephemeral secret, recipient public).
	shared [32]byte
}

// Zero forgets the shared secret.
func (k *LayerKey) Zero() { clear(k.shared[:]) }

// KeySource gives a fresh layer key for a recipient's X25519 public key. [Build]
// calls it once a layer, innermost first. Implementations for several
// goroutines do their own locking.
type KeySource interface {
	LayerKey(recipient [32]byte) (LayerKey, error)
}

// KeyPair is an ephemeral X25519 key pair that is not yet bound to a recipient,
// so it can be made ahead (half of the cost of a layer).
type KeyPair struct {
	private *ecdh.PrivateKey
	public  [32]byte
}

// NewKeyPair makes a pair from 32 bytes of rand.
func NewKeyPair(rand io.Reader) (KeyPair, error) {
	var secret [32]byte
	if _, err := io.ReadFull(rand, secret[:]); err != nil {
		return KeyPair{}, fmt.Errorf("ephemeral key: %w", err)
	}
	defer clear(secret[:])
	return newKeyPair(secret[:])
}

func newKeyPair(secret []byte) (KeyPair, error) {
	// ecdh.GenerateKey ignores its reader since Go 1.26; entropy is ours to
	// choose, so the secret is read here.
	private, err := ecdh.X25519().NewPrivateKey(secret)
	if err != nil {
		return KeyPair{}, fmt.Errorf("ephemeral key: %w", err)
	}
	p := KeyPair{private: private}
	copy(p.public[:], private.PublicKey().Bytes())
	return p, nil
}

// Public returns the public half.
func (p KeyPair) Public() [32]byte { return p.public }

// LayerKey agrees the pair with a recipient.
func (p KeyPair) LayerKey(recipient [32]byte) (LayerKey, error) {
	k := LayerKey{Public: p.public}
	shared, err := agree(p.private, recipient)
	if err != nil {
		return LayerKey{}, err
	}
	k.shared = shared
	return k, nil
}

// agree is X25519 with the check for keys of low order.
func agree(private *ecdh.PrivateKey, public [32]byte) (shared [32]byte, err error) {
	peer, err := ecdh.X25519().NewPublicKey(public[:])
	if err != nil {
		return shared, fmt.Errorf("%w: %w", ErrBadKey, err)
	}
	s, err := private.ECDH(peer)
	if err != nil {
		return shared, fmt.Errorf("%w: %w", ErrBadKey, err)
	}
	copy(shared[:], s)
	clear(s)
	return shared, nil
}

// FreshKeys is the plain KeySource: each call makes a pair from rand and agrees
// it with the recipient (two X25519 operations). Safe for several goroutines
// when rand is.
func FreshKeys(rand io.Reader) KeySource { return freshKeys{rand} }

type freshKeys struct{ rand io.Reader }

func (f freshKeys) LayerKey(recipient [32]byte) (LayerKey, error) {
	p, err := NewKeyPair(f.rand)
	if err != nil {
		return LayerKey{}, err
	}
	return p.LayerKey(recipient)
}

// KeyStock is a KeySource with keys made ahead. Bound keys (Add) for the nodes
// of a standing path cost nothing when used, unbound pairs (AddPair) cost one
// X25519 operation; when the stock is empty it makes a fresh key from its
// reader. Each key leaves the stock once. Safe for several goroutines.
type KeyStock struct {
	fresh KeySource

	mu    sync.Mutex
	bound map[[32]byte][]LayerKey
	pairs []KeyPair
}

// NewKeyStock returns an empty stock.
func NewKeyStock(rand io.Reader) *KeyStock {
	return &KeyStock{fresh: FreshKeys(rand), bound: make(map[[32]byte][]LayerKey)}
}

// Prepare makes keys for recipient until n are in stock. The work is done
// outside the lock, so that Build in another goroutine does not wait for it.
func (s *KeyStock) Prepare(recipient [32]byte, n int) error {
	for s.Bound(recipient) < n {
		k, err := s.fresh.LayerKey(recipient)
		if err != nil {
			return err
		}
		s.Add(recipient, k)
	}
	return nil
}

// Add puts a key that was agreed with recipient.
func (s *KeyStock) Add(recipient [32]byte, k LayerKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bound[recipient] = append(s.bound[recipient], k)
}

// AddPair puts a pair for whatever recipient comes first.
func (s *KeyStock) AddPair(p KeyPair) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pairs = append(s.pairs, p)
}

// Bound is the number of keys in stock for recipient.
func (s *KeyStock) Bound(recipient [32]byte) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.bound[recipient])
}

// Pairs is the number of unbound pairs in stock.
func (s *KeyStock) Pairs() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.pairs)
}

// Drop forgets the keys of a node that is no longer on a path.
func (s *KeyStock) Drop(recipient [32]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.bound[recipient])
	delete(s.bound, recipient)
}

// LayerKey implements KeySource.
func (s *KeyStock) LayerKey(recipient [32]byte) (LayerKey, error) {
	s.mu.Lock()
	if keys := s.bound[recipient]; len(keys) > 0 {
		k := keys[len(keys)-1]
		keys[len(keys)-1].Zero()
		s.bound[recipient] = keys[:len(keys)-1]
		s.mu.Unlock()
		return k, nil
	}
	if n := len(s.pairs); n > 0 {
		p := s.pairs[n-1]
		s.pairs[n-1] = KeyPair{}
		s.pairs = s.pairs[:n-1]
		s.mu.Unlock()
		return p.LayerKey(recipient)
	}
	s.mu.Unlock()
	return s.fresh.LayerKey(recipient)
}
