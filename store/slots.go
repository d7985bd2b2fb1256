package store

import (
	"bytes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/text/unicode/norm"
)

// A key slot wraps the database key. It lists factors, all of which are needed:
// each gives a 32-byte secret, the secrets in order are hashed to the key that
// wraps. So a second factor is one more entry, and changing protection writes
// new slots for the same database key.
type slot struct {
	Factors []factor `json:"factors"`
	Wrapped string   `json:"wrapped"` // base64 of nonce ‖ sealed database key
}

// factor is one thing needed to open a slot. Fields of other kinds are empty.
type factor struct {
	Kind    string `json:"kind"`
	Salt    []byte `json:"salt"`
	Time    uint32 `json:"time,omitempty"`
	Memory  uint32 `json:"memory,omitempty"` // KiB
	Threads uint8  `json:"threads,omitempty"`
	Account string `json:"account,omitempty"` // in the key ring
}

// factorSecond is a secret that the caller brings: the content of a key file or
// what a hardware key answers. The other kinds are the SlotKinds.
const factorSecond = "second"

const (
	saltSize   = 16
	maxSlots   = 8
	maxFactors = 4
	// Bounds on Argon2id parameters read from the folder: a hostile file must
	// not take all memory or all day.
	maxTime    = 32
	maxMemory  = 1 << 20 // KiB
	maxThreads = 16
)

// noneSecret stands in for a secret in an unprotected profile. It is public:
// it only keeps the raw key out of the file, so that a search of the disk for
// keys or a careless copy of sotto.db alone finds nothing.
const noneSecret = "sotto: this profile is not protected"

// secrets is what opens slots.
type secrets struct {
	passphrase []byte
	second     []byte
	keyring    Keyring
}

// secret computes the 32 bytes of a factor.
func (f factor) secret(s secrets) ([]byte, error) {
	switch f.Kind {
	case string(SlotPassphrase):
		if len(s.passphrase) == 0 {
			return nil, ErrNeedPass
		}
		if f.Time < 1 || f.Time > maxTime || f.Threads < 1 || f.Threads > maxThreads ||
			f.Memory < 8*uint32(f.Threads) || f.Memory > maxMemory {
			return nil, fmt.Errorf("%w: Argon2id parameters out of bounds", ErrDamaged)
		}
		// The same passphrase typed on another system may come composed
		// differently.
		pass := norm.NFC.Append(nil, s.passphrase...)
		defer clear(pass)
		return argon2.IDKey(pass, f.Salt, f.Time, f.Memory, f.Threads, 32), nil
	case string(SlotKeyring):
		text, err := s.keyring.Get(f.Account)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrKeyring, err)
		}
		key, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(key) != 32 {
			return nil, fmt.Errorf("%w: the entry is not a key", ErrKeyring)
		}
		return hashSecret("keyring", f.Salt, key), nil
	case string(SlotNone):
		return hashSecret("none", f.Salt, []byte(noneSecret)), nil
	case factorSecond:
		if len(s.second) == 0 {
			return nil, ErrSecondFactor
		}
		return hashSecret("second", f.Salt, s.second), nil
	}
	return nil, fmt.Errorf("%w: key factor %q", ErrVersion, f.Kind)
}

func hashSecret(label string, salt, secret []byte) []byte {
	h, err := blake2b.New256(nil)
	if err != nil {
		panic("store: " + err.Error())
	}
	for _, p := range [][]byte{[]byte("sotto slot factor"), []byte(label), salt, secret} {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(p))))
		h.Write(p)
	}
	return h.Sum(nil)
}

// wrapper makes the AEAD of a slot from the secrets of its factors.
func (sl slot) wrapper(s secrets) (cipher.AEAD, error) {
	if len(sl.Factors) == 0 || len(sl.Factors) > maxFactors {
		return nil, fmt.Errorf("%w: key slot with %d factors", ErrDamaged, len(sl.Factors))
	}
	// A missing second factor is worth saying before Argon2id runs.
	for _, f := range sl.Factors {
		if f.Kind == factorSecond && len(s.second) == 0 {
			return nil, ErrSecondFactor
		}
	}
	all := make([][]byte, len(sl.Factors))
	for i, f := range sl.Factors {
		if len(f.Salt) < 8 || len(f.Salt) > 64 {
			return nil, fmt.Errorf("%w: salt of %d bytes", ErrDamaged, len(f.Salt))
		}
		var err error
		if all[i], err = f.secret(s); err != nil {
			return nil, err
		}
		defer clear(all[i])
	}
	key := hashSecret("all", nil, bytes.Join(all, nil))
	defer clear(key)
	return chacha20poly1305.NewX(key)
}

// bound is what a wrapped key is tied to: the profile, its network and the
// parameters of the slot.
func (sl slot) bound(p *profileFile) []byte {
	b := []byte("sotto slot 1")
	add := func(s string) {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	add(p.Profile)
	add(p.Network)
	for _, f := range sl.Factors {
		add(f.Kind)
		add(string(f.Salt))
		b = binary.AppendUvarint(b, uint64(f.Time))
		b = binary.AppendUvarint(b, uint64(f.Memory))
		b = binary.AppendUvarint(b, uint64(f.Threads))
		add(f.Account)
	}
	return b
}

func (sl *slot) wrap(p *profileFile, s secrets, key *secretKey, rand io.Reader) error {
	aead, err := sl.wrapper(s)
	if err != nil {
		return err
	}
	nonce := make([]byte, nonceSize)
	if _, err := io.ReadFull(rand, nonce); err != nil {
		return fmt.Errorf("store: read entropy: %w", err)
	}
	sl.Wrapped = base64.StdEncoding.EncodeToString(aead.Seal(nonce, nonce, key[:], sl.bound(p)))
	return nil
}

// unwrap opens the slot. A wrong secret is ErrPassphrase, ErrSecondFactor,
// ErrKeyring or, where nothing secret is needed, ErrDamaged.
func (sl slot) unwrap(p *profileFile, s secrets) (*secretKey, error) {
	wrapped, err := base64.StdEncoding.DecodeString(sl.Wrapped)
	if err != nil || len(wrapped) != sealSize+len(secretKey{}) {
		return nil, fmt.Errorf("%w: wrapped key of %d bytes", ErrDamaged, len(wrapped))
	}
	aead, err := sl.wrapper(s)
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, wrapped[:nonceSize], wrapped[nonceSize:], sl.bound(p))
	if err != nil {
		switch {
		case sl.has(string(SlotPassphrase)):
			return nil, ErrPassphrase
		case sl.has(factorSecond):
			return nil, fmt.Errorf("%w: not this one", ErrSecondFactor)
		case sl.has(string(SlotKeyring)):
			return nil, fmt.Errorf("%w: its key does not fit the profile", ErrKeyring)
		}
		return nil, fmt.Errorf("%w: wrapped key does not authenticate", ErrDamaged)
	}
	key := secretKey(plain)
	clear(plain)
	return &key, nil
}

func (sl slot) has(kind string) bool {
	for _, f := range sl.Factors {
		if f.Kind == kind {
			return true
		}
	}
	return false
}

// newSlot makes the slot for a protection. For the key ring it puts a fresh
// secret there.
func newSlot(p *profileFile, pr Protection, key *secretKey, o Options) (slot, error) {
	n := 0
	for _, chosen := range []bool{len(pr.Passphrase) > 0, pr.Keyring, pr.None} {
		if chosen {
			n++
		}
	}
	if n != 1 {
		return slot{}, ErrProtection
	}
	entropy := func(n int) ([]byte, error) {
		b := make([]byte, n)
		if _, err := io.ReadFull(o.Rand, b); err != nil {
			return nil, fmt.Errorf("store: read entropy: %w", err)
		}
		return b, nil
	}
	salt, err := entropy(saltSize)
	if err != nil {
		return slot{}, err
	}
	first := factor{Salt: salt}
	switch {
	case len(pr.Passphrase) > 0:
		first.Kind = string(SlotPassphrase)
		first.Time, first.Memory, first.Threads = o.KDF.Time, o.KDF.Memory, o.KDF.Threads
	case pr.Keyring:
		first.Kind = string(SlotKeyring)
		// A fresh account name each time: if writing the folder fails, the old
		// entry still opens the old slot.
		name, err := entropy(4)
		if err != nil {
			return slot{}, err
		}
		first.Account = fmt.Sprintf("%s-%x", p.Profile, name)
		secret, err := entropy(32)
		if err != nil {
			return slot{}, err
		}
		defer clear(secret)
		if err := o.Keyring.Set(first.Account, base64.StdEncoding.EncodeToString(secret)); err != nil {
			return slot{}, fmt.Errorf("%w: %w", ErrKeyring, err)
		}
	default:
		first.Kind = string(SlotNone)
	}
	sl := slot{Factors: []factor{first}}
	if len(pr.Second) > 0 {
		salt, err := entropy(saltSize)
		if err != nil {
			return slot{}, err
		}
		sl.Factors = append(sl.Factors, factor{Kind: factorSecond, Salt: salt})
	}
	return sl, sl.wrap(p, secrets{pr.Passphrase, pr.Second, o.Keyring}, key, o.Rand)
}
