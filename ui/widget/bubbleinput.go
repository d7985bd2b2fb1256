package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// target is what lies under a point of a bubble.
type target int

const (
	nothing target = iota
	onGround
	onLink
	onQuote
	onRetry
	onChip
	onSender
	onFold
	onMore
)

// hit finds what lies under a point; index is the chip's, part the link's.
func (b *Bubble) hit(p fyne.Position) (t target, index int, part *fragment) {
	m, l := &b.model, b.lay
	if l == nil {
		return nothing, 0, nil
	}
	p = turned(p, b.Size().Width)
	for i, f := range l.chips {
		if f.contains(p) {
			return onChip, i, nil
		}
	}
	switch {
	case m.State == Failed && l.fail.contains(p):
		return onRetry, 0, nil
	case b.hover && b.OnMenu != nil && l.moreFrame(m, b.Size().Width).contains(p):
		return onMore, 0, nil
	case m.pictured() && (frame{0, l.avatarY, avatarPx, avatarPx}).contains(p):
		return onSender, 0, nil
	case m.named() && (frame{l.bubble.x, l.nameY, l.bubble.w, SmallBold.Line}).contains(p):
		return onSender, 0, nil
	case m.Quote != nil && l.quote.contains(p):
		return onQuote, 0, nil
	case l.folded && l.fold.contains(p):
		return onFold, 0, nil
	}
	if l.body != nil {
		if f := l.body.fragmentAt(inColumn(p, l.bodyX, l.bodyW), p.Y-l.bodyY, l.bodyW); f != nil && (f.kind == Link || f.kind == Mention || f.kind == MentionMe) {
			return onLink, 0, f
		}
	}
	if l.bubble.contains(p) {
		return onGround, 0, nil
	}
	return nothing, 0, nil
}

func call(f func()) bool {
	if f != nil {
		f()
	}
	return f != nil
}

// Tapped implements fyne.Tappable.
func (b *Bubble) Tapped(e *fyne.PointEvent) {
	t, i, part := b.hit(e.Position)
	if b.model.Picking || b.modifier&(fyne.KeyModifierShortcutDefault|fyne.KeyModifierShift) != 0 {
		call(b.OnTap)
		return
	}
	switch t {
	case onLink:
		if b.OnLink != nil {
			b.OnLink(Span{Text: part.text, Kind: part.kind, Data: part.data})
			return
		}
	case onQuote:
		if call(b.OnQuote) {
			return
		}
	case onRetry:
		if call(b.OnRetry) {
			return
		}
	case onChip:
		if b.OnReaction != nil {
			b.OnReaction(i)
			return
		}
	case onSender:
		if call(b.OnSender) {
			return
		}
	case onFold:
		if call(b.OnFold) {
			return
		}
	case onMore:
		if b.OnMenu != nil {
			b.OnMenu(e.AbsolutePosition)
			return
		}
	}
	call(b.OnTap)
}

// TappedSecondary implements fyne.SecondaryTappable.
func (b *Bubble) TappedSecondary(e *fyne.PointEvent) {
	if t, _, _ := b.hit(e.Position); t != nothing && b.OnMenu != nil {
		b.OnMenu(e.AbsolutePosition)
	}
}

// MouseIn implements desktop.Hoverable.
func (b *Bubble) MouseIn(e *desktop.MouseEvent) {
	touch()
	b.hover, b.point = true, e.Position
	if b.OnHover != nil {
		b.OnHover(true)
	}
	b.Refresh()
}

// MouseMoved implements desktop.Hoverable.
func (b *Bubble) MouseMoved(e *desktop.MouseEvent) {
	before, _, _ := b.hit(b.point)
	b.point = e.Position
	if after, _, _ := b.hit(b.point); (before == onMore) != (after == onMore) {
		b.Refresh()
	}
}

// MouseOut implements desktop.Hoverable.
func (b *Bubble) MouseOut() {
	b.hover = false
	if b.OnHover != nil {
		b.OnHover(false)
	}
	b.Refresh()
}

// Cursor implements desktop.Cursorable.
func (b *Bubble) Cursor() desktop.Cursor {
	if b.model.Picking {
		return desktop.DefaultCursor
	}
	switch t, _, _ := b.hit(b.point); t {
	case onGround:
		if b.OnPress != nil && b.pressAt(b.point, b.point).Text {
			return desktop.TextCursor
		}
	case onLink, onRetry, onChip, onFold, onMore:
		return desktop.PointerCursor
	case onQuote:
		if b.OnQuote != nil {
			return desktop.PointerCursor
		}
	case onSender:
		if b.OnSender != nil {
			return desktop.PointerCursor
		}
	}
	return desktop.DefaultCursor
}

// Park implements Parker: a row out of view is not hovered, and its pictures
// give their bitmaps back.
func (b *Bubble) Park() {
	b.hover = false
	if p, ok := b.model.Extra.(Parker); ok {
		p.Park()
	}
}
