package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"sotto/assets"
	"sotto/ui/theme"
)

// ButtonKind is how much a button asks for attention.
type ButtonKind int

// The kinds of buttons. One view has one Primary button.
const (
	Primary ButtonKind = iota
	Secondary
	Outlined
	Ghost      // accent text without a surface; also for links
	Danger     // solid, destructive
	DangerSoft // quiet, destructive
)

// ButtonSize is the height of a button.
type ButtonSize int

// The sizes: 40, 48 and 32 high.
const (
	Medium ButtonSize = iota
	Large
	Compact
)

// Button is a labelled button, with an icon in front of the label if there is
// one.
type Button struct {
	control
	Text     string
	Icon     assets.IconName
	Kind     ButtonKind
	Height   ButtonSize
	OnTapped func()
	// OnPaper draws a Secondary button as sheet with a line, for paper grounds.
	OnPaper bool

	box   *canvas.Rectangle
	label *canvas.Text
	glyph *glyph
	ring  ring
}

// NewButton makes a button 40 high.
func NewButton(text string, kind ButtonKind, tapped func()) *Button {
	b := &Button{Text: text, Kind: kind, OnTapped: tapped}
	b.box, b.label, b.ring = newBox(theme.Radius12), &canvas.Text{}, newRing()
	b.glyph = newGlyph("", 20)
	b.press = func() {
		if b.OnTapped != nil {
			b.OnTapped()
		}
	}
	b.ExtendBaseWidget(b)
	return b
}

// NewIconTextButton makes a button with an icon in front of the label.
func NewIconTextButton(icon assets.IconName, text string, kind ButtonKind, tapped func()) *Button {
	b := NewButton(text, kind, tapped)
	b.Icon = icon
	return b
}

// Sized sets the height and returns the button, for use in constructors.
func (b *Button) Sized(s ButtonSize) *Button {
	b.Height = s
	return b
}

// SetText changes the label.
func (b *Button) SetText(text string) {
	b.Text = text
	b.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (b *Button) CreateRenderer() fyne.WidgetRenderer { return newRenderer(b) }

func (b *Button) style() Style {
	if b.Height == Compact {
		return SmallBold
	}
	return BodyBold
}

func (b *Button) height() float32 {
	switch b.Height {
	case Large:
		return theme.ButtonLarge
	case Compact:
		return theme.ButtonSmall
	}
	return theme.ButtonHeight
}

func (b *Button) padding() float32 {
	switch {
	case b.Height == Large && b.Kind != Ghost:
		return theme.Space24
	case b.Height == Compact || b.Kind == Ghost:
		return theme.Space12
	}
	return theme.Space16
}

func (b *Button) contentWidth() float32 {
	w := ceil(textWidth(b.Text, b.style(), false))
	if b.Icon != "" {
		w += 20
		if b.Text != "" {
			w += theme.Space8
		}
	}
	return w
}

func (b *Button) minSize() fyne.Size {
	return size(b.contentWidth()+2*b.padding(), b.height())
}

func (b *Button) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{b.box, b.glyph.img, b.label, b.ring.rect}
}

func (b *Button) paint() {
	ground, ink, border := b.colors()
	b.box.FillColor = ground
	b.box.StrokeColor, b.box.StrokeWidth = nil, 0
	if border != "" {
		b.box.StrokeColor, b.box.StrokeWidth = theme.Color(border), theme.BorderWidth
	}
	setText(b.label, b.Text, b.style(), false, ink)
	b.glyph.paint(b.Icon, ink)
	b.ring.paint(b.focused && !b.disabled, theme.Radius12)
}

func (b *Button) colors() (ground color.Color, ink color.NRGBA, border theme.Name) {
	pick := func(rest, hover, press theme.Name) color.Color {
		switch {
		case b.pressed:
			return theme.Color(press)
		case b.hovered:
			return theme.Color(hover)
		case rest == "":
			return color.Transparent
		}
		return theme.Color(rest)
	}
	if b.disabled {
		if b.Kind == Ghost {
			return color.Transparent, theme.Color(theme.Text3), ""
		}
		return theme.Color(theme.Pressed), theme.Color(theme.Text3), ""
	}
	switch b.Kind {
	case Secondary:
		if b.OnPaper {
			return pick(theme.Sheet, theme.Hover, theme.Pressed), theme.Color(theme.Text), theme.Line
		}
		if b.hovered || b.pressed {
			return blend(theme.Color(theme.Pressed), theme.Color(theme.Text), b.depth()), theme.Color(theme.Text), ""
		}
		return theme.Color(theme.Pressed), theme.Color(theme.Text), ""
	case Outlined:
		return pick("", theme.Hover, theme.Pressed), theme.Color(theme.Text), theme.Outline
	case Ghost:
		return pick("", theme.Hover, theme.AccentSoft), theme.Color(theme.AccentInk), ""
	case Danger:
		return blend(theme.Color(theme.Danger), theme.Color(theme.OnDanger), b.depth()), theme.Color(theme.OnDanger), ""
	case DangerSoft:
		return blend(theme.Color(theme.DangerSoft), theme.Color(theme.Danger), b.depth()), theme.Color(theme.Danger), ""
	}
	c := theme.Color(theme.Accent)
	if b.hovered || b.pressed {
		c = theme.Color(theme.AccentHover)
	}
	if b.pressed {
		c = blend(c, theme.Color(theme.OnAccent), 0.08)
	}
	return c, theme.Color(theme.OnAccent), ""
}

// depth is how far a surface without a hover token of its own moves towards its ink.
func (c *control) depth() float64 {
	switch {
	case c.pressed:
		return 0.10
	case c.hovered:
		return 0.05
	}
	return 0
}

// blend mixes two opaque colours.
func blend(a, b color.NRGBA, share float64) color.NRGBA {
	mix := func(x, y uint8) uint8 { return uint8(float64(x)*(1-share) + float64(y)*share + 0.5) }
	return color.NRGBA{R: mix(a.R, b.R), G: mix(a.G, b.G), B: mix(a.B, b.B), A: 0xFF}
}

func (b *Button) layout(s fyne.Size) {
	b.box.Move(pos(0, 0))
	b.box.Resize(s)
	b.ring.layout(pos(0, 0), s)
	style := b.style()
	x := round((s.Width - b.contentWidth()) / 2)
	if b.Icon != "" {
		b.glyph.move(x, round((s.Height-20)/2))
		x += 20 + theme.Space8
	}
	placeText(b.label, style, x, (s.Height-style.Line)/2, textWidth(b.Text, style, false))
}

// IconButton is a square button with an icon: 40, or 32 in dense places.
type IconButton struct {
	control
	Icon     assets.IconName
	OnTapped func()
	Solid    bool // round and accent: send
	Bad      bool // round and danger: stop recording
	On       bool // pressed in: accent-soft
	Dense    bool // 32 with a 20 icon
	OnDark   bool // over a picture

	box   *panel
	glyph *glyph
	small *glyph
	ring  ring
}

// NewIconButton makes a button of 40; tooltip names it for people who cannot
// guess the icon, and for screen readers.
func NewIconButton(icon assets.IconName, tooltip string, tapped func()) *IconButton {
	b := &IconButton{Icon: icon, OnTapped: tapped, box: newPanel(theme.Radius12), ring: newRing()}
	b.glyph, b.small = newGlyph(icon, 24), newGlyph("", 20)
	b.tip = tip{text: tooltip, owner: b}
	b.press = func() {
		if b.OnTapped != nil {
			b.OnTapped()
		}
	}
	b.ExtendBaseWidget(b)
	return b
}

// NewDenseIconButton makes a button of 32 with an icon of 20.
func NewDenseIconButton(icon assets.IconName, tooltip string, tapped func()) *IconButton {
	b := NewIconButton(icon, tooltip, tapped)
	b.Dense = true
	return b
}

// SetIcon changes the icon.
func (b *IconButton) SetIcon(icon assets.IconName) {
	b.Icon = icon
	b.Refresh()
}

// SetOn presses the button in or lets it out.
func (b *IconButton) SetOn(on bool) {
	b.On = on
	b.Refresh()
}

// AccessibilityLabel implements fyne.Accessible.
func (b *IconButton) AccessibilityLabel() string { return b.tip.text }

// AccessibilityRole implements fyne.Accessible.
func (b *IconButton) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer implements fyne.Widget.
func (b *IconButton) CreateRenderer() fyne.WidgetRenderer { return newRenderer(b) }

func (b *IconButton) minSize() fyne.Size {
	if b.Dense {
		return size(32, 32)
	}
	return size(40, 40)
}

func (b *IconButton) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{b.box.object(), b.glyph.img, b.small.img, b.ring.rect}
}

func (b *IconButton) radius() float32 {
	if b.Solid || b.Bad {
		return b.minSize().Height / 2
	}
	return theme.Radius12
}

func (b *IconButton) paint() {
	var ground color.Color = color.Transparent
	ink := theme.Color(theme.Text2)
	switch {
	case b.disabled && (b.Solid || b.Bad):
		ground, ink = theme.Color(theme.Pressed), theme.Color(theme.Text3)
	case b.disabled:
		ink = theme.Color(theme.Outline)
	case b.Bad:
		ground, ink = blend(theme.Color(theme.Danger), theme.Color(theme.OnDanger), b.depth()), theme.Color(theme.OnDanger)
	case b.Solid:
		ground, ink = theme.Color(theme.Accent), theme.Color(theme.OnAccent)
		if b.hovered || b.pressed {
			ground = theme.Color(theme.AccentHover)
		}
	case b.On:
		ground, ink = theme.Color(theme.AccentSoft), theme.Color(theme.AccentInk)
	case b.pressed:
		ground, ink = theme.Color(theme.Pressed), theme.Color(theme.Text)
	case b.hovered:
		ground, ink = theme.Color(theme.Hover), theme.Color(theme.Text)
	}
	if b.OnDark {
		ground, ink = b.onDark()
	}
	b.box.set(nrgba(ground), b.radius())
	if b.Dense {
		b.small.paint(b.Icon, ink)
		b.glyph.paint("", ink)
	} else {
		b.glyph.paint(b.Icon, ink)
		b.small.paint("", ink)
	}
	b.ring.paint(b.focused && !b.disabled, b.radius())
}

// onDark are the colours over a picture, the same in both themes.
func (b *IconButton) onDark() (ground color.Color, ink color.NRGBA) {
	ink = theme.Color(theme.OnPicture)
	veil := ink
	switch {
	case b.disabled:
		ink, veil.A = dimOnDark(), 0
	case b.pressed:
		veil.A = 0x38
	case b.hovered:
		veil.A = 0x24
	case b.Solid:
		veil = darkDisc()
	default:
		ink, veil.A = theme.Color(theme.OnPicture2), 0
	}
	return veil, ink
}

// dimOnDark is the ink of what cannot be pressed. It is opaque: drawings do not
// let through what is under them.
func dimOnDark() color.NRGBA {
	ink, ground := theme.Color(theme.OnPicture2), theme.Color(theme.ViewerBackground)
	mix := func(a, b uint8) uint8 { return uint8((2*int(a) + 3*int(b)) / 5) }
	return color.NRGBA{mix(ink.R, ground.R), mix(ink.G, ground.G), mix(ink.B, ground.B), 0xFF}
}

func (b *IconButton) layout(s fyne.Size) {
	m := b.minSize()
	x, y := round((s.Width-m.Width)/2), round((s.Height-m.Height)/2)
	b.box.place(x, y, m.Width, m.Height)
	b.ring.layout(pos(x, y), m)
	b.glyph.move(x+(m.Width-24)/2, y+(m.Height-24)/2)
	b.small.move(x+(m.Width-20)/2, y+(m.Height-20)/2)
}
