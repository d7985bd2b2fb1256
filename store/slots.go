package store

import (
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/text/unicode/norm"
)

// A key slot wraps the database key. It lists factors, all of which are needed;
// changing protection writes new slots for the same database key.
//
// A slot of one factor is wrapped under BLAKE2b-256 of its secret. A slot of a
// passphrase and a second factor is wrapped under
//
//	HKDF-SHA-256(ikm = Argon2id(passphrase) (32) ‖ secret of the second factor (32),
//	             salt = salt of the second factor, info = "sotto key slot passphrase " ‖ kind), 32 bytes
//
// so neither of the two can be tried without the other.
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

	Credential []byte `json:"credential,omitempty"` // of a security key
	PIN        bool   `json:"pin,omitempty"`        // the security key is asked with its PIN
}

const (
	saltSize   = 16
	askSize    = 32 // what a security key is asked for
	secretSize = 32
	maxSlots   = 8
	maxFactors = 2
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
	case string(KeyFile), string(SecurityKey):
		if len(s.second) != secretSize {
			return nil, ErrSecondFactor
		}
		return bytes.Clone(s.second), nil
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

// second returns the second factor of a slot, if it has one.
func (sl slot) second() (factor, bool) {
	for _, f := range sl.Factors {
		if f.isSecond() {
			return f, true
		}
	}
	return factor{}, false
}

func (f factor) isSecond() bool { return f.Kind == string(KeyFile) || f.Kind == string(SecurityKey) }

// check looks at the shape of a slot before anything is computed.
func (sl slot) check() error {
	if len(sl.Factors) == 0 || len(sl.Factors) > maxFactors {
		return fmt.Errorf("%w: key slot with %d factors", ErrDamaged, len(sl.Factors))
	}
	for i, f := range sl.Factors {
		switch {
		case len(f.Salt) < 8 || len(f.Salt) > 64:
			return fmt.Errorf("%w: salt of %d bytes", ErrDamaged, len(f.Salt))
		case !f.known():
			return fmt.Errorf("%w: key factor %q", ErrVersion, f.Kind)
		case f.isSecond() != (i == 1):
			return fmt.Errorf("%w: key factors in the wrong order", ErrDamaged)
		case f.Kind == string(SecurityKey) && (len(f.Salt) != askSize || len(f.Credential) == 0 || len(f.Credential) > MaxCredential):
			return fmt.Errorf("%w: credential of %d bytes", ErrDamaged, len(f.Credential))
		}
	}
	if len(sl.Factors) == 2 && sl.Factors[0].Kind != string(SlotPassphrase) {
		return fmt.Errorf("%w: a second factor without passphrase", ErrDamaged)
	}
	return nil
}

func (f factor) known() bool {
	switch f.Kind {
	case string(SlotPassphrase), string(SlotKeyring), string(SlotNone), string(KeyFile), string(SecurityKey):
		return true
	}
	return false
}

// wrapper makes the AEAD of a slot from the secrets of its factors.
func (sl slot) wrapper(s secrets) (cipher.AEAD, error) {
	if err := sl.check(); err != nil {
		return nil, err
	}
	two, has := sl.second()
	// A missing second factor is worth saying before Argon2id runs.
	if has && len(s.second) != secretSize {
		return nil, ErrSecondFactor
	}
	all := make([]byte, 0, 2*secretSize)
	defer func() { clear(all[:cap(all)]) }()
	for _, f := range sl.Factors {
		secret, err := f.secret(s)
		if err != nil {
			return nil, err
		}
		all = append(all, secret...)
		clear(secret)
	}
	var key []byte
	if has {
		var err error
		if key, err = hkdf.Key(sha256.New, all, two.Salt, "sotto key slot passphrase "+two.Kind, chacha20poly1305.KeySize); err != nil {
			return nil, fmt.Errorf("store: derive the key of a slot: %w", err)
		}
	} else {
		key = hashSecret("all", nil, all)
	}
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
		if f.isSecond() {
			add(string(f.Credential))
			b = append(b, flag(f.PIN))
		}
	}
	return b
}

func flag(on bool) byte {
	if on {
		return 1
	}
	return 0
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

// unwrap opens the slot. A wrong secret is ErrPassphrase, ErrKeyring or, where
// nothing secret is needed, ErrDamaged. Of passphrase and second factor nobody
// can tell which one is wrong: ErrPassphrase stands for both.
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
	if n != 1 || pr.Second != nil && !pr.Second.fits(pr) {
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
	var second []byte
	if two := pr.Second; two != nil {
		f := factor{Kind: string(two.Kind), Salt: two.Salt, Credential: two.Credential, PIN: two.PIN}
		if two.Kind == KeyFile {
			if f.Salt, err = entropy(saltSize); err != nil {
				return slot{}, err
			}
		}
		sl.Factors, second = append(sl.Factors, f), two.Secret
	}
	return sl, sl.wrap(p, secrets{pr.Passphrase, second, o.Keyring}, key, o.Rand)
}

// fits reports whether a second factor makes sense with the rest.
func (two *Second) fits(pr Protection) bool {
	if len(pr.Passphrase) == 0 || len(two.Secret) != secretSize {
		return false
	}
	if two.Kind == KeyFile {
		return true
	}
	return two.Kind == SecurityKey && len(two.Salt) == askSize && len(two.Credential) > 0 && len(two.Credential) <= MaxCredential
}
