package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"sotto/ui/theme"
)

// inks are the colours of a flow on a certain ground.
type inks struct {
	text, quiet, link, bad, lively, dark color.NRGBA
	ground, mentionGround                color.NRGBA // of fences, of a mention of oneself
	found, foundGround                   color.NRGBA
}

func plainInks(text theme.Name) inks {
	return inks{
		text:          theme.Color(text),
		quiet:         theme.Color(theme.Text3),
		link:          theme.Color(theme.AccentInk),
		bad:           theme.Color(theme.Danger),
		lively:        theme.Color(theme.AccentInk),
		dark:          theme.Color(theme.Text),
		ground:        theme.Color(theme.InsetIn),
		mentionGround: theme.Color(theme.AccentSoft),
		found:         theme.Color(theme.Text),
		foundGround:   theme.Color(theme.WarnSoft),
	}
}

func bubbleInks(outgoing bool) inks {
	if !outgoing {
		return plainInks(theme.Text)
	}
	on := theme.Color(theme.OnOut)
	return inks{
		text: on, quiet: theme.Color(theme.OnOut2), link: on, bad: on, lively: on, dark: on,
		ground: theme.Color(theme.InsetOut), mentionGround: theme.Color(theme.InsetOut),
		found: theme.Color(theme.Text), foundGround: theme.Color(theme.WarnSoft),
	}
}

func (k inks) of(kind SpanKind) color.NRGBA {
	switch kind {
	case Link, Mention, MentionMe:
		return k.link
	case Quiet:
		return k.quiet
	case Bad:
		return k.bad
	case Lively:
		return k.lively
	case Dark, Strong:
		return k.dark
	case Found:
		return k.found
	}
	return k.text
}

// flowView shows a flow with pooled canvas objects: showing another text on
// the same view makes no garbage but for objects it lacked.
type flowView struct {
	texts   []*canvas.Text
	grounds []*canvas.Rectangle
	lines   []*canvas.Rectangle // under links
	usedT   int
	usedG   int
	usedL   int
	list    []fyne.CanvasObject
}

// show places the fragments at x, y in a column of width (lines that run right
// to left stand at its right edge; centre centres all).
func (v *flowView) show(f *flow, k inks, x, y, width float32, centre bool) {
	v.usedT, v.usedG, v.usedL = 0, 0, 0
	if turn > 0 { // the column is turned round, what is in it has its order
		x = turn - x - width
		defer turnIn(0)()
	}
	if f != nil {
		for _, in := range f.insets {
			v.ground(k.ground, theme.Radius6, x-fenceOut, y+in.top, width+2*fenceOut, in.height)
		}
		for i := range f.lines {
			v.line(f, &f.lines[i], k, x, y, width, centre)
		}
	}
	v.collect()
}

func (v *flowView) line(f *flow, l *flowLine, k inks, x, y, width float32, centre bool) {
	left := x + f.left(l, width)
	if centre && !l.fence {
		left = x + round((width-l.width)/2)
	}
	for i := range l.fragments {
		f := &l.fragments[i]
		var before, after float32
		if f.kind == MentionMe {
			// A name that runs right to left is in parts, on one ground.
			first, last := i, i
			for first > 0 && l.fragments[first-1].kind == MentionMe {
				first--
			}
			for last+1 < len(l.fragments) && l.fragments[last+1].kind == MentionMe {
				last++
			}
			if i == first {
				end := &l.fragments[last]
				v.ground(k.mentionGround, theme.Radius6, left+f.x, y+l.top+1, end.x+end.width-f.x, l.height-2)
				before = mentionPad
			}
			if i == last {
				after = mentionPad
			}
		}
		if f.kind == Found {
			const out = 2
			v.ground(k.foundGround, theme.Radius6-2, left+f.x-out, y+l.top+1, f.width+2*out, l.height-2)
		}
		if f.kind == Link {
			under := v.rect(&v.lines, &v.usedL)
			setRect(under, k.link, 0)
			place(under, left+f.x, y+l.top+l.height-3, f.width, 1)
		}
		t := v.text()
		setRun(t, f.text, f.style, f.emoji, k.of(f.kind))
		placeText(t, f.style, left+f.x+before, y+l.top+(l.height-f.style.Line)/2, f.width-before-after)
	}
}

// fragmentAt finds the fragment under a point of the column that show filled.
func (f *flow) fragmentAt(px, py, width float32) *fragment {
	for i := range f.lines {
		l := &f.lines[i]
		if py < l.top || py >= l.top+l.height {
			continue
		}
		left := f.left(l, width)
		for j := range l.fragments {
			if g := &l.fragments[j]; px >= left+g.x && px < left+g.x+g.width {
				return g
			}
		}
	}
	return nil
}

func (v *flowView) ground(c color.NRGBA, radius, x, y, w, h float32) {
	r := v.rect(&v.grounds, &v.usedG)
	setRect(r, c, radius)
	place(r, x, y, w, h)
}

func (v *flowView) rect(pool *[]*canvas.Rectangle, used *int) *canvas.Rectangle {
	if *used == len(*pool) {
		*pool = append(*pool, canvas.NewRectangle(nil))
	}
	*used++
	return (*pool)[*used-1]
}

func (v *flowView) text() *canvas.Text {
	if v.usedT == len(v.texts) {
		v.texts = append(v.texts, &canvas.Text{})
	}
	v.usedT++
	return v.texts[v.usedT-1]
}

// collect lists the objects in drawing order.
func (v *flowView) collect() {
	v.list = v.list[:0]
	for _, r := range v.grounds[:v.usedG] {
		v.list = append(v.list, r)
	}
	for _, r := range v.lines[:v.usedL] {
		v.list = append(v.list, r)
	}
	for _, t := range v.texts[:v.usedT] {
		v.list = append(v.list, t)
	}
	const spare = 64 // a fold of long text must not keep its objects for ever
	if len(v.texts) > spare && v.usedT < spare/2 {
		clear(v.texts[spare:])
		v.texts = v.texts[:spare]
	}
}

func setRect(r *canvas.Rectangle, fill color.NRGBA, radius float32) {
	ink := paintable(fill)
	if r.FillColor == ink && r.CornerRadius == radius {
		return
	}
	r.FillColor, r.CornerRadius = ink, radius
	r.Refresh()
}

// paintable is a colour as the toolkit takes it: there is one that it does not
// paint.
func paintable(fill color.NRGBA) color.Color {
	if fill.A == 0 {
		return color.Transparent
	}
	return fill
}

// setText shows a text of the program in one object.
func setText(t *canvas.Text, s string, style Style, emoji bool, ink color.NRGBA) {
	setRun(t, visual(s, style), style, emoji, ink)
}

// setRun shows one run of text as it is.
func setRun(t *canvas.Text, s string, style Style, emoji bool, ink color.NRGBA) {
	source := style.source(s, emoji)
	if t.Text == s && t.TextSize == style.Size && t.TextStyle == style.fyneStyle() && t.FontSource == source && t.Color == ink {
		return
	}
	t.Text, t.TextSize, t.TextStyle, t.FontSource, t.Color = s, style.Size, style.fyneStyle(), source, ink
	t.Refresh()
}
