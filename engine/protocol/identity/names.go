package identity

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxNameBytes is the limit of display names, group names and nicknames, in
// bytes of UTF-8 (docs/protocol/identity.md §4). Input fields stop there.
const MaxNameBytes = 100

// TrimName drops white space and invisible characters at both ends.
func TrimName(name string) string { return strings.TrimFunc(name, isBlank) }

// CleanName prepares a name that the account's owner typed: trimmed, valid
// UTF-8, not empty (ErrNameEmpty), at most MaxNameBytes (ErrNameTooLong).
func CleanName(name string) (string, error) {
	name = TrimName(strings.ToValidUTF8(name, "\ufffd"))
	if name == "" {
		return "", ErrNameEmpty
	}
	if len(name) > MaxNameBytes {
		return "", ErrNameTooLong
	}
	return name, nil
}

// TruncateName cuts a name to at most limit bytes, at the border of a code
// point.
func TruncateName(name string, limit int) string {
	if len(name) <= limit {
		return name
	}
	cut := max(limit, 0)
	for cut > 0 && !utf8.RuneStart(name[cut]) {
		cut--
	}
	return name[:cut]
}

// DisplayName returns what is shown for somebody else: the name they gave
// themselves, made harmless, or the short form of their id without one. Line
// breaks and other control characters become spaces, and the characters that
// override the direction of text go, since a name could otherwise re-order
// what stands around it.
func DisplayName(name string, id ID) string {
	name = TruncateName(name, 4*MaxNameBytes)
	name = strings.Map(func(r rune) rune {
		switch {
		case '\u202a' <= r && r <= '\u202e', '\u2066' <= r && r <= '\u2069':
			return -1
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, "\ufffd"))
	name = TrimName(TruncateName(TrimName(name), MaxNameBytes))
	if name == "" {
		return id.Short()
	}
	return name
}

// isBlank reports characters that have no ink: white space, and the invisible
// ones that people use to make an empty name (docs/protocol/identity.md §4).
func isBlank(r rune) bool {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u200e', '\u200f':
		return true
	}
	return unicode.IsSpace(r)
}
