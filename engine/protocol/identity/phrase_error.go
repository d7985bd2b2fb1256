package identity

import "fmt"

// PhraseErrorKind names a mistake in a recovery phrase.
type PhraseErrorKind int

const (
	_ PhraseErrorKind = iota
	// PhraseEmpty: no word at all.
	PhraseEmpty
	// PhraseTooFewWords: fewer than 12 words. Position is their number.
	PhraseTooFewWords
	// PhraseMissingChecksum: 12 (or 24) words, so most likely the last one is
	// missing. Position is their number.
	PhraseMissingChecksum
	// PhraseTooManyWords: neither 13 nor 25 words. Position is their number, 0
	// if the text was too long to be counted.
	PhraseTooManyWords
	// PhraseUnknownWord: Word at Position is not in the list. Suggestions has
	// the nearest ones.
	PhraseUnknownWord
	// PhraseImpossible: the three words that start at Position never stand
	// together; at least one of them is wrong.
	PhraseImpossible
	// PhraseWrongChecksum: each word exists, and together they do not fit: a
	// word is wrong, or two are swapped.
	//
	// The error does not carry the last word that would fit. It is no secret,
	// as everybody can compute it from the other twelve, but a person who puts
	// it in silently opens another, empty account while the real mistake most
	// likely is in one of the twelve.
	PhraseWrongChecksum
	// PhraseBadHex: hexadecimal text, but not 32 or 64 characters of it.
	// Position is their number.
	PhraseBadHex
)

var phraseErrorNames = [...]string{
	PhraseEmpty:           "empty",
	PhraseTooFewWords:     "too few words",
	PhraseMissingChecksum: "checksum word missing",
	PhraseTooManyWords:    "too many words",
	PhraseUnknownWord:     "unknown word",
	PhraseImpossible:      "impossible combination of three words",
	PhraseWrongChecksum:   "checksum word does not fit",
	PhraseBadHex:          "hexadecimal seed of a wrong length",
}

// String returns a short English name, for logs and tests.
func (k PhraseErrorKind) String() string {
	if k <= 0 || int(k) >= len(phraseErrorNames) {
		return "unknown"
	}
	return phraseErrorNames[k]
}

// PhraseError is the error of DecodePhrase, DecodeRecovery and Restore.
type PhraseError struct {
	Kind PhraseErrorKind
	// Word is the word in question as it was understood: lower case, no
	// punctuation. It may be part of a secret: show it, never log it.
	Word string
	// Position counts words from 1; see Kind.
	Position int
	// Suggestions are words of the list, nearest first, at most five.
	Suggestions []string
}

// Error names the mistake and its place, and no word: error texts end up in
// logs, and words of a phrase must not.
func (e *PhraseError) Error() string {
	switch e.Kind {
	case PhraseUnknownWord, PhraseImpossible, PhraseWrongChecksum:
		return fmt.Sprintf("recovery phrase: %s at word %d", e.Kind, e.Position)
	}
	return "recovery phrase: " + e.Kind.String()
}
