package fts

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Query is what is looked for: every clause must be found.
type Query struct {
	clauses []clause
}

// clause is one term, or a phrase of terms at fixed distances.
type clause struct {
	terms []queryTerm
}

type queryTerm struct {
	term   string
	offset int
	prefix bool
}

const (
	maxQuery   = 4096 // bytes read of what was typed
	maxClauses = 32
	maxPhrase  = 64 // terms of one clause
)

// Parse reads what a user typed. Words apart are looked for in any order, each
// also as the beginning of a word; what stands in double quotes (straight or
// typographic) is a phrase of whole words, whose last word is a beginning while
// the closing quote is missing. A word with marks inside (an address, a date)
// and a run of a script without spaces are phrases too.
func Parse(text string) Query {
	if len(text) > maxQuery {
		text = strings.ToValidUTF8(text[:maxQuery], "")
	}
	var q Query
	for text != "" && len(q.clauses) < maxClauses {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		if text == "" {
			break
		}
		if quote := leadingQuote(text); quote > 0 {
			inside, rest, closed := cutQuote(text[quote:])
			q.add(inside, !closed)
			text = rest
			continue
		}
		end := strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || isQuote(r) })
		if end < 0 {
			end = len(text)
		}
		q.add(text[:end], true)
		text = text[end:]
	}
	return q
}

// Empty reports a query without anything that could be found.
func (q Query) Empty() bool { return len(q.clauses) == 0 }

func isQuote(r rune) bool { return r == '"' || r == '“' || r == '”' || r == '„' }

func leadingQuote(s string) int {
	if r, size := utf8.DecodeRuneInString(s); isQuote(r) {
		return size
	}
	return 0
}

func cutQuote(s string) (inside, rest string, closed bool) {
	i := strings.IndexFunc(s, isQuote)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+leadingQuote(s[i:]):], true
}

func (q *Query) add(text string, open bool) {
	var c clause
	var kinds []tokenKind
	var t tokenizer
	t.run(text, 0, func(term []byte, pos int, kind tokenKind) {
		if len(c.terms) < maxPhrase {
			c.terms = append(c.terms, queryTerm{term: string(term), offset: pos})
			kinds = append(kinds, kind)
		}
	})
	// In an indexed run of a dense script the last letter is a term only where
	// the run ends. In a query it says nothing after a pair; alone it is the
	// beginning of a pair.
	terms := c.terms[:0]
	for i, kind := range kinds {
		x := c.terms[i]
		switch {
		case kind == lone && i > 0 && kinds[i-1] == pair:
			continue
		case kind == lone:
			x.prefix = true
		case kind == word && open && i == len(kinds)-1:
			x.prefix = true
		}
		terms = append(terms, x)
	}
	if c.terms = terms; len(terms) > 0 {
		q.clauses = append(q.clauses, c)
	}
}

func (x queryTerm) matches(term string) bool {
	return x.term == term || x.prefix && strings.HasPrefix(term, x.term)
}
