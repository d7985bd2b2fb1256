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
	// Second is the secret of a second factor (the content of a key file, the
	// secret a hardware key returns), which opens only together with the
	// first. Empty is none.
	Second []byte
}

// Unlock is what the user brings to open a profile; a profile kept by the key
// ring or unprotected needs nothing.
type Unlock struct {
	Passphrase []byte
	Second     []byte
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
	Second  bool // a second factor is needed as well
	InUse   bool // another process has it open
	Version int  // of the folder format
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
