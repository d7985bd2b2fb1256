package widget

import (
	"strings"

	"golang.org/x/text/unicode/bidi"
)

const rightToLeftMark = "\u200F"

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

func hasRightToLeft(line []fragment) bool {
	for _, f := range line {
		if f.emoji {
			continue
		}
		for _, r := range f.text {
			if r < 0x590 {
				continue
			}
			if p, _ := bidi.LookupRune(r); p.Class() == bidi.R || p.Class() == bidi.AL {
				return true
			}
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
		if f.emoji {
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

// splitRuns cuts the fragments where the direction changes, in logical order.
func splitRuns(line []fragment, order *bidi.Ordering) []directed {
	var out []directed
	run, end := 0, 0
	next := func() bidi.Direction {
		r := order.Run(run)
		_, end = r.Pos()
		return r.Direction()
	}
	direction := next()
	at := 0 // byte in the joined text
	for _, f := range line {
		length := len(f.text)
		if f.emoji {
			length = len("\uFFFC")
		}
		from := at
		for from < at+length {
			for from > end && run+1 < order.NumRuns() {
				run++
				direction = next()
			}
			to := min(at+length, end+1)
			if to <= from {
				to = at + length
			}
			part := f
			if !f.emoji {
				part.text = f.text[from-at : to-at]
				if part.text != f.text {
					part.width = textWidth(part.text, f.style, false)
				}
			}
			out = append(out, directed{part, direction == bidi.RightToLeft, onlyNumbers(part.text)})
			from = to
		}
		at += length
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

// mark encloses right-to-left runs in invisible marks, or the toolkit would
// take the punctuation at their ends for left-to-right text.
func mark(runs []directed) []fragment {
	out := make([]fragment, len(runs))
	for i, r := range runs {
		if r.rightToLeft && !r.emoji {
			r.text = rightToLeftMark + r.text + rightToLeftMark
		}
		out[i] = r.fragment
	}
	return out
}

func reverse(runs []directed) {
	for i, j := 0, len(runs)-1; i < j; i, j = i+1, j-1 {
		runs[i], runs[j] = runs[j], runs[i]
	}
}
