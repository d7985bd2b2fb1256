package widget

import (
	"image/color"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/theme"
)

// Tone is the colour of a small surface: what it means.
type Tone int

// The tones.
const (
	Neutral Tone = iota
	AccentTone
	WarnTone
	OkTone
	DangerTone
)

// soft returns surface and ink of a tone.
func (t Tone) soft() (ground, ink theme.Name) {
	switch t {
	case AccentTone:
		return theme.AccentSoft, theme.AccentInk
	case WarnTone:
		return theme.WarnSoft, theme.Warn
	case OkTone:
		return theme.OkSoft, theme.Ok
	case DangerTone:
		return theme.DangerSoft, theme.Danger
	}
	return theme.Field, theme.Text2
}

// Badge is a count, 20 high: accent, grey when muted, danger with an exclamation mark.
type Badge struct {
	fynewidget.BaseWidget
	Text  string
	Icon  assets.IconName // instead of text: a mention
	Muted bool
	Bad   bool

	box   *panel
	label *canvas.Text
	glyph *glyph
}

// NewBadge shows a count; 0 is hidden, more than 999 is "999+".
func NewBadge(count int, muted bool) *Badge {
	b := &Badge{Muted: muted, box: newPanel(10), label: &canvas.Text{}, glyph: newGlyph("", 12)}
	b.Text = CountText(count)
	b.ExtendBaseWidget(b)
	b.Hidden = b.Text == ""
	return b
}

// SetCount changes the count; 0 hides the badge.
func (b *Badge) SetCount(count int, muted bool) {
	b.Text, b.Muted, b.Icon = CountText(count), muted, ""
	b.Hidden = b.Text == ""
	b.Refresh()
}

// SetIcon shows an icon in the place of a count.
func (b *Badge) SetIcon(icon assets.IconName) {
	b.Text, b.Icon, b.Hidden = "", icon, icon == ""
	b.Refresh()
}

// CountText is how counts are written in badges.
func CountText(n int) string {
	switch {
	case n <= 0:
		return ""
	case n > 999:
		return "999+"
	}
	return strconv.Itoa(n)
}

// CreateRenderer implements fyne.Widget.
func (b *Badge) CreateRenderer() fyne.WidgetRenderer { return newRenderer(b) }

func (b *Badge) minSize() fyne.Size { return size(badgeWidth(b.Text), 20) }

func badgeWidth(text string) float32 {
	return max(20, ceil(textWidth(text, TimeBold, false))+12)
}

func (b *Badge) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{b.box.object(), b.label, b.glyph.img}
}

func (b *Badge) paint() {
	ground, ink := theme.Accent, theme.OnAccent
	switch {
	case b.Bad:
		ground, ink = theme.Danger, theme.OnDanger
	case b.Muted:
		ground, ink = theme.Pressed, theme.Text2
	}
	b.box.set(theme.Color(ground), 10)
	setText(b.label, b.Text, TimeBold, false, theme.Color(ink))
	b.glyph.paint(b.Icon, theme.Color(ink))
}

func (b *Badge) layout(s fyne.Size) {
	w := badgeWidth(b.Text)
	x, y := round(s.Width-w)/2, round((s.Height-20)/2)
	b.box.place(x, y, w, 20)
	tw := textWidth(b.Text, TimeBold, false)
	placeText(b.label, TimeBold, x+(w-tw)/2, y+2, tw)
	b.glyph.move(x+(w-12)/2, y+4)
}

// Chip is a small labelled pill, 24 high.
type Chip struct {
	control
	Text     string
	Icon     assets.IconName
	Tone     Tone
	OnTapped func()

	box   *canvas.Rectangle
	label *canvas.Text
	glyph *glyph
	ring  ring
}

// NewChip makes a chip; icon may be empty. It can be pressed when OnTapped is
// set.
func NewChip(text string, icon assets.IconName, tone Tone) *Chip {
	c := &Chip{Text: text, Icon: icon, Tone: tone, box: newBox(12), label: &canvas.Text{}, glyph: newGlyph(icon, 12), ring: newRing()}
	c.press = func() {
		if c.OnTapped != nil {
			c.OnTapped()
		}
	}
	c.disabled = true
	c.ExtendBaseWidget(c)
	return c
}

// NewChipButton makes a chip that can be pressed.
func NewChipButton(text string, icon assets.IconName, tone Tone, tapped func()) *Chip {
	c := NewChip(text, icon, tone)
	c.OnTapped, c.disabled = tapped, false
	return c
}

// Set changes what the chip shows.
func (c *Chip) Set(text string, icon assets.IconName, tone Tone) {
	c.Text, c.Icon, c.Tone = text, icon, tone
	c.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (c *Chip) CreateRenderer() fyne.WidgetRenderer { return newRenderer(c) }

func (c *Chip) minSize() fyne.Size {
	w := ceil(textWidth(c.Text, CaptionBold, false)) + 2*theme.Space8
	if c.Icon != "" {
		w += 12 + theme.Space4
	}
	return size(w, 24)
}

func (c *Chip) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{c.box, c.label, c.glyph.img, c.ring.rect}
}

func (c *Chip) paint() {
	ground, ink := c.Tone.soft()
	fill := theme.Color(ground)
	if !c.disabled {
		fill = blend(fill, theme.Color(ink), c.depth())
	}
	setRect(c.box, fill, 12)
	setText(c.label, c.Text, CaptionBold, false, theme.Color(ink))
	c.glyph.paint(c.Icon, theme.Color(ink))
	c.ring.paint(c.focused, 12)
}

func (c *Chip) layout(s fyne.Size) {
	y := round((s.Height - 24) / 2)
	place(c.box, 0, y, s.Width, 24)
	c.ring.layout(pos(0, y), size(s.Width, 24))
	x := theme.Space8
	if c.Icon != "" {
		c.glyph.move(x, y+6)
		x += 12 + theme.Space4
	}
	placeText(c.label, CaptionBold, x, y+4, s.Width)
}

// KeyCap shows a keyboard shortcut.
type KeyCap struct {
	fynewidget.BaseWidget
	text  string
	box   *panel
	label *canvas.Text
}

// NewKeyCap shows a shortcut such as "Ctrl K".
func NewKeyCap(text string) *KeyCap {
	k := &KeyCap{text: Keys(text), box: newPanel(theme.Radius6), label: &canvas.Text{}}
	k.ExtendBaseWidget(k)
	return k
}

// CreateRenderer implements fyne.Widget.
func (k *KeyCap) CreateRenderer() fyne.WidgetRenderer { return newRenderer(k) }

func (k *KeyCap) minSize() fyne.Size {
	return size(max(20, ceil(textWidth(k.text, Caption, false))+14), 20)
}
func (k *KeyCap) objects() []fyne.CanvasObject { return []fyne.CanvasObject{k.box.object(), k.label} }
func (k *KeyCap) paint() {
	box := k.box.rect
	box.FillColor, box.StrokeColor, box.StrokeWidth = theme.Color(theme.Sheet), theme.Color(theme.Line), 1
	k.box.refresh()
	setText(k.label, k.text, Caption, false, theme.Color(theme.Text3))
}
func (k *KeyCap) layout(s fyne.Size) {
	y := round((s.Height - 20) / 2)
	k.box.place(0, y, s.Width, 20)
	w := textWidth(k.text, Caption, false)
	placeText(k.label, Caption, (s.Width-w)/2, y+2, w)
}

// Progress is a bar of 4; a negative value shows none of it filled.
type Progress struct {
	fynewidget.BaseWidget
	Value float64 // 0 to 1
	track *canvas.Rectangle
	bar   *canvas.Rectangle
}

// NewProgress makes a bar.
func NewProgress(value float64) *Progress {
	p := &Progress{Value: value, track: newBox(2), bar: newBox(2)}
	p.ExtendBaseWidget(p)
	return p
}

// Set moves the bar.
func (p *Progress) Set(value float64) {
	p.Value = value
	p.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (p *Progress) CreateRenderer() fyne.WidgetRenderer { return newRenderer(p) }

func (p *Progress) minSize() fyne.Size           { return size(40, 4) }
func (p *Progress) objects() []fyne.CanvasObject { return []fyne.CanvasObject{p.track, p.bar} }
func (p *Progress) paint() {
	setRect(p.track, theme.Color(theme.Line), 2)
	setRect(p.bar, theme.Color(theme.AccentInk), 2)
}
func (p *Progress) layout(s fyne.Size) {
	y := round((s.Height - 4) / 2)
	place(p.track, 0, y, s.Width, 4)
	place(p.bar, 0, y, s.Width*float32(min(max(p.Value, 0), 1)), 4)
}

var transparent = color.NRGBA{}
