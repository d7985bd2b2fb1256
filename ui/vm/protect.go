package vm

import (
	"unicode"
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
		return engine.Protection{Passphrase: []byte(c.Passphrase), KeepSecond: true}
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

// Strength is how hard a passphrase is to guess, roughly.
type Strength int

// The strengths. Short ones are not accepted at all.
const (
	TooShort Strength = iota
	Weak
	Fair
	Strong
)

// StrengthHint is something that makes a passphrase better.
type StrengthHint struct {
	Key string // protect.hint_...
	Met bool
}

// StrengthOf judges a passphrase. Length counts most: several words without a
// single digit are as good as a short tangle of signs.
func StrengthOf(passphrase string) (Strength, []StrengthHint) {
	const long, veryLong = 12, 20
	n := utf8.RuneCountInString(passphrase)
	var digit, symbol, upper, lower bool
	different := map[rune]bool{}
	for _, r := range passphrase {
		different[r] = true
		switch {
		case unicode.IsDigit(r):
			digit = true
		case unicode.IsUpper(r):
			upper = true
		case unicode.IsLower(r):
			lower = true
		case !unicode.IsLetter(r):
			symbol = true
		}
	}
	hints := []StrengthHint{
		{"protect.hint_long", n > long}, {"protect.hint_digit", digit}, {"protect.hint_symbol", symbol},
		{"protect.hint_upper", upper}, {"protect.hint_lower", lower},
	}
	kinds := 0
	for _, h := range hints[1:] {
		if h.Met {
			kinds++
		}
	}
	switch {
	case n < MinPassphrase:
		return TooShort, hints
	case len(different) < 5: // aaaaaaaa, 12121212
		return Weak, hints
	case n >= veryLong, n > long && kinds >= 3:
		return Strong, hints
	case n > long, kinds >= 3:
		return Fair, hints
	}
	return Weak, hints
}

// Words says it in a sentence; nothing while nothing is typed.
func (s Strength) Words() string {
	switch s {
	case Weak:
		return text.T("protect.weak")
	case Fair:
		return text.T("protect.fair")
	case Strong:
		return text.T("protect.strong")
	}
	return text.N("protect.too_short", MinPassphrase)
}
