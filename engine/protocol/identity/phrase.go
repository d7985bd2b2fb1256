package identity

import (
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"strings"
)

// maxPhraseInput bounds the text that a decoder looks at; 25 words with
// numbering and generous line breaks stay far below.
const maxPhraseInput = 8192

// EncodePhrase returns the recovery phrase of a seed: 13 words for 16 bytes,
// 25 for 32. Each four bytes are a little-endian number x that becomes three
// words out of N = 1626:
//
//	a =  x            mod N
//	b = (x / N  + a)  mod N
//	c = (x / N² + b)  mod N
//
// The last word repeats one of the others and is the checksum: number
// CRC-32 (IEEE) of the joined three-letter prefixes, modulo the number of
// words before it (docs/protocol/identity.md §2.2).
func EncodePhrase(seed []byte) (string, error) {
	if len(seed) != SeedSize && len(seed) != LongSeedSize {
		return "", ErrSeedLength
	}
	indices := make([]int, 0, 25)
	for ; len(seed) > 0; seed = seed[4:] {
		x := binary.LittleEndian.Uint32(seed)
		a := x % wordCount
		b := (x/wordCount + a) % wordCount
		c := (x/wordCount/wordCount + b) % wordCount
		indices = append(indices, int(a), int(b), int(c))
	}
	indices = append(indices, indices[checksum(indices)])

	list := make([]string, len(indices))
	for i, n := range indices {
		list[i] = words[n]
	}
	return strings.Join(list, " "), nil
}

// checksum returns the position of the word that the phrase repeats at its end.
func checksum(indices []int) int {
	h := crc32.NewIEEE()
	for _, n := range indices {
		h.Write([]byte(words[n][:prefixLen]))
	}
	return int(h.Sum32() % uint32(len(indices)))
}

// DecodePhrase returns the seed of a recovery phrase: 16 bytes for 13 words,
// 32 for 25. Case, numbering, punctuation, line breaks and the letters after
// the third of each word do not matter. Every error is a *PhraseError.
func DecodePhrase(phrase string) ([]byte, error) {
	if len(phrase) > maxPhraseInput {
		return nil, &PhraseError{Kind: PhraseTooManyWords}
	}
	typed := phraseWords(phrase)
	// A word that is not in the list is the better hint even when the number
	// of words is wrong too: two words run together cause both.
	indices := make([]int, len(typed))
	for i, w := range typed {
		if i >= 25 {
			break
		}
		n, ok := lookup(w)
		if !ok {
			return nil, &PhraseError{
				Kind: PhraseUnknownWord, Word: w, Position: i + 1,
				Suggestions: SuggestWords(w),
			}
		}
		indices[i] = n
	}
	if kind := countError(len(typed)); kind != 0 {
		return nil, &PhraseError{Kind: kind, Position: len(typed)}
	}

	last := len(indices) - 1
	seed := make([]byte, 0, LongSeedSize)
	for i := 0; i < last; i += 3 {
		x, ok := joinTriplet(indices[i], indices[i+1], indices[i+2])
		if !ok {
			clear(seed)
			return nil, &PhraseError{Kind: PhraseImpossible, Position: i + 1}
		}
		seed = binary.LittleEndian.AppendUint32(seed, x)
	}
	if indices[last] != indices[checksum(indices[:last])] {
		clear(seed)
		return nil, &PhraseError{Kind: PhraseWrongChecksum, Word: typed[last], Position: last + 1}
	}
	return seed, nil
}

// countError names what is wrong with a number of words, 0 if nothing is.
func countError(n int) PhraseErrorKind {
	switch {
	case n == 0:
		return PhraseEmpty
	case n < 12:
		return PhraseTooFewWords
	case n == 12 || n == 24:
		return PhraseMissingChecksum
	case n == 13 || n == 25:
		return 0
	}
	return PhraseTooManyWords
}

// joinTriplet undoes the split of a number into three words. About
// one triplet in a thousand stands for more than 2^32-1 and means nothing.
func joinTriplet(a, b, c int) (uint32, bool) {
	const n = wordCount
	x := uint64(a) + n*uint64((n-a+b)%n) + n*n*uint64((n-b+c)%n)
	return uint32(x), x>>32 == 0
}

// DecodeRecovery reads what a person may hold as a backup: the phrase, or the
// content of the recovery QR code, which is the seed as 32 (or 64)
// hexadecimal characters. Every error is a *PhraseError.
func DecodeRecovery(text string) ([]byte, error) {
	if len(text) > maxPhraseInput {
		return nil, &PhraseError{Kind: PhraseTooManyWords}
	}
	compact := strings.Map(func(r rune) rune {
		if isBlank(r) {
			return -1
		}
		return r
	}, text)
	if !looksLikeHex(compact) {
		return DecodePhrase(text)
	}
	seed, err := hex.DecodeString(compact)
	if err != nil || len(seed) != SeedSize && len(seed) != LongSeedSize {
		return nil, &PhraseError{Kind: PhraseBadHex, Position: len(compact)}
	}
	return seed, nil
}

// looksLikeHex tells a cut-off QR content from a phrase: no phrase consists of
// hexadecimal characters only, apart from a few single words ("faded").
func looksLikeHex(s string) bool {
	if len(s) < 16 {
		return false
	}
	for _, r := range s {
		switch {
		case '0' <= r && r <= '9', 'a' <= r && r <= 'f', 'A' <= r && r <= 'F':
		default:
			return false
		}
	}
	return true
}

// Restore returns the account behind a phrase or the content of a recovery QR
// code. Every error is a *PhraseError.
func Restore(text string) (*Account, error) {
	seed, err := DecodeRecovery(text)
	if err != nil {
		return nil, err
	}
	defer clear(seed)
	return FromSeed(seed)
}
