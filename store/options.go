package store

import (
	"io"

	"sotto/internal/clock"
)

// Protection says how the database key is wrapped. Exactly one of Passphrase,
// Keyring and None is chosen.
type Protection struct {
	Passphrase []byte // Argon2id
	Keyring    bool   // the key ring of the operating system
	None       bool   // no protection: whoever has the folder has everything
	// Second opens only together with the passphrase; with another first
	// factor it is refused. nil is none.
	Second *Second
	// KeepSecond keeps the second factor that the open profile has, if any.
	KeepSecond bool
}

// SecondKind is what a second factor is.
type SecondKind string

// The second factors. Losing one loses the profile: only the recovery phrase
// brings the account back, on a new profile.
const (
	NoSecond    SecondKind = ""
	KeyFile     SecondKind = "key_file"
	SecurityKey SecondKind = "security_key"
)

// SecondInfo describes a second factor without its secret: what stands in
// profile.json, and what a security key has to be asked.
type SecondInfo struct {
	Kind       SecondKind
	Credential []byte // of a security key: at most MaxCredential bytes
	Salt       []byte // of a security key: the 32 bytes that its hmac-secret is asked for
	PIN        bool   // of a security key: it answers for its PIN only
}

// Second is a second factor with its secret of 32 bytes: KeyFileSecret of a key
// file, or what a security key answers for Salt.
type Second struct {
	SecondInfo
	Secret []byte
}

// MaxCredential bounds the credential id of a security key; authenticators
// bound it to 1023 bytes (CTAP 2.1 §6.4, maxCredentialIdLength).
const MaxCredential = 1023

// Unlock is what the user brings to open a profile; a profile kept by the key
// ring or unprotected needs nothing.
type Unlock struct {
	Passphrase []byte
	Second     []byte // secret of the second factor, 32 bytes
}

// Options are the surroundings of a store. The zero value is right for the
// program.
type Options struct {
	Clock   clock.Clock // clock.System
	Rand    io.Reader   // crypto/rand.Reader
	Keyring Keyring     // SystemKeyring
	KDF     KDF         // DefaultKDF; for passphrases set from now on
}

// KDF are Argon2id parameters.
type KDF struct {
	Time    uint32 // passes
	Memory  uint32 // KiB
	Threads uint8
}

// DefaultKDF costs about half a second on two cores of a small computer.
var DefaultKDF = KDF{Time: 3, Memory: 64 << 10, Threads: 4}

// Keyring keeps one secret per profile outside of its folder.
type Keyring interface {
	Get(account string) (string, error)
	Set(account, secret string) error
	Delete(account string) error
}

// SlotKind is how a key slot opens.
type SlotKind string

const (
	SlotPassphrase SlotKind = "passphrase"
	SlotKeyring    SlotKind = "keyring"
	SlotNone       SlotKind = "none"
)

// Info is what can be said of a profile folder without opening it.
type Info struct {
	Exists  bool
	Network string
	Slots   []SlotKind
	Second  SecondInfo // a second factor that is needed as well
	InUse   bool       // another process has it open
	Version int        // of the folder format

	Language string // of the window; empty: that of the system. Only Inspect tells it.
}

// Usage is the size of the database file and how much of it a Compact would
// give back, in bytes.
type Usage struct {
	File  int64
	Free  int64
	Index int64 // what the search index takes of it
}

// Salvaged counts what Salvage could save and what was lost.
type Salvaged struct {
	Conversations int
	Messages      int
	Other         int  // records of other kinds
	Damaged       int  // records that did not authenticate
	LostPages     int  // pages of the tree that could not be read
	Account       bool // the account record, which holds the seed, is among the saved
}
