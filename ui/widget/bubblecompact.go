package widget

// Measures of the compact layout.
const (
	compactGap    float32 = 2
	compactCarry  float32 = 8 // before a message that carries something
	compactWidest float32 = 640
	compactAir    float32 = 16 // between text and time
	compactMoreW  float32 = 28
)

// own reports whether the message is drawn as one of the user: at the right, in
// their colours. In the compact layout everybody's look the same.
func (m *BubbleModel) own() bool { return m.Outgoing && !m.Compact }

// named reports whether the sender's name stands over the message.
func (m *BubbleModel) named() bool { return m.Sender != "" && m.First && !m.own() }

// pictured reports whether the sender's picture stands beside the message.
func (m *BubbleModel) pictured() bool {
	if m.Avatar == nil || !m.Gutter || m.own() {
		return false
	}
	if m.Compact {
		return m.First
	}
	return m.Last
}

// layoutCompact sets a message as lines of text beside the picture of whom it is
// from; time and state stand in a column at the right edge.
func (l *bubbleLayout) layoutCompact(m *BubbleModel, left, width float32) {
	top := compactGap
	switch {
	case m.First:
		top = groupGap
	case m.Extra != nil:
		top = compactCarry
	}
	metaW := metaWidth(m)
	x := left
	room := max(width-x-compactAir-compactMoreW-metaW, 80)
	inner := min(room, compactWidest)
	y := top
	var w float32
	if m.named() {
		l.nameY = y
		w = min(layoutLine(Text(m.Sender), SmallBold, 0).width, inner)
		y += SmallBold.Line
	}
	if m.Note != "" {
		y, w = l.layoutNote(m, inner, y+2, w)
	}
	if m.Quote != nil {
		y, w = l.layoutQuote(m, inner-2*quoteOut, y+2, w)
		l.quote.w = w + 2*quoteOut
		l.quote.x = bubblePadX
	}
	if m.Extra != nil {
		s := m.ExtraSize(inner)
		l.extra = frame{bubblePadX, y, s.Width, s.Height}
		y, w = y+s.Height, max(w, s.Width)
	}
	line := y
	if _, ok := l.layoutBody(m, inner, y); ok {
		w = max(w, l.body.width)
		y += l.body.height
		if l.folded {
			l.fold = frame{bubblePadX, y + 2, 0, Small.Line}
			y += Small.Line + 4
		}
	}
	if m.named() {
		line = top // on the line of the name
	}
	l.bodyW = w
	if m.Stretch {
		l.extra.w = w
	}
	l.bubble = frame{x, top, ceil(w), max(y, line+Time.Line) - top}
	l.shiftX(x - bubblePadX)
	l.meta = frame{width - metaW, line + (SmallBold.Line-Time.Line)/2, metaW, Time.Line}
	l.avatarY = top + 2
	bottom := l.layoutUnder(m, width, max(y, line+Time.Line))
	if m.pictured() {
		bottom = max(bottom, l.avatarY+avatarPx)
	}
	l.height = bottom
}

// compactMore is where the "…" stands: before the time.
func (l *bubbleLayout) compactMore() frame {
	return frame{l.meta.x - compactMoreW - 4, l.meta.y - 6, compactMoreW, 28}
}
