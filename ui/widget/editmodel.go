package widget

import (
	"unicode"

	"github.com/go-text/typesetting/segmenter"
)

// editModel is a text with a caret and a selection: what an editor edits,
// without a picture of it. Positions count runes.
type editModel struct {
	text          []rune
	caret, anchor int // selection between them; equal when there is none
	past, future  []editState
	typing        bool // the last change was typing: one undo step with the next
	limit         int  // most runes; 0: none
}

type editState struct {
	text          string
	caret, anchor int
}

const undoLimit = 200

func (m *editModel) state() editState {
	return editState{string(m.text), m.caret, m.anchor}
}

func (m *editModel) restore(s editState) {
	m.text, m.caret, m.anchor = []rune(s.text), s.caret, s.anchor
	m.typing = false
}

// remember begins an undo step unless typing goes on.
func (m *editModel) remember(typing bool) {
	if !(typing && m.typing) {
		m.past = append(m.past, m.state())
		if len(m.past) > undoLimit {
			m.past = m.past[1:]
		}
	}
	m.future, m.typing = nil, typing
}

func (m *editModel) undo() bool { return m.swap(&m.past, &m.future) }
func (m *editModel) redo() bool { return m.swap(&m.future, &m.past) }

func (m *editModel) swap(from, to *[]editState) bool {
	n := len(*from)
	if n == 0 {
		return false
	}
	*to = append(*to, m.state())
	s := (*from)[n-1]
	*from = (*from)[:n-1]
	m.restore(s)
	return true
}

// set replaces everything and forgets the past.
func (m *editModel) set(s string) {
	m.text = []rune(s)
	if m.limit > 0 && len(m.text) > m.limit {
		m.text = m.text[:m.limit]
	}
	m.caret = len(m.text)
	m.anchor = m.caret
	m.past, m.future, m.typing = nil, nil, false
}

func (m *editModel) selection() (from, to int) {
	return min(m.caret, m.anchor), max(m.caret, m.anchor)
}

func (m *editModel) selected() string {
	from, to := m.selection()
	return string(m.text[from:to])
}

// insert puts text in the place of the selection.
func (m *editModel) insert(s string, typing bool) {
	m.remember(typing && m.caret == m.anchor)
	from, to := m.selection()
	in := []rune(s)
	if m.limit > 0 {
		if room := m.limit - (len(m.text) - (to - from)); len(in) > room {
			in = in[:max(0, room)]
		}
	}
	out := make([]rune, 0, len(m.text)-(to-from)+len(in))
	out = append(append(append(out, m.text[:from]...), in...), m.text[to:]...)
	m.text = out
	m.caret = from + len(in)
	m.anchor = m.caret
	if typing && len(in) == 1 && unicode.IsSpace(in[0]) {
		m.typing = false // undo takes back a word at a time
	}
}

// remove deletes the selection, or from the caret to a position.
func (m *editModel) remove(to int) bool {
	from, end := m.selection()
	if from == end {
		from, end = min(m.caret, to), max(m.caret, to)
	}
	if from == end {
		return false
	}
	m.remember(false)
	m.text = append(append([]rune(nil), m.text[:from]...), m.text[end:]...)
	m.caret, m.anchor = from, from
	return true
}

func (m *editModel) move(to int, extend bool) {
	m.caret = min(max(to, 0), len(m.text))
	if !extend {
		m.anchor = m.caret
	}
	m.typing = false
}

// previous and next step over a whole grapheme: an emoji family is one.
func (m *editModel) previous(at int) int {
	if at <= 0 {
		return 0
	}
	return lastGrapheme(m.text[:at])
}

func (m *editModel) next(at int) int {
	if at >= len(m.text) {
		return len(m.text)
	}
	const window = 64
	var seg segmenter.Segmenter
	seg.Init(m.text[at:min(len(m.text), at+window)])
	if it := seg.GraphemeIterator(); it.Next() {
		return at + len(it.Grapheme().Text)
	}
	return at + 1
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

func (m *editModel) previousWord(at int) int {
	for at > 0 && !wordRune(m.text[at-1]) {
		at--
	}
	for at > 0 && wordRune(m.text[at-1]) {
		at--
	}
	return at
}

func (m *editModel) nextWord(at int) int {
	for at < len(m.text) && !wordRune(m.text[at]) {
		at++
	}
	for at < len(m.text) && wordRune(m.text[at]) {
		at++
	}
	return at
}

// wordAt returns the word, or the single character, at a position.
func (m *editModel) wordAt(at int) (from, to int) {
	if len(m.text) == 0 {
		return 0, 0
	}
	at = min(at, len(m.text)-1)
	if !wordRune(m.text[at]) {
		return at, m.next(at)
	}
	from, to = at, at
	for from > 0 && wordRune(m.text[from-1]) {
		from--
	}
	for to < len(m.text) && wordRune(m.text[to]) {
		to++
	}
	return from, to
}

// paragraphAt returns the line between newlines at a position.
func (m *editModel) paragraphAt(at int) (from, to int) {
	from, to = min(at, len(m.text)), min(at, len(m.text))
	for from > 0 && m.text[from-1] != '\n' {
		from--
	}
	for to < len(m.text) && m.text[to] != '\n' {
		to++
	}
	return from, to
}
