package vm

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ChatPart is a stretch of text, found by a search or not.
type ChatPart struct {
	Text  string
	Found bool
}

// searchWords takes a search apart as the index does: words of letters and
// digits, without case and accents.
func searchWords(query string) []string {
	var words []string
	for _, w := range strings.FieldsFunc(query, func(r rune) bool { return !wordRune(r) }) {
		if w = foldWord(w); w != "" {
			words = append(words, w)
		}
	}
	return words
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

func foldWord(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		if !unicode.IsMark(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// MarkFound splits a text at the words of a search: a word counts when it
// begins with one of them; scripts without spaces match anywhere.
func MarkFound(s, query string) []ChatPart { return markFound(s, searchWords(query)) }

func markFound(s string, words []string) []ChatPart {
	if len(words) == 0 {
		return []ChatPart{{Text: s}}
	}
	var parts []ChatPart
	plain := 0
	before := ' '
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !wordRune(r) || wordRune(before) && !spaceless(r) {
			before = r
			i += size
			continue
		}
		if n := longestMatch(s[i:], words); n > 0 {
			if plain < i {
				parts = append(parts, ChatPart{Text: s[plain:i]})
			}
			parts = append(parts, ChatPart{Text: s[i : i+n], Found: true})
			before, _ = utf8.DecodeLastRuneInString(s[i : i+n])
			i += n
			plain = i
			continue
		}
		before = r
		i += size
	}
	if plain < len(s) {
		parts = append(parts, ChatPart{Text: s[plain:]})
	}
	return parts
}

// longestMatch returns how many bytes at the beginning of s are one of words.
func longestMatch(s string, words []string) int {
	best := 0
	for _, w := range words {
		rest := w
		n := 0
		for i, r := range s {
			folded := foldWord(string(r))
			if rest == "" && folded != "" || !strings.HasPrefix(rest, folded) {
				break
			}
			rest = rest[len(folded):]
			n = i + utf8.RuneLen(r)
		}
		if rest == "" {
			best = max(best, n)
		}
	}
	return best
}

// spaceless reports scripts that write words without spaces between.
func spaceless(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// snippet is one line of a message with what was found in view: cut at a word
// some way before the first hit.
func snippet(s, query string) []ChatPart {
	parts := markFound(strings.Join(strings.Fields(s), " "), searchWords(query))
	const lead, most = 24, 160 // characters
	if len(parts) > 1 && !parts[0].Found {
		first := []rune(parts[0].Text)
		if len(first) > lead {
			cut := string(first[len(first)-lead:])
			if i := strings.IndexByte(cut, ' '); i >= 0 {
				cut = cut[i+1:]
			}
			parts[0].Text = "…" + cut
		}
	}
	left := most
	for i := range parts {
		if n := utf8.RuneCountInString(parts[i].Text); n <= left {
			left -= n
			continue
		}
		parts[i].Text = string([]rune(parts[i].Text)[:left]) + "…"
		return parts[:i+1]
	}
	return parts
}
