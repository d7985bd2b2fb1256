package widget

import (
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-text/typesetting/segmenter"
)

// fragment is a run of text in one face at its place in a line.
type fragment struct {
	text     string
	style    Style
	kind     SpanKind
	data     string
	emoji    bool
	at       int  // of its first rune in the text of the flow
	leftward bool // its first rune stands at its right end
	x, width float32
}

type flowLine struct {
	top, height float32
	width       float32 // without spaces at the end
	fragments   []fragment
	rightToLeft bool
	fence       bool
}

// inset is the ground of a code fence, in lines from top to bottom.
type inset struct{ top, height float32 }

// flow is text broken into lines: pure geometry, made by layoutText and shown
// by a flowView.
type flow struct {
	lines  []flowLine
	insets []inset
	width  float32 // of the widest line
	height float32
	cut    bool   // more text than lines
	kept   bool   // a single line keeps to the side of what it says
	label  bool   // of a Label: it stands where the language begins its lines
	text   []rune // all that was laid out, if it can be selected
}

// Measures of a code fence: the inset is 4 px wider than the text on both
// sides, its text is 12 px from its edge.
const (
	fenceOut    = 4
	fenceSide   = 12
	fenceTop    = 8
	fenceMargin = 4
)

type flowOptions struct {
	style      Style
	width      float32 // 0 or less: as wide as it gets
	maxLines   int     // 0: all
	ellipsis   bool    // the last of maxLines ends in an ellipsis
	oneLine    bool    // newlines become spaces
	selectable bool    // keep the text, for selecting in it
}

// layoutText breaks spans into lines. It stops at maxLines, so that its time
// does not depend on how long a text is.
func layoutText(spans []Span, o flowOptions) *flow {
	b := &flowBuilder{o: o, out: &flow{}}
	for _, s := range spans {
		if b.out.cut {
			break
		}
		if s.Kind == Fence && !o.oneLine {
			b.endParagraph(false)
			b.fence(s.Text)
			continue
		}
		b.add(s)
	}
	b.endParagraph(len(b.out.lines) == 0)
	return b.finish()
}

type flowBuilder struct {
	o    flowOptions
	out  *flow
	top  float32
	text []rune // of the paragraph
	base int    // where in the flow's text the paragraph begins
	from []int  // where in text each span of the paragraph begins
	kind []Span
}

// clean drops what would break the layout or deceive: carriage returns, tabs,
// other line separators, and the characters that override text direction.
func clean(s string, oneLine bool) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r', r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
			return -1
		case r == '\v', r == '\f', r == 0x85, r == 0x2028, r == 0x2029:
			r = '\n'
		case r == '\t':
			r = ' '
		}
		if r == '\n' && oneLine {
			return ' '
		}
		if r < 0x20 && r != '\n' || r == 0x7F {
			return -1
		}
		return r
	}, s)
}

func (b *flowBuilder) add(s Span) {
	text := clean(s.Text, b.o.oneLine)
	for {
		line, rest, more := strings.Cut(text, "\n")
		if line != "" {
			b.from = append(b.from, len(b.text))
			b.kind = append(b.kind, s)
			b.text = append(b.text, []rune(line)...)
		}
		if !more || b.out.cut {
			return
		}
		b.endParagraph(true)
		text = rest
	}
}

// turnedAir is how much wider the words of a line can get in which something runs
// right to left: each is drawn by itself then (see visualOrder).
const turnedAir = 6

// endParagraph breaks what was gathered into lines; force makes a line of an
// empty paragraph too.
func (b *flowBuilder) endParagraph(force bool) {
	if len(b.text) == 0 {
		if force {
			b.endLine(nil, false)
			b.nextParagraph()
		}
		return
	}
	defer b.nextParagraph()
	text := b.text
	said := b.said()
	rightToLeft := baseRightToLeft(said)
	if !b.o.selectable {
		rightToLeft = ownBase(said)
	}
	room := b.o.width
	if room > 0 && slices.ContainsFunc(text, runsRightToLeft) {
		room = max(room-turnedAir, 1)
	}
	var line []fragment
	var width float32
	var seg segmenter.Segmenter
	seg.Init(text)
	start := 0
	for it := seg.LineIterator(); it.Next(); {
		l := it.Line()
		end := l.Offset + len(l.Text)
		if end < len(text) && b.insideLink(end) {
			continue // an address breaks only when it is longer than a line
		}
		parts, full, trimmed := b.pieces(start, end)
		start = end
		if room > 0 && width+trimmed > room+0.01 {
			if len(line) > 0 {
				if b.endLine(line, rightToLeft) {
					break
				}
				line, width = nil, 0
			}
			if trimmed > room {
				line, width = b.breakWord(parts, room, rightToLeft)
				if b.out.cut {
					break
				}
				continue
			}
		}
		line, width = appendFragments(line, parts), width+full
	}
	if !b.out.cut && len(line) > 0 {
		b.endLine(line, rightToLeft)
	}
}

// said is the text of the paragraph that decides its direction: what stands beside
// the names of those who are mentioned, which say nothing about the language of the
// rest; all of it where that is nothing.
func (b *flowBuilder) said() []rune {
	if !slices.ContainsFunc(b.kind, func(s Span) bool { return s.Kind == Mention || s.Kind == MentionMe }) {
		return b.text
	}
	var said []rune
	for i, s := range b.kind {
		to := len(b.text)
		if i+1 < len(b.from) {
			to = b.from[i+1]
		}
		if s.Kind != Mention && s.Kind != MentionMe {
			said = append(said, b.text[b.from[i]:to]...)
		}
	}
	if slices.ContainsFunc(said, unicode.IsLetter) {
		return said
	}
	return b.text
}

// nextParagraph begins another one behind a newline.
func (b *flowBuilder) nextParagraph() {
	if b.o.selectable {
		b.out.text = append(append(b.out.text, b.text...), '\n')
	}
	b.base += len(b.text) + 1
	b.text, b.from, b.kind = b.text[:0], b.from[:0], b.kind[:0]
}

// insideLink reports whether a position is strictly inside a link or mention.
func (b *flowBuilder) insideLink(at int) bool {
	for i := len(b.from) - 1; i >= 0; i-- {
		if at > b.from[i] {
			end := len(b.text)
			if i+1 < len(b.from) {
				end = b.from[i+1]
			}
			k := b.kind[i].Kind
			return at < end && (k == Link || k == Mention || k == MentionMe)
		}
	}
	return false
}

// mentionPad is the room that the ground of a mention of oneself takes on both
// sides.
const mentionPad = 4

// pieces cuts a stretch of the paragraph where span or face change and
// measures it, with and without the spaces at its end.
func (b *flowBuilder) pieces(start, end int) (out []fragment, full, trimmed float32) {
	for i := range b.from {
		to := len(b.text)
		if i+1 < len(b.from) {
			to = b.from[i+1]
		}
		lo, hi := max(start, b.from[i]), min(end, to)
		if lo >= hi {
			continue
		}
		s := b.kind[i]
		style := spanStyle(b.o.style, s.Kind)
		at := b.base + lo
		for _, p := range splitEmoji(string(b.text[lo:hi])) {
			word := strings.TrimRightFunc(p.text, unicode.IsSpace)
			w := textWidth(word, style, p.emoji)
			trimmed = full + w
			if spaces := len(p.text) - len(word); spaces > 0 {
				w += textWidth(" ", style, false) * float32(len([]rune(p.text))-len([]rune(word)))
			}
			if s.Kind == MentionMe {
				w += 2 * mentionPad
				trimmed += 2 * mentionPad
			}
			full += w
			out = append(out, fragment{text: p.text, style: style, kind: s.Kind, data: s.Data, emoji: p.emoji, at: at, width: w})
			at += utf8.RuneCountInString(p.text)
		}
	}
	return out, full, trimmed
}

func spanStyle(s Style, k SpanKind) Style {
	switch k {
	case Strong, Mention, MentionMe, Found:
		s.Bold = true
	}
	return s
}

// breakWord breaks what is wider than the room of a line between its graphemes and
// returns the open last line.
func (b *flowBuilder) breakWord(parts []fragment, room float32, rightToLeft bool) (line []fragment, width float32) {
	for _, p := range parts {
		var seg segmenter.Segmenter
		seg.Init([]rune(p.text))
		for it := seg.GraphemeIterator(); it.Next(); {
			g := p
			g.text = string(it.Grapheme().Text)
			g.at = p.at + it.Grapheme().Offset
			g.width = textWidth(g.text, p.style, p.emoji)
			if width+g.width > room && len(line) > 0 {
				if b.endLine(line, rightToLeft) {
					return nil, 0
				}
				line, width = nil, 0
			}
			line, width = appendFragments(line, []fragment{g}), width+g.width
		}
	}
	return line, width
}

// appendFragments joins neighbours of the same face and span.
func appendFragments(line, more []fragment) []fragment {
	for _, f := range more {
		if n := len(line) - 1; n >= 0 {
			l := &line[n]
			if l.kind == f.kind && l.data == f.data && l.emoji == f.emoji && l.style == f.style {
				l.text += f.text
				l.width += f.width
				continue
			}
		}
		line = append(line, f)
	}
	return line
}

// endLine adds a line and reports whether it was the last that may be added
// while there is more text to come; cut is set by the line after that.
func (b *flowBuilder) endLine(line []fragment, rightToLeft bool) (full bool) {
	if b.o.maxLines > 0 && len(b.out.lines) >= b.o.maxLines {
		b.out.cut = true
		return true
	}
	b.out.lines = append(b.out.lines, newLine(line, b.top, b.o.style.Line, rightToLeft))
	b.top += b.o.style.Line
	return false
}

func newLine(line []fragment, top, height float32, rightToLeft bool) flowLine {
	if n := len(line) - 1; n >= 0 {
		l := &line[n]
		if t := strings.TrimRightFunc(l.text, unicode.IsSpace); t != l.text {
			spaces := len([]rune(l.text)) - len([]rune(t))
			l.text = t
			l.width -= textWidth(" ", l.style, false) * float32(spaces)
		}
	}
	line = visualOrder(line, rightToLeft)
	var x float32
	for i := range line {
		line[i].x = x
		x += line[i].width
	}
	return flowLine{top: top, height: height, width: x, fragments: line, rightToLeft: rightToLeft}
}

// fence adds a block of code. Its lines wrap between characters, as a terminal
// does.
func (b *flowBuilder) fence(code string) {
	start := len(b.out.lines)
	top := b.top + fenceMargin
	inner := flowOptions{style: Code, width: b.o.width - 2*(fenceSide-fenceOut), maxLines: b.o.maxLines, selectable: b.o.selectable}
	if inner.maxLines > 0 {
		if inner.maxLines -= start; inner.maxLines <= 0 {
			b.out.cut = true
			return
		}
	}
	code = strings.ReplaceAll(code, "\t", "    ")
	in := layoutText([]Span{{Text: code}}, inner)
	for _, l := range in.lines {
		l.top += top + fenceTop
		l.fence = true
		for i := range l.fragments {
			l.fragments[i].at += b.base
		}
		b.out.lines = append(b.out.lines, l)
	}
	b.out.text = append(b.out.text, in.text...)
	b.base += len(in.text)
	b.out.cut = in.cut
	height := in.height + 2*fenceTop
	b.out.insets = append(b.out.insets, inset{top, height})
	b.top = top + height + fenceMargin
}

func (b *flowBuilder) finish() *flow {
	f := b.out
	f.height = b.top
	if f.cut && b.o.ellipsis && len(f.lines) > 0 {
		last := &f.lines[len(f.lines)-1]
		last.shorten(b.o.width)
	}
	for i := range f.lines {
		w := f.lines[i].width
		if f.lines[i].fence {
			w += 2 * (fenceSide - fenceOut)
		}
		f.width = max(f.width, w)
	}
	return f
}

const ellipsis = "…"

// shorten cuts graphemes off the end of the line until an ellipsis fits.
func (l *flowLine) shorten(width float32) {
	if len(l.fragments) == 0 {
		return
	}
	dots := textWidth(ellipsis, l.fragments[len(l.fragments)-1].style, false)
	line := l.fragments
	used := l.width
	for len(line) > 0 && used+dots > width {
		f := &line[len(line)-1]
		rest := used - f.width
		if !f.cutTo(width - dots - rest) {
			used = rest
			line = line[:len(line)-1]
			continue
		}
		used = rest + f.width
	}
	style, kind := Style{}, Plain
	if len(line) > 0 {
		style, kind = line[len(line)-1].style, line[len(line)-1].kind
	} else {
		style = l.fragments[:1][0].style
	}
	line = append(line, fragment{text: ellipsis, style: style, kind: kind, width: dots})
	var x float32
	for i := range line {
		line[i].x = x
		x += line[i].width
	}
	l.fragments, l.width = line, x
}

// cutTo shortens a fragment to the graphemes that fit into a width; false when
// not even the first does.
func (f *fragment) cutTo(width float32) bool {
	text := []rune(f.text)
	ends := graphemeEnds(text)
	shown := func(n int) string { return strings.TrimRightFunc(string(text[:ends[n-1]]), unicode.IsSpace) }
	fits := sort.Search(len(ends), func(n int) bool { return textWidth(shown(n+1), f.style, f.emoji) > width })
	if fits == 0 {
		return false
	}
	f.text = shown(fits)
	f.width = textWidth(f.text, f.style, f.emoji)
	return true
}

// graphemeEnds returns where each grapheme of a text ends.
func graphemeEnds(text []rune) []int {
	var seg segmenter.Segmenter
	seg.Init(text)
	var ends []int
	for it := seg.GraphemeIterator(); it.Next(); {
		g := it.Grapheme()
		ends = append(ends, g.Offset+len(g.Text))
	}
	return ends
}

// lastGrapheme returns where the last grapheme of a text begins.
func lastGrapheme(text []rune) int {
	// Only the end matters: graphemes longer than this do not exist in earnest.
	const window = 64
	base := max(0, len(text)-window)
	var seg segmenter.Segmenter
	seg.Init(text[base:])
	last := 0
	for it := seg.GraphemeIterator(); it.Next(); {
		last = it.Grapheme().Offset
	}
	return base + last
}

// shortenTurned shortens a line with right-to-left text: its end is not where its
// last fragment stands, so that shorter and shorter texts are laid out.
func shortenTurned(spans []Span, style Style, width float32) *flow {
	total := 0
	for _, s := range spans {
		total += len([]rune(s.Text))
	}
	line := func(n int) *flow { return layoutText(firstRunes(spans, n), flowOptions{style: style, oneLine: true}) }
	n := sort.Search(total, func(n int) bool {
		f := line(n + 1)
		return len(f.lines) > 0 && f.lines[0].width > width
	})
	f := line(n)
	f.cut = true
	return f
}

// firstRunes is the beginning of a text with an ellipsis.
func firstRunes(spans []Span, n int) []Span {
	var out []Span
	for _, s := range spans {
		text := []rune(s.Text)
		if len(text) >= n {
			s.Text = strings.TrimRightFunc(string(text[:n]), unicode.IsSpace) + ellipsis
			return append(out, s)
		}
		out, n = append(out, s), n-len(text)
	}
	return out
}

// layoutLine sets a text on one line of at most width, with an ellipsis.
func layoutLine(spans []Span, style Style, width float32) *flow {
	short := spans
	const most = 400 // no line shows more characters
	left := most
	for i, s := range spans {
		if r := []rune(s.Text); len(r) > left {
			s.Text = string(r[:left])
			short = append(append([]Span(nil), spans[:i]...), s)
			break
		} else {
			left -= len(r)
		}
	}
	f := layoutText(short, flowOptions{style: style, oneLine: true})
	if width > 0 && len(f.lines) > 0 && f.lines[0].width > width {
		if hasRightToLeft(f.lines[0].fragments) {
			return shortenTurned(short, style, width)
		}
		f.lines[0].shorten(width)
		f.width = f.lines[0].width
		f.cut = true
	}
	return f
}
