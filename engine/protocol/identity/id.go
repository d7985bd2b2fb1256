package identity

import (
	"encoding/hex"
	"strings"
)

// Prefix is the first byte of an identifier: it tells what kind of key follows
// (docs/protocol/identity.md §3).
type Prefix byte

const (
	// Session: an account; the key is X25519. Also a legacy closed group.
	Session Prefix = 0x05
	// Group: a closed group; the key is the group's Ed25519 public key.
	Group Prefix = 0x03
	// Unblinded: an account in a community without blinding; Ed25519.
	Unblinded Prefix = 0x00
	// Blinded15: a blinded account in a community; an Ed25519 point.
	Blinded15 Prefix = 0x15
	// Blinded25: the newer blinding scheme; an Ed25519 point.
	Blinded25 Prefix = 0x25
	// VersionBlinded: only in the file server's version call; Ed25519.
	VersionBlinded Prefix = 0x07
)

// Known reports whether p is one of the prefixes above.
func (p Prefix) Known() bool {
	switch p {
	case Session, Group, Unblinded, Blinded15, Blinded25, VersionBlinded:
		return true
	}
	return false
}

// ID is an identifier of the network: prefix byte ‖ 32-byte public key.
// It is comparable and may be a map key. The zero ID means "nobody"; it never
// is a valid identifier, because prefix 00 with a key of zeros is no point
// that anybody can own.
type ID [33]byte

// NewID joins a prefix and a key. It checks neither.
func NewID(p Prefix, key [32]byte) ID {
	var id ID
	id[0] = byte(p)
	copy(id[1:], key[:])
	return id
}

// Prefix returns the first byte.
func (id ID) Prefix() Prefix { return Prefix(id[0]) }

// Key returns the 32 bytes after the prefix.
func (id ID) Key() [32]byte { return [32]byte(id[1:]) }

// IsZero reports whether id is the zero ID.
func (id ID) IsZero() bool { return id == ID{} }

// String returns the 66 lower-case hexadecimal characters.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// Short returns the form shown for an account without a name: the first and
// the last four characters, as in "(0548…2c69)" (docs/protocol/identity.md §4).
func (id ID) Short() string {
	s := id.String()
	return "(" + s[:4] + "…" + s[len(s)-4:] + ")"
}

// Bytes returns a copy of the 33 bytes.
func (id ID) Bytes() []byte { return append([]byte(nil), id[:]...) }

// MarshalText writes the 66 characters, and nothing for the zero ID.
func (id ID) MarshalText() ([]byte, error) {
	if id.IsZero() {
		return []byte{}, nil
	}
	return hex.AppendEncode(nil, id[:]), nil
}

// UnmarshalText reads what ParseID reads; empty text is the zero ID.
func (id *ID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*id = ID{}
		return nil
	}
	parsed, err := ParseID(string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}

// ParseID reads an identifier with any known prefix. Case does not matter;
// white space and invisible characters around it are dropped. The errors are
// ErrIDLength, ErrIDHex, ErrIDPrefix and, for 66 zeros, ErrIDKey.
func ParseID(s string) (ID, error) {
	// A pasted megabyte must not be trimmed rune by rune before it is refused.
	if len(s) > 1024 {
		return ID{}, ErrIDLength
	}
	s = strings.TrimFunc(s, isBlank)
	if len(s) != 66 {
		return ID{}, ErrIDLength
	}
	var id ID
	if _, err := hex.Decode(id[:], []byte(s)); err != nil {
		return ID{}, ErrIDHex
	}
	return checkID(id)
}

// checkID refuses prefixes that mean nothing, and the zero ID.
func checkID(id ID) (ID, error) {
	if !id.Prefix().Known() {
		return ID{}, ErrIDPrefix
	}
	if id.IsZero() {
		return ID{}, ErrIDKey
	}
	return id, nil
}

// IDFromBytes reads the 33-byte binary form (protobuf, config, ONS).
func IDFromBytes(b []byte) (ID, error) {
	if len(b) != 33 {
		return ID{}, ErrIDLength
	}
	return checkID(ID(b))
}

// ParseSessionID reads the identifier of an account: ParseID, and the prefix
// must be 05. Keys of small order are refused with ErrIDKey: nothing can be
// sealed for them.
func ParseSessionID(s string) (ID, error) {
	id, err := ParseID(s)
	if err != nil {
		return ID{}, err
	}
	if id.Prefix() != Session {
		return ID{}, ErrIDPrefix
	}
	if lowOrderX25519(id.Key()) {
		return ID{}, ErrIDKey
	}
	return id, nil
}
