package widget

import (
	"image/color"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
)

// Bubble is a message with everything that belongs to it, as wide as the row
// it is in. Rows are reused: Set shows another message.
type Bubble struct {
	fynewidget.BaseWidget
	OnLink     func(Span)             // a link or mention was pressed
	OnQuote    func()                 // the quote was pressed
	OnRetry    func()                 // "Try again", or the failed mark
	OnReaction func(i int)            // a chip was pressed
	OnSender   func()                 // name or avatar was pressed
	OnFold     func()                 // "Show more": set the model with Expanded
	OnMenu     func(at fyne.Position) // right click or "…"; at is absolute
	OnTap      func()                 // anywhere else on the row; for picking
	OnPress    func(BubblePress)      // the first button went down
	OnDrag     func(BubblePress)      // the pointer moves with the button down
	OnHover    func(hovered bool)     // the pointer came or went

	model BubbleModel
	lay   *bubbleLayout
	width float32
	hover bool
	point fyne.Position

	clicked  time.Time // when the button last went down
	clicks   int
	modifier fyne.KeyModifier

	mark     *panel
	ground   *panel
	name     flowView
	crown    *glyph
	noteIcon *glyph
	note     flowView
	quoteBox *panel
	quoteBar *canvas.Rectangle
	quoteT   flowView
	quoteL   flowView
	thumb    *canvas.Image
	body     flowView
	marks    []*canvas.Rectangle
	pick     *glyph
	pickRing *canvas.Circle
	fold     *canvas.Text
	pill     *canvas.Rectangle
	time     *canvas.Text
	state    *glyph
	ringBack *canvas.Circle
	ring     *canvas.Arc
	avatar   *Avatar
	failIcon *glyph
	failText *canvas.Text
	failLink *canvas.Text
	failLine *canvas.Rectangle
	chips    []*chipView
	more     *glyph
	moreBox  *canvas.Rectangle
	list     []fyne.CanvasObject
}

type chipView struct {
	box   *canvas.Rectangle
	emoji *canvas.Text
	count *canvas.Text
}

var (
	_ fyne.Tappable          = (*Bubble)(nil)
	_ fyne.SecondaryTappable = (*Bubble)(nil)
	_ desktop.Hoverable      = (*Bubble)(nil)
	_ desktop.Cursorable     = (*Bubble)(nil)
	_ desktop.Mouseable      = (*Bubble)(nil)
	_ fyne.Draggable         = (*Bubble)(nil)
)

// NewBubble makes an empty bubble for Set.
func NewBubble() *Bubble {
	b := &Bubble{
		mark: newPanel(theme.Radius12), ground: newPanel(0), crown: newGlyph("", 16), noteIcon: newGlyph("", noteIcon),
		quoteBox: newPanel(theme.Radius6), quoteBar: newBox(1.5),
		thumb: &canvas.Image{FillMode: canvas.ImageFillCover, CornerRadius: theme.Radius6},
		fold:  &canvas.Text{}, pill: newBox(10), time: &canvas.Text{}, state: newGlyph("", 16),
		ringBack: canvas.NewCircle(color.Transparent), ring: canvas.NewArc(0, 0, 0.74, color.Transparent),
		failIcon: newGlyph("", 16), failText: &canvas.Text{}, failLink: &canvas.Text{}, failLine: newBox(0),
		more: newGlyph("", 16), moreBox: newBox(theme.Radius12),
		pick: newGlyph("", 16), pickRing: canvas.NewCircle(color.Transparent),
	}
	b.ExtendBaseWidget(b)
	return b
}

// Set shows a message.
func (b *Bubble) Set(m BubbleModel) {
	b.model, b.lay = m, nil
	b.Refresh()
}

// Model returns what is shown.
func (b *Bubble) Model() BubbleModel { return b.model }

// HeightFor measures the row in a width.
func (b *Bubble) HeightFor(width float32) float32 { return b.layoutFor(width).height }

// BubbleFrame returns where the bubble itself stands in the row, for menus and
// reaction bars that align with it.
func (b *Bubble) BubbleFrame() (fyne.Position, fyne.Size) {
	f := b.layoutFor(b.Size().Width).bubble
	return pos(f.x, f.y), size(f.w, f.h)
}

func (b *Bubble) layoutFor(width float32) *bubbleLayout {
	if b.lay == nil || b.width != width {
		b.lay, b.width = layoutBubble(&b.model, width), width
	}
	return b.lay
}

// CreateRenderer implements fyne.Widget.
func (b *Bubble) CreateRenderer() fyne.WidgetRenderer { return newRenderer(b) }

func (b *Bubble) minSize() fyne.Size {
	w := b.Size().Width
	if w <= 0 {
		return size(160, 40)
	}
	return size(160, b.layoutFor(w).height)
}

func (b *Bubble) paint()                       {}
func (b *Bubble) objects() []fyne.CanvasObject { return b.list }

func (b *Bubble) add(o ...fyne.CanvasObject) { b.list = append(b.list, o...) }

// layout places and colours at once: a row shows another message each time it
// comes into view, so that neither is ever done without the other.
func (b *Bubble) layout(s fyne.Size) {
	if s.Width <= 0 {
		return
	}
	m, l := &b.model, b.layoutFor(s.Width)
	b.list = b.list[:0]
	if m.Selected || m.Highlighted || m.Picked {
		b.mark.set(theme.Color(theme.AccentSoft), theme.Radius12)
		b.mark.place(-8, l.bubble.y-2, s.Width+16, l.height-l.bubble.y+4)
		b.add(b.mark.object())
	}
	if !l.big && !m.Compact {
		b.layoutGround(m, l)
	}
	b.layoutName(m, l)
	b.layoutNote(m, l)
	if m.Quote != nil {
		b.layoutQuote(m, l)
	}
	if m.Extra != nil {
		place(m.Extra, l.extra.x, l.extra.y, l.extra.w, l.extra.h)
		b.add(m.Extra)
	}
	if l.body != nil {
		b.layoutMarks(m, l)
		k := bubbleInks(m.own() && !l.big)
		b.body.show(l.body, k, l.bodyX, l.bodyY, l.bodyW, false)
		b.add(b.body.list...)
	}
	b.layoutFold(m, l)
	b.layoutMeta(m, l)
	b.layoutFail(m, l)
	b.layoutReactions(m, l)
	b.layoutMore(m, l)
	b.layoutPick(m, l)
}

// layoutMarks draws the ground of selected text.
func (b *Bubble) layoutMarks(m *BubbleModel, l *bubbleLayout) {
	if m.MarkFrom >= m.MarkTo {
		return
	}
	ground := theme.AccentSoft
	if m.own() && !l.big {
		ground = theme.InsetOut
	}
	for i, f := range l.body.marked(m.MarkFrom, m.MarkTo, l.bodyW) {
		if i == len(b.marks) {
			b.marks = append(b.marks, newBox(0))
		}
		setRect(b.marks[i], theme.Color(ground), 0)
		place(b.marks[i], l.bodyX+f.x, l.bodyY+f.y, f.w, f.h)
		b.add(b.marks[i])
	}
}

// layoutPick draws the ring that says whether the message is picked.
func (b *Bubble) layoutPick(m *BubbleModel, l *bubbleLayout) {
	if !m.Picking {
		return
	}
	const d = 22
	y := l.bubble.y + (l.bubble.h-d)/2
	r := b.pickRing
	r.FillColor, r.StrokeColor, r.StrokeWidth = color.Transparent, theme.Color(theme.Outline), 1.5
	if m.Picked {
		r.FillColor, r.StrokeWidth = theme.Color(theme.Accent), 0
	}
	place(r, 0, y, d, d)
	r.Refresh()
	b.add(r)
	if m.Picked {
		b.pick.paint(assets.IconCheck, theme.Color(theme.OnAccent))
		b.pick.move(3, y+3)
		b.add(b.pick.img)
	}
}

func (b *Bubble) layoutGround(m *BubbleModel, l *bubbleLayout) {
	g := b.ground.rect
	g.StrokeWidth, g.StrokeColor = 0, nil
	if m.own() {
		g.FillColor = theme.Color(theme.BubbleOut)
	} else {
		g.FillColor = theme.Color(theme.BubbleIn)
		if !theme.IsDark() {
			g.StrokeWidth, g.StrokeColor = 1, theme.Color(theme.Line)
		}
	}
	g.CornerRadius = cornerRound
	g.BottomLeftCornerRadius, g.BottomRightCornerRadius = 0, 0
	if m.Last {
		if m.own() != rightToLeft() {
			g.BottomRightCornerRadius = cornerTail
		} else {
			g.BottomLeftCornerRadius = cornerTail
		}
	}
	b.ground.place(l.bubble.x, l.bubble.y, l.bubble.w, l.bubble.h)
	b.ground.refresh()
	b.add(b.ground.object())
}

func (b *Bubble) layoutName(m *BubbleModel, l *bubbleLayout) {
	if m.named() {
		_, ink := theme.Avatar(AvatarColor(m.SenderID))
		room := l.bubble.w - 2*bubblePadX
		x := l.bubble.x + bubblePadX
		switch {
		case m.Compact:
			room, x = l.bubble.w, l.bubble.x
		case l.big:
			room, x = b.Size().Width-l.bubble.x, l.bubble.x+4
		}
		if m.SenderAdmin {
			room -= 22
		}
		f := layoutLine(Text(m.Sender), SmallBold, room)
		b.name.show(f, inks{text: ink}, x, l.nameY, f.width, false)
		b.add(b.name.list...)
		if m.SenderAdmin {
			b.crown.paint(assets.IconAdmin, theme.Color(theme.Text3))
			b.crown.move(x+f.width+6, l.nameY+2)
			b.add(b.crown.img)
		}
	}
	if m.pictured() {
		if b.avatar == nil {
			b.avatar = NewAvatar(avatarPx, *m.Avatar)
		} else {
			b.avatar.Set(*m.Avatar)
		}
		place(b.avatar, m.pickWidth(), l.avatarY, avatarPx, avatarPx)
		b.add(b.avatar)
	}
}

func (b *Bubble) layoutNote(m *BubbleModel, l *bubbleLayout) {
	if m.Note == "" {
		return
	}
	ink := theme.Color(theme.Text3)
	if m.own() {
		ink = theme.Color(theme.OnOut2)
	}
	b.noteIcon.paint(assets.IconEye, ink)
	b.noteIcon.move(l.note.x, l.note.y+2)
	f := layoutLine(Text(m.Note), Caption, l.note.w-noteIcon-4)
	b.note.show(f, inks{text: ink}, l.note.x+noteIcon+4, l.note.y, f.width, false)
	b.add(b.noteIcon.img)
	b.add(b.note.list...)
}

func (b *Bubble) layoutQuote(m *BubbleModel, l *bubbleLayout) {
	ground, bar, title, line := theme.InsetIn, theme.AccentInk, theme.AccentInk, theme.Text2
	if m.own() {
		ground, bar, title, line = theme.InsetOut, theme.BarOut, theme.OnOut, theme.OnOut2
	}
	q := l.quote
	b.quoteBox.set(theme.Color(ground), theme.Radius6)
	setRect(b.quoteBar, theme.Color(bar), 1.5)
	b.quoteBox.place(q.x, q.y, q.w, q.h)
	place(b.quoteBar, q.x+8, q.y+4, 3, q.h-8)
	b.quoteT.show(l.quoteT, inks{text: theme.Color(title)}, q.x+19, q.y+4, l.quoteT.width, false)
	b.quoteL.show(l.quoteL, inks{text: theme.Color(line)}, q.x+19, q.y+24, l.quoteL.width, false)
	b.add(b.quoteBox.object(), b.quoteBar)
	b.add(b.quoteT.list...)
	b.add(b.quoteL.list...)
	if m.Quote.Thumb != nil {
		if b.thumb.Image != m.Quote.Thumb {
			b.thumb.Image = m.Quote.Thumb
			b.thumb.Refresh()
		}
		place(b.thumb, q.x+q.w-44, q.y+4, 40, 40)
		b.add(b.thumb)
	}
}

func (b *Bubble) layoutFold(m *BubbleModel, l *bubbleLayout) {
	if !l.folded {
		return
	}
	label := text.T("widget.show_more")
	l.fold.w = textWidth(label, SmallBold, false)
	ink := theme.AccentInk
	if m.own() {
		ink = theme.OnOut
	}
	setText(b.fold, label, SmallBold, false, theme.Color(ink))
	placeText(b.fold, SmallBold, l.fold.x, l.fold.y, l.fold.w)
	b.add(b.fold)
}

func (b *Bubble) layoutMeta(m *BubbleModel, l *bubbleLayout) {
	ink := theme.Text3
	switch {
	case l.metaPil:
		ink = theme.OnPicture
		setRect(b.pill, theme.Color(theme.PicturePill), 10)
		place(b.pill, l.meta.x-8, l.meta.y-2, l.meta.w+16, 20)
		b.add(b.pill)
	case m.own() && !l.big:
		ink = theme.OnOut2
	}
	c := theme.Color(ink)
	x := l.meta.x
	if m.HasTimer {
		b.layoutRing(m, c, x, l.meta.y+2)
		x += 12 + metaGap
	}
	tw := ceil(textWidth(m.Time, Time, false))
	setText(b.time, m.Time, Time, false, c)
	placeText(b.time, Time, x, l.meta.y, tw)
	b.add(b.time)
	if icon := stateIcon(m.State); icon != "" {
		b.state.paint(icon, c)
		b.state.move(x+tw+metaGap, l.meta.y)
		b.add(b.state.img)
	}
}

// layoutRing draws the share of a disappearing message's life that is left; it
// empties clockwise.
func (b *Bubble) layoutRing(m *BubbleModel, c color.NRGBA, x, y float32) {
	faint := c
	faint.A = 0x59
	b.ringBack.FillColor, b.ringBack.StrokeColor, b.ringBack.StrokeWidth = color.Transparent, faint, 1.5
	place(b.ringBack, x+0.5, y+0.5, 11, 11)
	b.ringBack.Refresh()
	b.add(b.ringBack)
	left := min(max(m.Timer, 0), 1)
	b.ring.FillColor = c
	b.ring.StartAngle, b.ring.EndAngle = 360*(1-left), 360
	place(b.ring, x, y, 12, 12)
	b.ring.Refresh()
	b.add(b.ring)
}

func (b *Bubble) layoutFail(m *BubbleModel, l *bubbleLayout) {
	if m.State != Failed {
		return
	}
	c := theme.Color(theme.Danger)
	what, action := failTexts(m)
	b.failIcon.paint(assets.IconWarning, c)
	b.failIcon.move(l.fail.x, l.fail.y)
	x := l.fail.x + 22
	w := textWidth(what, CaptionBold, false)
	setText(b.failText, what, CaptionBold, false, c)
	placeText(b.failText, CaptionBold, x, l.fail.y, w)
	x += w + 6
	w = textWidth(action, CaptionBold, false)
	setText(b.failLink, action, CaptionBold, false, c)
	placeText(b.failLink, CaptionBold, x, l.fail.y, w)
	setRect(b.failLine, c, 0)
	place(b.failLine, round(x), l.fail.y+14, w, 1)
	b.add(b.failIcon.img, b.failText, b.failLink, b.failLine)
}

func (b *Bubble) layoutReactions(m *BubbleModel, l *bubbleLayout) {
	for i, r := range m.Reactions {
		if i == len(b.chips) {
			b.chips = append(b.chips, &chipView{newBox(12), &canvas.Text{}, &canvas.Text{}})
		}
		v, f := b.chips[i], l.chips[i]
		ground, border, ink := theme.List, theme.Line, theme.Text2
		if r.Mine {
			ground, border, ink = theme.AccentSoft, theme.AccentLine, theme.AccentInk
		}
		v.box.FillColor, v.box.StrokeColor, v.box.StrokeWidth = theme.Color(ground), theme.Color(border), 1
		place(v.box, f.x, f.y, f.w, f.h)
		v.box.Refresh()
		ew := textWidth(r.Emoji, Small, true)
		setText(v.emoji, r.Emoji, Small, true, theme.Color(theme.Text))
		placeText(v.emoji, Small, f.x+8, f.y+2, ew)
		b.add(v.box, v.emoji)
		if r.Count > 0 {
			count := strconv.Itoa(r.Count)
			setText(v.count, count, TimeBold, false, theme.Color(ink))
			placeText(v.count, TimeBold, f.x+8+ew+4, f.y+4, textWidth(count, TimeBold, false))
			b.add(v.count)
		}
	}
}

// moreFrame is the "…" that a hovered bubble shows beside it.
func (l *bubbleLayout) moreFrame(m *BubbleModel, width float32) frame {
	if m.Compact {
		return l.compactMore()
	}
	x := l.bubble.x + l.bubble.w + 4
	if m.own() {
		x = l.bubble.x - 4 - 28
	}
	return frame{min(max(0, x), width-28), l.bubble.y + min(5, (l.bubble.h-28)/2), 28, 28}
}

func (b *Bubble) layoutMore(m *BubbleModel, l *bubbleLayout) {
	if !b.hover || b.OnMenu == nil {
		return
	}
	f := l.moreFrame(m, b.Size().Width)
	ink := theme.Text3
	if f.contains(b.point) {
		ink = theme.Text
		setRect(b.moreBox, theme.Color(theme.Pressed), theme.Radius12)
		place(b.moreBox, f.x, f.y, f.w, f.h)
		b.add(b.moreBox)
	}
	b.more.paint(assets.IconMore, theme.Color(ink))
	b.more.move(f.x+6, f.y+6)
	b.add(b.more.img)
}
