package widget

import "github.com/go-text/typesetting/segmenter"

// editLine is a visible line of an editor: runes start to end, without the
// newline or the space at which it broke.
type editLine struct {
	start, end  int
	rightToLeft bool
	width       float32
}

// breakEdit breaks an edited text into lines of at most width; width 0 breaks
// at newlines only.
func breakEdit(text []rune, style Style, width float32) []editLine {
	var lines []editLine
	for start := 0; ; {
		end := start
		for end < len(text) && text[end] != '\n' {
			end++
		}
		lines = append(lines, breakEditParagraph(text, start, end, style, width)...)
		if end == len(text) {
			return lines
		}
		start = end + 1
	}
}

func breakEditParagraph(text []rune, start, end int, style Style, width float32) []editLine {
	rtl := baseRightToLeft(text[start:end]) || start == end && rightToLeft()
	finish := func(from, to int) editLine {
		return editLine{from, to, rtl, runsWidth(text[from:to], style)}
	}
	if width <= 0 || start == end {
		return []editLine{finish(start, end)}
	}
	var lines []editLine
	from := start
	var used float32
	var seg segmenter.Segmenter
	seg.Init(text[start:end])
	for it := seg.LineIterator(); it.Next(); {
		l := it.Line()
		at, to := start+l.Offset, start+l.Offset+len(l.Text)
		trimmed := to
		for trimmed > at && text[trimmed-1] == ' ' {
			trimmed--
		}
		w := runsWidth(text[at:trimmed], style)
		if used+w > width && at > from {
			lines = append(lines, finish(from, at))
			from, used = at, 0
		}
		for w > width { // a word longer than the line breaks between graphemes
			cut := fitGraphemes(text[at:trimmed], style, width)
			lines = append(lines, finish(at, at+cut))
			at += cut
			from, used = at, 0
			w = runsWidth(text[at:trimmed], style)
		}
		used += w + runsWidth(text[trimmed:to], style)
	}
	return append(lines, finish(from, end))
}

// fitGraphemes returns how many runes of a word fit, at least one grapheme.
func fitGraphemes(word []rune, style Style, width float32) int {
	var seg segmenter.Segmenter
	seg.Init(word)
	var used float32
	for it := seg.GraphemeIterator(); it.Next(); {
		g := it.Grapheme()
		w := runsWidth(g.Text, style)
		if used+w > width && g.Offset > 0 {
			return g.Offset
		}
		used += w
	}
	return len(word)
}

// runsWidth measures a stretch of text with its emoji.
func runsWidth(text []rune, style Style) float32 {
	if len(text) == 0 {
		return 0
	}
	var w float32
	for _, p := range splitEmoji(string(text)) {
		w += textWidth(p.text, style, p.emoji)
	}
	return w
}

// lineOf returns the line on which a position stands. Where a line broke, the
// position belongs to the line that begins there.
func lineOf(lines []editLine, at int) int {
	for i := len(lines) - 1; i > 0; i-- {
		if at >= lines[i].start {
			return i
		}
	}
	return 0
}

// x returns where a position stands on its line of the given width.
func (l editLine) x(text []rune, at int, style Style, width float32) float32 {
	at = min(max(at, l.start), l.end)
	w := runsWidth(text[l.start:at], style)
	if l.rightToLeft {
		return width - w
	}
	return w
}

// at returns the position nearest to x on the line.
func (l editLine) at(text []rune, x float32, style Style, width float32) int {
	if l.rightToLeft {
		x = width - x
	}
	var seg segmenter.Segmenter
	seg.Init(text[l.start:l.end])
	var used float32
	for it := seg.GraphemeIterator(); it.Next(); {
		g := it.Grapheme()
		w := runsWidth(g.Text, style)
		if x < used+w/2 {
			return l.start + g.Offset
		}
		used += w
	}
	return l.end
}
