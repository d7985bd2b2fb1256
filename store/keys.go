package store

import (
	"crypto/cipher"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"reflect"
	"slices"
	"unsafe"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/chacha20"
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

// derive writes the key of a label to out, and leaves no other copy of it.
func (k *secretKey) derive(out *[32]byte, label string) {
	h, err := blake2b.New256(k[:])
	if err != nil {
		panic("store: " + err.Error()) // 32 bytes are always a valid key
	}
	h.Write([]byte(label))
	h.Sum(out[:0])
	wipeHash(h)
}

// wipeHash overwrites the state of a keyed hash, which holds the key in two
// places. The library has no call for that, and memory that was collected keeps
// its content until something else needs it. A state with pointers in it would
// not survive this; blake2b's has none, and a test looks whether the key is
// gone.
func wipeHash(h hash.Hash) {
	v := reflect.ValueOf(h)
	clear(unsafe.Slice((*byte)(v.UnsafePointer()), v.Type().Elem().Size()))
}

// keyset are the keys in use, derived from the database key: one seals values,
// one blinds keys, one makes the keys of files.
type keyset struct {
	values [32]byte
	blind  [32]byte
	files  [32]byte
}

func newKeyset(k *secretKey) *keyset {
	keys := new(keyset)
	k.derive(&keys.values, "sotto store 1 values")
	k.derive(&keys.blind, "sotto store 1 keys")
	k.derive(&keys.files, "sotto store 1 files")
	return keys
}

// Zero overwrites the keys; nothing opens with them afterwards.
func (k *keyset) Zero() {
	clear(k.values[:])
	clear(k.blind[:])
	clear(k.files[:])
}

// record makes the AEAD of one record: XChaCha20-Poly1305 is ChaCha20-Poly1305
// under HChaCha20(key, first 16 bytes of the nonce), with 4 zeros and the last 8
// as nonce (draft-irtf-cfrg-xchacha §2.3). The library's own NewX would do the
// same and keep a copy of the key that nobody can overwrite when the profile is
// locked.
func (k *keyset) record(nonce []byte) (aead cipher.AEAD, short [chacha20poly1305.NonceSize]byte) {
	sub, err := chacha20.HChaCha20(k.values[:], nonce[:16])
	if err == nil {
		aead, err = chacha20poly1305.New(sub)
	}
	if err != nil {
		panic("store: " + err.Error()) // the sizes are constants
	}
	clear(sub)
	copy(short[4:], nonce[16:nonceSize])
	return aead, short
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
	aead, nonce := s.record(out)
	return aead.Seal(out, nonce[:], plain, s.associated(bucket, key)), nil
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
	aead, nonce := s.record(value[:nonceSize])
	out, err := aead.Open(dst, nonce[:], value[nonceSize:], s.associated(bucket, key))
	if err != nil {
		return nil, fmt.Errorf("%w: a record in %s does not authenticate", ErrDamaged, bucket)
	}
	return out, nil
}

// blindKey returns the first 16 bytes of BLAKE2b-256(blinding key ‖ label ‖ 00
// ‖ parts, each with its length): equal inputs meet, nothing can be read back.
// The result lives until the next call.
func (s *sealer) blindKey(label string, parts ...[]byte) []byte {
	need := len(s.blind) + len(label) + 1
	for _, p := range parts {
		need += binary.MaxVarintLen64 + len(p)
	}
	// Grown by hand: append would leave the key behind in the smaller space.
	b := slices.Grow(s.blinded[:0], max(need, 128))
	b = append(append(append(b, s.blind[:]...), label...), 0)
	for _, p := range parts {
		b = append(binary.AppendUvarint(b, uint64(len(p))), p...)
	}
	sum := blake2b.Sum256(b)
	clear(b[:len(s.blind)])
	s.blinded = append(b[:0], sum[:blindSize]...)
	return s.blinded
}
