package identity

import "unicode"

// isBlank reports characters that have no ink: white space, and the invisible
// ones that people use to make an empty name (docs/protocol/identity.md §4).
func isBlank(r rune) bool {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u200e', '\u200f':
		return true
	}
	return unicode.IsSpace(r)
}
