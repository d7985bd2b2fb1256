package widget

import (
	"strconv"

	"fyne.io/fyne/v2"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
)

// Measures of a bubble (design tokens, "Bubbles").
const (
	bubbleWidest   float32 = 552 // 65 characters
	bubbleShare    float32 = 0.72
	bubblePadX     float32 = 12
	bubblePadY     float32 = 8
	bubbleGap      float32 = 4
	groupGap       float32 = 12
	metaAir        float32 = 6 // between text and time on one line
	metaBottom     float32 = 7
	foldLines              = 25
	gutterWidth    float32 = 44
	avatarPx       float32 = 32
	quoteOut       float32 = 4
	quoteHeight    float32 = 48
	quoteGap       float32 = 6
	reactionHeight float32 = 24
	underGap       float32 = 4
	metaGap        float32 = 4
	noteIcon       float32 = 12
)

// frame is a rectangle inside the row.
type frame struct{ x, y, w, h float32 }

// bubbleLayout is where everything of a bubble stands. It depends on the model
// and the width only.
type bubbleLayout struct {
	height float32
	bubble frame
	big    bool

	nameY   float32
	note    frame // an icon of 12 and words
	quote   frame
	quoteT  *flow
	quoteL  *flow
	extra   frame
	body    *flow
	bodyX   float32
	bodyY   float32
	bodyW   float32
	fold    frame
	folded  bool
	beside  bool  // the time stands on the last line of text
	meta    frame // time, state, ring
	metaPil bool  // on a dark pill over a picture
	fail    frame
	chips   []frame
	avatarY float32
}

// HeightOfBubble measures a bubble in a row of width, without making one.
func HeightOfBubble(m *BubbleModel, width float32) float32 {
	return layoutBubble(m, width).height
}

func layoutBubble(m *BubbleModel, width float32) *bubbleLayout {
	l := &bubbleLayout{big: m.big() && !m.Compact}
	left := m.pickWidth()
	if m.Gutter && !m.own() {
		left += gutterWidth
	}
	if m.Compact {
		l.layoutCompact(m, left, width)
		return l
	}
	column := width - left
	widest := max(min(column*bubbleShare, bubbleWidest), min(column, 160))
	inner := widest - 2*bubblePadX
	top := bubbleGap
	if m.First {
		top = groupGap
	}
	if l.big {
		l.layoutBig(m, left, width, top)
	} else {
		l.layoutContent(m, inner, top)
		l.bubble.x = left
		if m.own() {
			l.bubble.x = width - l.bubble.w
		}
		l.shiftX(l.bubble.x)
	}
	bottom := l.bubble.y + l.bubble.h
	l.avatarY = bottom - avatarPx
	bottom = l.layoutUnder(m, width, bottom)
	l.height = bottom
	return l
}

// layoutContent stacks name, quote, extra, text and time from x 0.
func (l *bubbleLayout) layoutContent(m *BubbleModel, inner, top float32) {
	y := top + bubblePadY
	var w float32
	if m.named() {
		l.nameY = y
		nw := layoutLine(Text(m.Sender), SmallBold, 0).width
		if m.SenderAdmin {
			nw += 6 + 16
		}
		w = max(w, min(nw, inner))
		y += SmallBold.Line + 2
	}
	if m.Note != "" {
		y, w = l.layoutNote(m, inner, y, w)
	}
	if m.Quote != nil {
		y, w = l.layoutQuote(m, inner, y, w)
	}
	if m.Extra != nil {
		y, w = l.layoutExtra(m, inner, top, y, w)
		if m.EdgeToEdge {
			inner = min(inner, l.extra.w-2*bubblePadX) // words do not stand out beside pictures
		}
	}
	metaW := metaWidth(m)
	last, hasText := l.layoutBody(m, inner, y)
	textBottom := y
	if hasText {
		w = max(w, l.body.width)
		textBottom = y + l.body.height
		if l.folded {
			textBottom += Small.Line + 4
		}
	}
	l.placeMeta(m, inner, y, textBottom, w, metaW, last, hasText, top)
}

func (l *bubbleLayout) layoutNote(m *BubbleModel, inner, y, w float32) (float32, float32) {
	l.note = frame{bubblePadX, y, min(noteIcon+4+textWidth(m.Note, Caption, false), inner), Caption.Line}
	return y + Caption.Line + 4, max(w, l.note.w)
}

func (l *bubbleLayout) layoutQuote(m *BubbleModel, inner, y, w float32) (float32, float32) {
	q := m.Quote
	room := inner + 2*quoteOut - 8 - 3 - 8 - 12
	if q.Thumb != nil {
		room -= 40 + 8
	}
	l.quoteT = layoutLine(Text(q.Title), SmallBold, room)
	l.quoteL = layoutLine(Text(q.Text), Small, room)
	need := max(l.quoteT.width, l.quoteL.width) + 8 + 3 + 8 + 12 - 2*quoteOut
	if q.Thumb != nil {
		need += 40 + 8
	}
	l.quote = frame{bubblePadX - quoteOut, y, 0, quoteHeight}
	return y + quoteHeight + quoteGap, max(w, need)
}

func (l *bubbleLayout) layoutExtra(m *BubbleModel, inner, top, y, w float32) (float32, float32) {
	if m.EdgeToEdge {
		s := m.ExtraSize(inner + 2*bubblePadX)
		l.extra = frame{0, y, s.Width, s.Height}
		if m.Quote == nil && (m.Sender == "" || !m.First) {
			l.extra.y = top
		}
		return l.extra.y + s.Height + bubblePadY, max(w, s.Width-2*bubblePadX)
	}
	s := m.ExtraSize(inner)
	l.extra = frame{bubblePadX, y, s.Width, s.Height}
	return y + s.Height, max(w, s.Width)
}

// layoutBody breaks the text; last is the width of its last line, or -1 when
// the time may not stand beside it.
func (l *bubbleLayout) layoutBody(m *BubbleModel, inner, y float32) (last float32, ok bool) {
	spans := m.Spans
	if m.Deleted != "" {
		spans = []Span{{Text: m.Deleted, Kind: Quiet}}
	}
	if len(spans) == 0 || len(spans) == 1 && spans[0].Text == "" {
		return 0, false
	}
	o := flowOptions{style: Body, width: inner, selectable: m.Deleted == ""}
	if m.Compact && m.big() {
		o.style = BigEmoji
	}
	if !m.Expanded {
		o.maxLines = foldLines
	}
	l.body = layoutText(spans, o)
	l.bodyX, l.bodyY = bubblePadX, y
	l.folded = l.body.cut
	n := len(l.body.lines)
	if n == 0 {
		return 0, false
	}
	end := l.body.lines[n-1]
	if end.fence || l.folded || end.rightToLeft != rightToLeft() && n > 1 {
		return -1, true
	}
	return end.width, true
}

// placeMeta puts the time on the last line of text when it fits with its air,
// else under it, and closes the bubble round everything.
func (l *bubbleLayout) placeMeta(m *BubbleModel, inner, y, textBottom, w, metaW, last float32, hasText bool, top float32) {
	bottom := textBottom + bubblePadY
	switch {
	case !hasText && m.Extra != nil && m.EdgeToEdge:
		// A picture without words: the time lies on it.
		bottom = l.extra.y + l.extra.h
		l.metaPil = true
		w = l.extra.w - 2*bubblePadX
		l.bubble = frame{0, top, l.extra.w, bottom - top}
		l.meta = frame{l.extra.w - 8 - metaW - 8, bottom - 8 - 20 + 2, metaW, Time.Line}
		l.finish(m, w)
		return
	case !hasText:
		w = max(w, metaW)
		if m.Extra == nil {
			bottom += Time.Line
		}
	case last >= 0 && last+metaAir+metaW <= inner:
		w = max(w, last+metaAir+metaW)
		l.beside = true
	default:
		bottom += Time.Line
		if last == -1 && len(l.body.lines) > 0 && l.body.lines[len(l.body.lines)-1].fence {
			bottom -= 2
		}
		w = max(w, metaW)
	}
	if l.folded {
		l.fold = frame{bubblePadX, l.bodyY + l.body.height + 2, 0, Small.Line}
		bottom -= Time.Line
		w = max(w, textWidth(text.T("widget.show_more"), SmallBold, false)+metaAir+metaW)
	}
	w = ceil(w)
	l.bubble = frame{0, top, w + 2*bubblePadX, bottom - top}
	l.meta = frame{bubblePadX + w - metaW, bottom - metaBottom - Time.Line, metaW, Time.Line}
	l.finish(m, w)
}

func (l *bubbleLayout) finish(m *BubbleModel, w float32) {
	l.bodyW = w
	if l.beside && len(l.body.lines) == 1 {
		l.bodyW = l.body.width // right-to-left text makes room for the time, too
	}
	if m.Quote != nil {
		l.quote.w = w + 2*quoteOut
	}
	if m.Stretch {
		l.extra.w = w
	}
}

func (l *bubbleLayout) shiftX(dx float32) {
	l.note.x += dx
	l.quote.x += dx
	l.extra.x += dx
	l.bodyX += dx
	l.fold.x += dx
	l.meta.x += dx
}

// layoutBig sets one to three emoji large and without a bubble, the time under them.
func (l *bubbleLayout) layoutBig(m *BubbleModel, left, width, top float32) {
	l.body = layoutText(m.Spans, flowOptions{style: BigEmoji, oneLine: true})
	metaW := metaWidth(m)
	w := max(l.body.width, metaW) + 8
	x := left
	if m.own() {
		x = width - w
	}
	name := float32(0)
	if m.named() {
		l.nameY = top
		name = SmallBold.Line
	}
	l.bodyX, l.bodyY, l.bodyW = x+4, top+name, l.body.width
	if m.own() {
		l.bodyX = x + w - 4 - l.body.width
	}
	l.meta = frame{x + 4, top + name + l.body.height + 2, metaW, Time.Line}
	if m.own() {
		l.meta.x = x + w - 4 - metaW
	}
	l.bubble = frame{x, top, w, name + l.body.height + 2 + Time.Line}
}

// layoutUnder stacks what stands below the bubble: reactions, the failed line.
func (l *bubbleLayout) layoutUnder(m *BubbleModel, width, y float32) float32 {
	if len(m.Reactions) > 0 {
		y = l.layoutChips(m, width, y+underGap)
	}
	if m.State == Failed {
		w := failWidth(m)
		l.fail = frame{l.bubble.x, y + underGap, w, Caption.Line}
		if m.own() {
			l.fail.x = l.bubble.x + l.bubble.w - w
		}
		y += underGap + Caption.Line
	}
	return y
}

func (l *bubbleLayout) layoutChips(m *BubbleModel, width, y float32) float32 {
	const gap = 4
	left := l.bubble.x
	room := min(width-left, bubbleWidest)
	if m.own() {
		room, left = min(width*bubbleShare, bubbleWidest), 0
	}
	var x float32
	start := 0
	align := func(end int) {
		if !m.own() {
			return
		}
		dx := l.bubble.x + l.bubble.w - (x - gap)
		for j := start; j < end; j++ {
			l.chips[j].x += dx
		}
	}
	for i, r := range m.Reactions {
		w := reactionWidth(r)
		if x+w > room && x > 0 {
			align(i)
			x, start = 0, i
			y += reactionHeight + gap
		}
		l.chips = append(l.chips, frame{left + x, y, w, reactionHeight})
		x += w + gap
	}
	align(len(m.Reactions))
	return y + reactionHeight
}

func reactionWidth(r Reaction) float32 {
	w := textWidth(r.Emoji, Small, true) + 16
	if r.Count > 0 {
		w += 4 + textWidth(strconv.Itoa(r.Count), TimeBold, false)
	}
	return ceil(w)
}

func metaWidth(m *BubbleModel) float32 {
	w := ceil(textWidth(m.Time, Time, false))
	if m.HasTimer {
		w += 12 + metaGap
	}
	if stateIcon(m.State) != "" {
		w += 16 + metaGap
	}
	return w
}

func stateIcon(s State) assets.IconName {
	switch s {
	case Sending:
		return assets.IconClock
	case Sent:
		return assets.IconCheck
	case Read:
		return assets.IconDoubleCheck
	}
	return ""
}

func failTexts(m *BubbleModel) (what, action string) {
	what, action = m.FailText, m.FailAction
	if what == "" {
		what = text.T("widget.not_sent")
	}
	if action == "" {
		action = text.T("widget.try_again")
	}
	return what, action
}

func failWidth(m *BubbleModel) float32 {
	what, action := failTexts(m)
	return ceil(16 + 6 + textWidth(what, CaptionBold, false) + 6 + textWidth(action, CaptionBold, false))
}

func (f frame) contains(p fyne.Position) bool {
	return p.X >= f.x && p.X < f.x+f.w && p.Y >= f.y && p.Y < f.y+f.h
}

// outerRadius of bubbles and of the tail corner.
const (
	cornerRound = theme.Radius18
	cornerTail  = theme.Radius6
)
