package widget

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SpanKind says how a stretch of text is shown.
type SpanKind int

// The kinds of spans.
const (
	Plain     SpanKind = iota
	Strong             // weight 600
	Link               // underlined, in accent-ink; Data is the address
	Mention            // weight 600, in accent-ink; Data is whatever the caller put there
	MentionMe          // the same on an accent-soft ground
	Fence              // a block in the monospaced face, drawn as an inset
	Quiet              // text3
	Bad                // danger
	Lively             // accent-ink, without a line under it ("typing…")
	Dark               // text, where the rest is quieter: who said it
	Found              // weight 600 on a warn-soft ground: what a search found
)

// Span is a stretch of text of one kind.
type Span struct {
	Text string
	Kind SpanKind
	Data string
}

// Text returns plain text as spans.
func Text(s string) []Span { return []Span{{Text: s}} }

// MentionFunc turns what follows an @ into a mention. token is the longest run
// of letters and digits after the sign; ok is false when it is none.
type MentionFunc func(token string) (label, data string, me, ok bool)

// links finds addresses that begin with a scheme or with www. The end is
// trimmed afterwards, see trimLink.
var links = regexp.MustCompile(`(?i)\b(?:https?://|www\.)[^\s<>"]+`)

var mentionToken = regexp.MustCompile(`@[0-9A-Za-z]+`)

// ParseText splits what a person wrote into spans: code fences, links and
// mentions. Nothing else is markup. mention may be nil.
func ParseText(s string, mention MentionFunc) []Span {
	var out []Span
	for s != "" {
		before, rest, ok := strings.Cut(s, "```")
		if !ok {
			return append(out, parseInline(s, mention)...)
		}
		code, after, closed := strings.Cut(rest, "```")
		if !closed || strings.TrimSpace(code) == "" {
			return append(out, parseInline(s, mention)...)
		}
		out = append(out, parseInline(strings.TrimRight(before, "\n "), mention)...)
		out = append(out, Span{Text: fenceBody(code), Kind: Fence})
		s = strings.TrimLeft(after, "\n ")
	}
	return out
}

// fenceBody drops the language word of the first line and the outer newlines.
func fenceBody(code string) string {
	if first, rest, ok := strings.Cut(code, "\n"); ok && !strings.ContainsAny(first, " \t{}();=") {
		code = rest
	}
	return strings.Trim(code, "\n")
}

func parseInline(s string, mention MentionFunc) []Span {
	var out []Span
	for mayHaveLink(s) {
		at := links.FindStringIndex(s)
		if at == nil {
			break
		}
		address := trimLink(s[at[0]:at[1]])
		if len(address) < 5 {
			out = append(out, parseMentions(s[:at[1]], mention)...)
			s = s[at[1]:]
			continue
		}
		out = append(out, parseMentions(s[:at[0]], mention)...)
		data := address
		if len(data) >= 4 && strings.EqualFold(data[:4], "www.") {
			data = "https://" + data
		}
		out = append(out, Span{Text: address, Kind: Link, Data: data})
		s = s[at[0]+len(address):]
	}
	return append(out, parseMentions(s, mention)...)
}

// mayHaveLink spares most messages the regular expression.
func mayHaveLink(s string) bool {
	return strings.Contains(s, "://") || strings.Contains(s, "www.") || strings.Contains(s, "WWW.") || strings.Contains(s, "Www.")
}

// trimLink cuts punctuation that ends the sentence rather than the address,
// and a closing bracket whose partner is outside.
func trimLink(s string) string {
	for s != "" {
		r, n := utf8.DecodeLastRuneInString(s)
		switch {
		case strings.ContainsRune(".,;:!?'\"…", r):
		case r == ')' && strings.Count(s, ")") > strings.Count(s, "("):
		case r == ']' && strings.Count(s, "]") > strings.Count(s, "["):
		default:
			return s
		}
		s = s[:len(s)-n]
	}
	return s
}

func parseMentions(s string, mention MentionFunc) []Span {
	if s == "" {
		return nil
	}
	if mention == nil || !strings.Contains(s, "@") {
		return []Span{{Text: s}}
	}
	var out []Span
	plain := 0
	for _, at := range mentionToken.FindAllStringIndex(s, -1) {
		if before, _ := utf8.DecodeLastRuneInString(s[:at[0]]); at[0] > 0 && (unicode.IsLetter(before) || unicode.IsDigit(before)) {
			continue // an e-mail address
		}
		label, data, me, ok := mention(s[at[0]+1 : at[1]])
		if !ok {
			continue
		}
		if plain < at[0] {
			out = append(out, Span{Text: s[plain:at[0]]})
		}
		kind := Mention
		if me {
			kind = MentionMe
		}
		out = append(out, Span{Text: label, Kind: kind, Data: data})
		plain = at[1]
	}
	if plain < len(s) {
		out = append(out, Span{Text: s[plain:]})
	}
	return out
}
