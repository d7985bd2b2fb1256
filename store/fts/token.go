package fts

import "unicode/utf8"

const (
	// maxTerm bounds a term in bytes; what follows in a longer word is not
	// looked at.
	maxTerm = 64
	// maxPosition bounds places: a text that is longer is found by its words,
	// not by its phrases there.
	maxPosition = 1 << 20
	// maxMarks bounds the marks kept of one dense letter.
	maxMarks = 4
	// fieldGap separates the texts of one document, so that no phrase reaches
	// from one into the next.
	fieldGap = 16
)

// tokenKind is how a term came about.
type tokenKind uint8

const (
	word   tokenKind = iota // letters and digits between breaks
	pair                    // two neighbouring letters of a dense script
	lone                    // the last letter of a dense run
	symbol                  // one emoji
)

// tokenizer cuts texts into terms. Words are folded; of dense runs every pair
// of neighbours is a term, and the last letter: ABC gives AB, BC, C at three
// places, so that any part of the run is a phrase of terms. The zero value is
// ready; it keeps scratch space.
type tokenizer struct {
	folded []byte
	units  []int // starts of the letters of the current dense run
	emit   func(term []byte, pos int, kind tokenKind)
	pos    int
}

// run calls emit for each term. term is only valid during the call.
func (t *tokenizer) run(text string, pos int, emit func(term []byte, pos int, kind tokenKind)) (next int) {
	t.emit, t.pos = emit, pos
	t.folded = t.folded[:0]
	ascii := true
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= utf8.RuneSelf {
			ascii = false
			break
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		t.folded = append(t.folded, c)
	}
	if ascii {
		t.ascii()
	} else {
		t.folded = appendFolded(t.folded[:0], text)
		t.full()
	}
	return t.pos
}

func (t *tokenizer) put(term []byte, kind tokenKind) {
	if kind == word && len(term) > maxTerm {
		term = term[:maxTerm]
		if r := lastRune(term); !utf8.FullRune(r) {
			term = term[:len(term)-len(r)]
		}
	}
	t.emit(term, min(t.pos, maxPosition), kind)
	t.pos++
}

// lastRune is what stands from the last start byte on.
func lastRune(b []byte) []byte {
	for i := len(b) - 1; i >= 0 && i >= len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			return b[i:]
		}
	}
	return nil
}

func (t *tokenizer) ascii() {
	start := -1
	for i, c := range t.folded {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			if start < 0 {
				start = i
			}
		} else if start >= 0 {
			t.put(t.folded[start:i], word)
			start = -1
		}
	}
	if start >= 0 {
		t.put(t.folded[start:], word)
	}
}

func (t *tokenizer) full() {
	// Ignored runes inside of words must go: text is compacted in place while
	// it is read.
	b := t.folded
	w := 0      // write index
	start := -1 // of the current word
	marks := 0
	t.units = t.units[:0]
	endWord := func() {
		if start >= 0 {
			t.put(b[start:w], word)
			start = -1
		}
	}
	endRun := func() {
		for i := range t.units {
			switch {
			case i+2 < len(t.units):
				t.put(b[t.units[i]:t.units[i+2]], pair)
			case i+1 < len(t.units):
				t.put(b[t.units[i]:w], pair)
			default:
				t.put(b[t.units[i]:w], lone)
			}
		}
		t.units = t.units[:0]
	}
	for i := 0; i < len(b); {
		r, n := rune(b[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(b[i:])
		}
		c := classOf(r)
		if c == denseMark && len(t.units) == 0 {
			c = wordRune
		}
		switch c {
		case wordRune:
			endRun()
			if start < 0 {
				start = w
			}
			w += copy(b[w:], b[i:i+n])
		case denseRune:
			endWord()
			t.units = append(t.units, w)
			marks = 0
			w += copy(b[w:], b[i:i+n])
		case denseMark:
			if marks++; marks <= maxMarks {
				w += copy(b[w:], b[i:i+n])
			}
		case symbolRune:
			endWord()
			endRun()
			t.put(b[i:i+n], symbol)
		case separator:
			endWord()
			endRun()
		}
		i += n
	}
	endWord()
	endRun()
}
