package fts

// Text is a tokenized text, for the messages that are not in a segment yet.
type Text struct {
	terms []textTerm
}

type textTerm struct {
	term string
	pos  int
}

// Tokenize cuts the texts of one document.
func Tokenize(texts ...string) Text {
	var t tokenizer
	var out Text
	pos := 0
	for _, s := range texts {
		pos = t.run(s, pos, func(term []byte, pos int, _ tokenKind) {
			out.terms = append(out.terms, textTerm{string(term), pos})
		}) + fieldGap
	}
	return out
}

// Matches reports whether the query is found in t, as it would be in a segment.
func (q Query) Matches(t Text) bool {
	for _, c := range q.clauses {
		if !c.matches(t) {
			return false
		}
	}
	return len(q.clauses) > 0
}

func (c clause) matches(t Text) bool {
	first := &c.terms[0]
	for i := range t.terms {
		x := &t.terms[i]
		if x.term[0] != first.term[0] {
			continue
		}
		if first.matches(x.term) && c.continues(t.terms[i+1:], x.pos-first.offset) {
			return true
		}
	}
	return false
}

// continues looks for the other terms of a phrase that starts at base.
func (c clause) continues(rest []textTerm, base int) bool {
	for _, want := range c.terms[1:] {
		found := false
		for i, x := range rest {
			if x.pos > base+want.offset {
				break
			}
			if x.pos == base+want.offset && want.matches(x.term) {
				rest, found = rest[i+1:], true
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}
