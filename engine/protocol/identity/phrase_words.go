package identity

import (
	"sort"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxSuggestions bounds the lists of SuggestWords and PhraseError.
const maxSuggestions = 5

// phraseWords splits typed or pasted text into lower-case words: whatever is
// no letter separates. NFKC rather than NFC, so that full-width letters and
// the ligatures that PDF readers copy ("ﬁ") come out as letters too; for the
// English list both accept the same well-formed phrases.
func phraseWords(text string) []string {
	text = strings.Map(func(r rune) rune {
		switch r {
		// Marks of layout that stand inside a word and do not end it.
		case '\u00ad', '\u200c', '\u200d', '\u2060', '\ufeff', '\u200e', '\u200f':
			return -1
		}
		return r
	}, text)
	text = strings.ToLower(norm.NFKC.String(text))
	return strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r)
	})
}

// cleanWord is phraseWords for one box of an input form; text that is not
// exactly one word gives "".
func cleanWord(text string) string {
	if len(text) > 256 {
		return ""
	}
	if list := phraseWords(text); len(list) == 1 {
		return list[0]
	}
	return ""
}

// CheckWord reports whether a typed word counts as a word of the list. As in
// every Session client its first three letters decide.
func CheckWord(word string) bool {
	_, ok := lookup(cleanWord(word))
	return ok
}

// CompleteWord returns the words of the list that begin with prefix, in
// alphabetical order; nil for an empty prefix. When prefix is longer than
// three letters and only these match, the one word that they stand for is
// returned: "abbot" completes to "abbey", which is how it will be read.
func CompleteWord(prefix string) []string {
	p := cleanWord(prefix)
	if p == "" {
		return nil
	}
	// The list is in alphabetical order; a test holds it to that.
	first := sort.SearchStrings(words, p)
	var found []string
	for _, w := range words[first:] {
		if !strings.HasPrefix(w, p) {
			break
		}
		found = append(found, w)
	}
	if len(found) == 0 {
		if n, ok := lookup(p); ok {
			found = []string{words[n]}
		}
	}
	return found
}

// SuggestWords returns up to five words of the list that are nearest to a
// mistyped one, nearest first. A swap of neighbours counts as one mistake.
func SuggestWords(word string) []string {
	w := []rune(cleanWord(word))
	if len(w) == 0 || len(w) > 32 {
		return nil
	}
	// Short words: one mistake; longer ones: up to three.
	limit := min(1+len(w)/3, 3)
	type near struct{ index, distance int }
	var list []near
	for i, candidate := range words {
		if d := editDistance(w, []rune(candidate)); d <= limit {
			list = append(list, near{i, d})
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].distance < list[j].distance })
	var out []string
	for _, n := range list[:min(len(list), maxSuggestions)] {
		out = append(out, words[n.index])
	}
	return out
}

// editDistance counts insertions, deletions, replacements and swaps of
// neighbours (optimal string alignment).
func editDistance(a, b []rune) int {
	before := make([]int, len(b)+1)
	previous := make([]int, len(b)+1)
	current := make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(previous[j]+1, current[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			current[j] = d
		}
		before, previous, current = previous, current, before
	}
	return previous[len(b)]
}
