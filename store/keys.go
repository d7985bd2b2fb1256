package store

import (
	"crypto/cipher"
	"encoding/binary"
	"fmt"
	"io"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/chacha20poly1305"
)

const (
	nonceSize = chacha20poly1305.NonceSizeX
	sealSize  = nonceSize + chacha20poly1305.Overhead // what sealing adds
	blindSize = 16
)

// secretKey is the database key. It has no String.
type secretKey [32]byte

func (k *secretKey) Zero() { clear(k[:]) }

func (k *secretKey) derive(label string) [32]byte {
	h, err := blake2b.New256(k[:])
	if err != nil {
		panic("store: " + err.Error()) // 32 bytes are always a valid key
	}
	h.Write([]byte(label))
	return [32]byte(h.Sum(nil))
}

// keyset are the keys in use, derived from the database key: one seals values,
// one blinds keys.
type keyset struct {
	aead  cipher.AEAD
	blind [32]byte
}

func newKeyset(k *secretKey) *keyset {
	v := k.derive("sotto store 1 values")
	defer clear(v[:])
	aead, err := chacha20poly1305.NewX(v[:])
	if err != nil {
		panic("store: " + err.Error())
	}
	return &keyset{aead: aead, blind: k.derive("sotto store 1 keys")}
}

// sealer seals and opens for one transaction; the scratch space makes it cheap
// and unfit for two goroutines.
type sealer struct {
	*keyset
	rand    io.Reader
	ad      []byte
	blinded []byte
	plain   []byte
	slab    []byte
}

// associated is bucket ‖ 00 ‖ key: a value opens only where it was put.
func (s *sealer) associated(bucket string, key []byte) []byte {
	s.ad = append(append(append(s.ad[:0], bucket...), 0), key...)
	return s.ad
}

// seal returns nonce ‖ ciphertext ‖ tag. bbolt keeps the slice until commit, so
// it is carved from a slab that is never used again.
func (s *sealer) seal(bucket string, key, plain []byte) ([]byte, error) {
	n := sealSize + len(plain)
	if len(s.slab) < n {
		s.slab = make([]byte, max(n, 64<<10))
	}
	out := s.slab[:nonceSize:n]
	s.slab = s.slab[n:]
	if _, err := io.ReadFull(s.rand, out); err != nil {
		return nil, fmt.Errorf("store: read entropy: %w", err)
	}
	return s.aead.Seal(out, out[:nonceSize], plain, s.associated(bucket, key)), nil
}

// open decrypts into scratch space that lives until the next open.
func (s *sealer) open(bucket string, key, value []byte) ([]byte, error) {
	out, err := s.openInto(s.plain[:0], bucket, key, value)
	if err == nil {
		s.plain = out
	}
	return out, err
}

// openInto appends to dst; the result is the caller's.
func (s *sealer) openInto(dst []byte, bucket string, key, value []byte) ([]byte, error) {
	if len(value) < sealSize {
		return nil, fmt.Errorf("%w: record of %d bytes in %s", ErrDamaged, len(value), bucket)
	}
	out, err := s.aead.Open(dst, value[:nonceSize], value[nonceSize:], s.associated(bucket, key))
	if err != nil {
		return nil, fmt.Errorf("%w: a record in %s does not authenticate", ErrDamaged, bucket)
	}
	return out, nil
}

// blindKey returns the first 16 bytes of BLAKE2b-256(blinding key ‖ label ‖ 00
// ‖ parts, each with its length): equal inputs meet, nothing can be read back.
// The result lives until the next call.
func (s *sealer) blindKey(label string, parts ...[]byte) []byte {
	b := append(append(append(s.blinded[:0], s.blind[:]...), label...), 0)
	for _, p := range parts {
		b = append(binary.AppendUvarint(b, uint64(len(p))), p...)
	}
	sum := blake2b.Sum256(b)
	s.blinded = append(b[:0], sum[:blindSize]...)
	return s.blinded
}
