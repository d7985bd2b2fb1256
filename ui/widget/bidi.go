package widget

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// baseRightToLeft reports whether the first strong character of a paragraph
// runs right to left.
func baseRightToLeft(text []rune) bool {
	for _, r := range text {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			return false
		case bidi.R, bidi.AL:
			return true
		}
	}
	return false
}

// ownBase is baseRightToLeft for what the program says itself: in a language
// that runs right to left its sentences do, also where they begin with a name or
// a key.
func ownBase(text []rune) bool {
	if rightToLeft() {
		for _, r := range text {
			if p, _ := bidi.LookupRune(r); p.Class() == bidi.R || p.Class() == bidi.AL {
				return true
			}
		}
	}
	return baseRightToLeft(text)
}

// Facts puts a name and what is said of it on one line, in the order of the
// window, whichever way the name runs.
func Facts(facts ...string) string {
	line := strings.Join(facts, " · ")
	if !rightToLeft() && baseRightToLeft([]rune(line)) {
		return leftToRight + line
	}
	return line
}

// leftToRight is a mark without ink that runs left to right.
const leftToRight = "\u200e"

// visual is a text for one text object of the toolkit, with its runs in the order
// in which they stand. Marks between them keep what has no direction of its own
// where it is: the toolkit looks at directions again.
func visual(s string, style Style) string {
	if strings.IndexFunc(s, func(r rune) bool { return r >= 0x590 && r < 0x2000 }) < 0 {
		return s
	}
	line := []fragment{{text: s, style: style}}
	if !hasRightToLeft(line) {
		return s
	}
	var parts []string
	for _, f := range visualOrder(line, ownBase([]rune(s))) {
		parts = append(parts, f.text)
	}
	return strings.Join(parts, leftToRight)
}

func runsRightToLeft(r rune) bool {
	if r < 0x590 {
		return false
	}
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.R || p.Class() == bidi.AL
}

func hasRightToLeft(line []fragment) bool {
	for _, f := range line {
		if f.emoji {
			continue
		}
		if slices.ContainsFunc([]rune(f.text), runsRightToLeft) {
			return true
		}
	}
	return false
}

// directed is a fragment with the direction the bidi algorithm gave it.
type directed struct {
	fragment
	rightToLeft bool
	number      bool // no letters: joins the right-to-left text around it
}

// visualOrder puts the fragments of a line into the order in which they stand
// from left to right. The toolkit shapes each run right, but sets the runs of
// one text object side by side in logical order; so each run is an object of
// its own here.
func visualOrder(line []fragment, rightToLeft bool) []fragment {
	if !hasRightToLeft(line) {
		return line
	}
	var all strings.Builder
	for _, f := range line {
		if f.isolated() {
			// One neutral character stands for the run.
			all.WriteString("\uFFFC")
			continue
		}
		all.WriteString(f.text)
	}
	direction := bidi.LeftToRight
	if rightToLeft {
		direction = bidi.RightToLeft
	}
	var p bidi.Paragraph
	if _, err := p.SetString(all.String(), bidi.DefaultDirection(direction)); err != nil {
		return line
	}
	order, err := p.Order()
	if err != nil {
		return line
	}
	runs := splitRuns(line, &order)
	if rightToLeft {
		reverse(runs)
		// Left-to-right text in several fragments (with an emoji, a link in it)
		// keeps their order.
		for i := 0; i < len(runs); i++ {
			end := i
			for end < len(runs) && !runs[end].rightToLeft {
				end++
			}
			if end > i {
				reverse(runs[i:end])
				i = end
			}
		}
		return mark(runs)
	}
	// Left to right: each stretch that begins and ends with right-to-left text
	// and has only numbers in between turns round.
	for i := 0; i < len(runs); {
		if !runs[i].rightToLeft {
			i++
			continue
		}
		end := i
		for j := i; j < len(runs) && (runs[j].rightToLeft || runs[j].number); j++ {
			if runs[j].rightToLeft {
				end = j
			}
		}
		reverse(runs[i : end+1])
		i = end + 1
	}
	return mark(runs)
}

// isolated reports whether a fragment has its own direction inside and none
// towards the text around it: an emoji, and a name somebody is mentioned by.
func (f fragment) isolated() bool { return f.emoji || f.mentions() }

func (f fragment) mentions() bool { return f.kind == Mention || f.kind == MentionMe }

// inside puts the parts of a mention into their own order.
func inside(f fragment) []fragment {
	kind := f.kind
	f.kind = Plain
	parts := visualOrder([]fragment{f}, baseRightToLeft([]rune(f.text)))
	for i := range parts {
		parts[i].kind = kind
	}
	if n := len(parts) - 1; kind == MentionMe && (n > 0 || parts[0].leftward) { // measured again, without its ground
		parts[0].width += mentionPad
		parts[n].width += mentionPad
	}
	return parts
}

// splitRuns cuts the fragments where the direction changes, in logical order.
func splitRuns(line []fragment, order *bidi.Ordering) []directed {
	// The direction of each rune of the joined text; what is isolated is one rune.
	var right []bool
	for i := range order.NumRuns() {
		r := order.Run(i)
		start, end := r.Pos()
		for range end - start + 1 {
			right = append(right, r.Direction() == bidi.RightToLeft)
		}
	}
	var out []directed
	at := 0
	for _, f := range line {
		if f.isolated() {
			out = append(out, directed{f, at < len(right) && right[at], false})
			at++
			continue
		}
		text := []rune(f.text)
		for start := 0; start < len(text) && at+len(text) <= len(right); {
			end := start + 1
			for end < len(text) && right[at+end] == right[at+start] {
				end++
			}
			part := f
			part.at = f.at + start
			if part.text = string(text[start:end]); end-start < len(text) {
				part.width = textWidth(part.text, f.style, false)
			}
			out = append(out, directed{part, right[at+start], onlyNumbers(part.text)})
			start = end
		}
		at += len(text)
	}
	return out
}

func onlyNumbers(s string) bool {
	found := false
	for _, r := range s {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L, bidi.R, bidi.AL:
			return false
		case bidi.EN, bidi.AN:
			found = true
		}
	}
	return found
}

// mark readies the runs for the toolkit. Right-to-left runs are cut once more,
// where punctuation comes from another face than the letters: the toolkit sets
// faces side by side from left to right. Spaces at the ends become fragments of
// their own, because the toolkit sets them to the left of everything.
func mark(runs []directed) []fragment {
	var out []fragment
	for _, r := range runs {
		if r.mentions() {
			out = append(out, inside(r.fragment)...)
			continue
		}
		if !r.rightToLeft || r.emoji {
			out = append(out, r.fragment)
			continue
		}
		text := []rune(r.text)
		for end := len(text); end > 0; {
			start := end - 1
			own := ownFace(text[start])
			for start > 0 && ownFace(text[start-1]) == own {
				start--
			}
			if own {
				out = appendWord(out, r.fragment, text[start:end], start)
			} else {
				out = appendPart(out, r.fragment, mirrored(text[start:end]), start)
			}
			end = start
		}
	}
	return out
}

// appendWord appends letters from left to right: the spaces behind them, the
// letters, the spaces before them.
// at is where in f the text begins.
func appendWord(out []fragment, f fragment, text []rune, at int) []fragment {
	start, end := 0, len(text)
	for end > 0 && text[end-1] == ' ' {
		end--
	}
	for start < end && text[start] == ' ' {
		start++
	}
	out = appendPart(out, f, string(text[end:]), at+end)
	out = appendPart(out, f, string(text[start:end]), at+start)
	return appendPart(out, f, string(text[:start]), at)
}

func appendPart(out []fragment, f fragment, text string, at int) []fragment {
	if text == "" {
		return out
	}
	f.at, f.leftward = f.at+at, true
	f.text, f.width = text, textWidth(text, f.style, false)
	return append(out, f)
}

// ownFace reports whether a rune comes from the face of right-to-left letters,
// or has no ink.
func ownFace(r rune) bool {
	switch {
	case r == ' ', r == 0xA0, r >= 0x200C && r <= 0x200F:
		return true
	case r < 0x590, r >= 0x2000 && r < 0xFB00:
		return false
	}
	return true
}

var mirrors = map[rune]rune{
	'(': ')', ')': '(', '[': ']', ']': '[', '{': '}', '}': '{', '<': '>', '>': '<', '«': '»', '»': '«', '‹': '›', '›': '‹',
}

// mirrored turns punctuation round: its order, and the brackets in it.
func mirrored(text []rune) string {
	out := make([]rune, len(text))
	for i, r := range text {
		if m, ok := mirrors[r]; ok {
			r = m
		}
		out[len(text)-1-i] = r
	}
	return string(out)
}

func reverse(runs []directed) {
	for i, j := 0, len(runs)-1; i < j; i, j = i+1, j-1 {
		runs[i], runs[j] = runs[j], runs[i]
	}
}
