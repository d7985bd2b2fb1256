package widget

import (
	"unicode/utf8"

	"github.com/go-text/typesetting/segmenter"
)

// Selecting in a flow. Places are numbers of runes in flow.text; a place
// between two characters that stand apart (a line break, a change of direction)
// is shown where the pointer found it.

// placeAt returns the place nearest to a point of the column that show filled.
func (f *flow) placeAt(px, py, width float32) int {
	if len(f.lines) == 0 {
		return 0
	}
	at := len(f.lines) - 1
	for i := range f.lines {
		if py < f.lines[i].top+f.lines[i].height {
			at = i
			break
		}
	}
	l := &f.lines[at]
	if len(l.fragments) == 0 {
		return f.emptyPlace(at)
	}
	x := px - f.left(l, width)
	g := &l.fragments[len(l.fragments)-1]
	for i := range l.fragments {
		if x < l.fragments[i].x+l.fragments[i].width {
			g = &l.fragments[i]
			break
		}
	}
	return g.placeAt(x - g.x)
}

// emptyPlace is the place of a line without text: behind the line before it.
func (f *flow) emptyPlace(line int) int {
	for i := line - 1; i >= 0; i-- {
		if n := len(f.lines[i].fragments); n > 0 {
			end := 0
			for _, g := range f.lines[i].fragments {
				end = max(end, g.at+utf8.RuneCountInString(g.text))
			}
			return min(end+line-i, len(f.text))
		}
	}
	return min(line, len(f.text))
}

// placeAt returns the place nearest to x, from the left end of the fragment.
func (g *fragment) placeAt(x float32) int {
	if g.leftward {
		x = g.width - x
	}
	text := []rune(g.text)
	before := float32(0)
	var seg segmenter.Segmenter
	seg.Init(text)
	for it := seg.GraphemeIterator(); it.Next(); {
		start := it.Grapheme().Offset
		end := start + len(it.Grapheme().Text)
		w := textWidth(string(text[:end]), g.style, g.emoji)
		if x < (before+w)/2 {
			return g.at + start
		}
		before = w
	}
	return g.at + len(text)
}

// left is where a line begins in a column. A single line stands where the
// language begins its lines, whatever it says: a name, a label. So do the lines
// of a label that run the other way, as one block: digits, a long name.
func (f *flow) left(l *flowLine, width float32) float32 {
	switch {
	case l.fence:
		return fenceSide - fenceOut
	case f.label && rightToLeft() && !l.rightToLeft:
		return max(width-f.width, 0)
	case f.label && !rightToLeft() && len(f.lines) == 1:
		return 0
	case l.rightToLeft, len(f.lines) == 1 && !f.kept && rightToLeft():
		return width - l.width
	}
	return 0
}

// marked returns the rectangles behind the text between two places, relative
// to the column.
func (f *flow) marked(from, to int, width float32) []frame {
	var out []frame
	for i := range f.lines {
		l := &f.lines[i]
		for j := range l.fragments {
			g := &l.fragments[j]
			text := []rune(g.text)
			a, b := max(from-g.at, 0), min(to-g.at, len(text))
			if a >= b {
				continue
			}
			x1 := textWidth(string(text[:a]), g.style, g.emoji)
			x2 := textWidth(string(text[:b]), g.style, g.emoji)
			if b == len(text) {
				x2 = g.width
			}
			if g.leftward {
				x1, x2 = g.width-x2, g.width-x1
			}
			r := frame{f.left(l, width) + g.x + x1, l.top, x2 - x1, l.height}
			if n := len(out) - 1; n >= 0 && out[n].y == r.y && r.x-(out[n].x+out[n].w) < 1 && r.x >= out[n].x {
				out[n].w = r.x + r.w - out[n].x
				continue
			}
			out = append(out, r)
		}
	}
	return out
}

// wordAt returns the word around a place, paragraphAt the line as it was typed.
func (f *flow) wordAt(at int) (from, to int) { return around(f.text, at, wordRune) }
func (f *flow) paragraphAt(at int) (from, to int) {
	return around(f.text, at, func(r rune) bool { return r != '\n' })
}

func around(text []rune, at int, in func(rune) bool) (from, to int) {
	at = min(max(at, 0), len(text))
	for from = at; from > 0 && in(text[from-1]); from-- {
	}
	for to = at; to < len(text) && in(text[to]); to++ {
	}
	if from == to && to < len(text) && text[to] != '\n' {
		to++ // a sign that is no word
	}
	return from, to
}
