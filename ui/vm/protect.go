package vm

import (
	"unicode/utf8"

	"sotto/engine"
	"sotto/ui/text"
)

// ProtectionKind is how a profile is protected on this computer.
type ProtectionKind int

// The kinds: what the system keeps for its user, a passphrase, nothing.
const (
	ByKeyring ProtectionKind = iota
	ByPassphrase
	ByNothing
)

// MinPassphrase is the shortest passphrase that is accepted, in characters.
const MinPassphrase = 8

// ProtectionChoice is what somebody has chosen so far, on the first run or in
// settings.
type ProtectionChoice struct {
	Kind              ProtectionKind
	Passphrase, Again string
}

// Problem says what is still missing, or nothing. It says nothing about a
// repetition that has not begun.
func (c ProtectionChoice) Problem() string {
	switch n := utf8.RuneCountInString(c.Passphrase); {
	case c.Kind != ByPassphrase || n == 0:
		return ""
	case n < MinPassphrase:
		return text.N("protect.too_short", MinPassphrase)
	case c.Again != "" && c.Again != c.Passphrase:
		return text.T("protect.differs")
	}
	return ""
}

// Complete reports whether the choice can be carried out.
func (c ProtectionChoice) Complete() bool {
	return c.Kind != ByPassphrase ||
		utf8.RuneCountInString(c.Passphrase) >= MinPassphrase && c.Again == c.Passphrase
}

// Protection returns the choice as the engine takes it.
func (c ProtectionChoice) Protection() engine.Protection {
	switch c.Kind {
	case ByPassphrase:
		return engine.Protection{Passphrase: []byte(c.Passphrase)}
	case ByKeyring:
		return engine.Protection{Keyring: true}
	}
	return engine.Protection{None: true}
}

// ProtectionOf reads what opens a profile.
func ProtectionOf(info engine.ProfileInfo) ProtectionKind {
	for _, s := range info.Slots {
		switch s {
		case "passphrase":
			return ByPassphrase
		case "keyring":
			return ByKeyring
		}
	}
	return ByNothing
}
