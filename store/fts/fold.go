package fts

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// class is what a folded rune does to a text.
type class uint8

const (
	separator  class = iota
	wordRune         // part of a word
	denseRune        // letter of a script that writes without spaces
	denseMark        // mark that belongs to the dense letter before it
	symbolRune       // emoji and other symbols: a term of its own
	ignored          // neither letter nor break: joiners, selectors, skin tones
)

// folds are letters that people type without their ornament or as two, and
// that neither decomposition nor lower case brings there.
var folds = map[rune]string{
	'ß': "ss", 'ẞ': "ss", 'ς': "σ", 'ı': "i", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'ł': "l",
	'ħ': "h", 'æ': "ae", 'œ': "oe", 'ə': "e", 'ŧ': "t", 'ƒ': "f",
	'أ': "ا", 'إ': "ا", 'آ': "ا", 'ٱ': "ا", 'ى': "ي", 'ة': "ه", 'ک': "ك", 'ی': "ي",
}

// stripped reports accents and points that searching ignores. Marks of scripts
// in which they spell (Indic vowels, Thai) stay.
func stripped(r rune) bool {
	switch {
	case r < 0x300:
		return false
	case r <= 0x36F, // combining diacritical marks
		r >= 0x483 && r <= 0x489,   // Cyrillic
		r >= 0x591 && r <= 0x5C7,   // Hebrew points
		r >= 0x610 && r <= 0x61A,   // Arabic
		r == 0x640,                 // tatweel
		r >= 0x64B && r <= 0x65F,   // harakat
		r == 0x670,                 //
		r >= 0x6D6 && r <= 0x6ED,   //
		r >= 0x1AB0 && r <= 0x1AFF, // combining marks extended
		r >= 0x1DC0 && r <= 0x1DFF,
		r >= 0x20D0 && r <= 0x20FF,
		r >= 0xFE20 && r <= 0xFE2F:
		return true
	}
	return false
}

// classOf sorts a folded rune.
func classOf(r rune) class {
	if r < utf8.RuneSelf {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return wordRune
		}
		return separator
	}
	if r >= 0x0E00 && dense(r) {
		switch {
		case unicode.IsMark(r):
			return denseMark
		case unicode.IsLetter(r), unicode.IsNumber(r), r == 0x30FC:
			return denseRune
		}
		return separator
	}
	switch {
	case unicode.IsLetter(r), unicode.IsNumber(r):
		return wordRune
	case r >= 0xFE00 && r <= 0xFE0F, unicode.Is(unicode.Cf, r), unicode.Is(unicode.Sk, r) && r > 0xFFFF:
		return ignored
	case unicode.IsMark(r):
		return wordRune
	case unicode.Is(unicode.So, r):
		return symbolRune
	}
	return separator
}

// dense reports blocks of scripts that put no spaces between words.
func dense(r rune) bool {
	switch {
	case r <= 0x0EFF, // Thai, Lao
		r >= 0x1000 && r <= 0x109F, // Myanmar
		r >= 0x1780 && r <= 0x17FF, // Khmer
		r >= 0x2E80 && r <= 0x2FDF, // radicals
		r >= 0x3005 && r <= 0x3007,
		r >= 0x3040 && r <= 0x312F, // kana, Bopomofo
		r >= 0x31A0 && r <= 0x31FF,
		r >= 0x3400 && r <= 0x4DBF,
		r >= 0x4E00 && r <= 0x9FFF,
		r >= 0xA9E0 && r <= 0xA9FF,
		r >= 0xAA60 && r <= 0xAA7F,
		r >= 0xF900 && r <= 0xFAFF,
		r >= 0x1B000 && r <= 0x1B16F,
		r >= 0x20000 && r <= 0x3FFFF:
		return true
	}
	return false
}

// appendFolded appends text in the form that is compared: compatibility
// decomposition, without accents, lower case.
func appendFolded(dst []byte, text string) []byte {
	var it norm.Iter
	it.InitString(norm.NFKD, text)
	for !it.Done() {
		for seg := it.Next(); len(seg) > 0; {
			r, n := utf8.DecodeRune(seg)
			seg = seg[n:]
			dst = appendFoldedRune(dst, r)
		}
	}
	return dst
}

func appendFoldedRune(dst []byte, r rune) []byte {
	switch {
	case r < utf8.RuneSelf:
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return append(dst, byte(r))
	case stripped(r):
		return dst
	}
	r = unicode.ToLower(r)
	if s, ok := folds[r]; ok {
		return append(dst, s...)
	}
	return utf8.AppendRune(dst, r)
}
