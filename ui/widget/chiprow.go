package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/theme"
)

// ChipItem is one choice of a ChipRow.
type ChipItem struct {
	Name  string // for tests: "filter.unread"
	Label string
	Count string          // quiet, after the label
	Icon  assets.IconName // before the label
	Arrow bool            // a menu opens from it
	On    bool
	// OnTapped is told where a menu would open.
	OnTapped func(at fyne.Position)
	// OnMenu is asked for a menu; nil: there is none.
	OnMenu func(at fyne.Position)
}

// ChipRow is a line of chips of which one may be on. Chips that do not fit are
// behind the last one, whose menu shows them; the one that is on is always in
// view. Arrow keys walk from chip to chip.
type ChipRow struct {
	fynewidget.BaseWidget
	// More is the chip at the end; with a nil OnTapped it is shown only when
	// something does not fit, and shows that alone.
	More ChipItem

	items []ChipItem
	chips []*filterChip
	more  *filterChip
	shown []*filterChip
	list  []fyne.CanvasObject
}

const (
	chipHeight = 28
	chipGap    = 6
	chipMost   = 160 // widest chip
)

// NewChipRow makes an empty row.
func NewChipRow() *ChipRow {
	r := &ChipRow{more: newFilterChip()}
	r.more.row = r
	r.ExtendBaseWidget(r)
	return r
}

// Set shows other chips. The keyboard stays on the chip it is on.
func (r *ChipRow) Set(items []ChipItem) {
	r.items = items
	for len(r.chips) < len(items) {
		c := newFilterChip()
		c.row = r
		r.chips = append(r.chips, c)
	}
	for i := range items {
		r.chips[i].set(items[i])
	}
	r.more.set(r.More)
	r.Refresh()
}

// Hidden returns the items that did not fit.
func (r *ChipRow) Hidden() []ChipItem {
	var out []ChipItem
	for i, c := range r.chips[:len(r.items)] {
		if !r.shows(c) {
			out = append(out, r.items[i])
		}
	}
	return out
}

func (r *ChipRow) shows(c *filterChip) bool {
	for _, s := range r.shown {
		if s == c {
			return true
		}
	}
	return false
}

// CreateRenderer implements fyne.Widget.
func (r *ChipRow) CreateRenderer() fyne.WidgetRenderer { return newRenderer(r) }

func (r *ChipRow) minSize() fyne.Size           { return size(80, chipHeight) }
func (r *ChipRow) paint()                       {}
func (r *ChipRow) objects() []fyne.CanvasObject { return r.list }

func (r *ChipRow) layout(s fyne.Size) {
	r.choose(s.Width)
	x := float32(0)
	r.list = r.list[:0]
	for _, c := range r.shown {
		w := min(c.minSize().Width, s.Width)
		place(c, x, round((s.Height-chipHeight)/2), w, chipHeight)
		r.list = append(r.list, c)
		x += w + chipGap
	}
}

// choose finds the chips that fit a width.
func (r *ChipRow) choose(width float32) {
	chips := r.chips[:len(r.items)]
	total := float32(0)
	for _, c := range chips {
		total += c.minSize().Width + chipGap
	}
	end := r.more.minSize().Width
	r.shown = r.shown[:0]
	if r.More.OnTapped == nil && total-chipGap <= width {
		r.shown = append(r.shown, chips...)
		return
	}
	room := width - end
	on := -1
	for i := range chips {
		if r.items[i].On {
			on = i
		}
	}
	used, full := float32(0), false
	for i, c := range chips {
		w := c.minSize().Width + chipGap
		if on > i {
			full = full || used+w+chips[on].minSize().Width+chipGap > room
		} else {
			full = full || used+w > room
		}
		if i == on || !full {
			r.shown = append(r.shown, c)
			used += w
		}
	}
	r.shown = append(r.shown, r.more)
}

// step moves the keyboard to the next chip.
func (r *ChipRow) step(from *filterChip, by int) {
	for i, c := range r.shown {
		if c == from {
			to := min(max(i+by, 0), len(r.shown)-1)
			if canvas := canvasOf(r); canvas != nil {
				canvas.Focus(r.shown[to])
			}
			return
		}
	}
}

// filterChip is a chip of a row.
type filterChip struct {
	control
	row  *ChipRow
	item ChipItem

	box   *panel
	label flowView
	count *canvas.Text
	glyph *glyph
	arrow *glyph
	ring  ring
	list  []fyne.CanvasObject
}

var _ fyne.SecondaryTappable = (*filterChip)(nil)

func newFilterChip() *filterChip {
	c := &filterChip{box: newPanel(chipHeight / 2), count: &canvas.Text{}, glyph: newGlyph("", 16), arrow: newGlyph("", 12), ring: newRing()}
	c.press = func() { c.tapped() }
	c.ExtendBaseWidget(c)
	return c
}

func (c *filterChip) set(it ChipItem) {
	c.item = it
	c.setName(it.Name)
	c.Refresh()
}

// below is where a menu of the chip opens.
func (c *filterChip) below() fyne.Position {
	return fyne.CurrentApp().Driver().AbsolutePositionForObject(c).AddXY(0, chipHeight+theme.Space4)
}

func (c *filterChip) tapped() {
	if c.item.OnTapped != nil {
		c.item.OnTapped(c.below())
	}
}

// TappedSecondary implements fyne.SecondaryTappable.
func (c *filterChip) TappedSecondary(e *fyne.PointEvent) {
	if c.item.OnMenu != nil {
		c.item.OnMenu(e.AbsolutePosition)
	}
}

// TypedKey implements fyne.Focusable.
func (c *filterChip) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyLeft:
		c.row.step(c, -1)
	case fyne.KeyRight:
		c.row.step(c, 1)
	case fyne.KeyHome:
		c.row.step(c, -len(c.row.shown))
	case fyne.KeyEnd:
		c.row.step(c, len(c.row.shown))
	case desktop.KeyMenu, fyne.KeyF10:
		if c.item.OnMenu != nil {
			c.item.OnMenu(c.below())
		}
	default:
		c.control.TypedKey(k)
	}
}

// CreateRenderer implements fyne.Widget.
func (c *filterChip) CreateRenderer() fyne.WidgetRenderer { return newRenderer(c) }

// AccessibilityLabel implements fyne.Accessible.
func (c *filterChip) AccessibilityLabel() string { return sentence(c.item.Label, c.item.Count) }

// AccessibilityRole implements fyne.Accessible.
func (c *filterChip) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// InspectText implements Texted.
func (c *filterChip) InspectText() string { return sentence(c.item.Label, c.item.Count) }

func (c *filterChip) line() *flow { return layoutLine(Text(c.item.Label), CaptionBold, chipMost) }

// parts measures what stands beside the label.
func (c *filterChip) parts() (before, after float32) {
	if c.item.Icon != "" {
		before = 16
		if c.item.Label != "" {
			before += theme.Space4
		}
	}
	if c.item.Count != "" {
		after += theme.Space4 + ceil(textWidth(c.item.Count, Caption, false))
	}
	if c.item.Arrow {
		after += theme.Space4 + 12
	}
	return before, after
}

func (c *filterChip) minSize() fyne.Size {
	before, after := c.parts()
	side := float32(10)
	if c.item.Label == "" {
		side = 6
	}
	return size(ceil(c.line().width)+before+after+2*side, chipHeight)
}

func (c *filterChip) objects() []fyne.CanvasObject { return c.list }

func (c *filterChip) inks() (ground, ink theme.Name) {
	if c.item.On {
		return theme.AccentSoft, theme.AccentInk
	}
	return theme.Field, theme.Text2
}

func (c *filterChip) paint() {
	ground, ink := c.inks()
	c.box.set(blend(theme.Color(ground), theme.Color(ink), c.depth()), chipHeight/2)
	setText(c.count, c.item.Count, Caption, false, theme.Color(ink))
	c.glyph.paint(c.item.Icon, theme.Color(ink))
	arrow := assets.IconName("")
	if c.item.Arrow {
		arrow = assets.IconChevronDown
	}
	c.arrow.paint(arrow, theme.Color(ink))
	c.ring.paint(c.focused, chipHeight/2)
}

func (c *filterChip) layout(s fyne.Size) {
	_, ink := c.inks()
	c.box.place(0, 0, s.Width, s.Height)
	c.ring.layout(pos(0, 0), s)
	before, after := c.parts()
	f := layoutLine(Text(c.item.Label), CaptionBold, min(chipMost, max(s.Width-before-after-20, 1)))
	x := round((s.Width - before - after - f.width) / 2)
	c.list = append(c.list[:0], c.box.object())
	if c.item.Icon != "" {
		c.glyph.move(x, (chipHeight-16)/2)
		c.list = append(c.list, c.glyph.img)
	}
	x += before
	c.label.show(f, plainInks(ink), x, 6, f.width, false)
	c.list = append(c.list, c.label.list...)
	x += ceil(f.width)
	if c.item.Count != "" {
		x += theme.Space4
		w := ceil(textWidth(c.item.Count, Caption, false))
		placeText(c.count, Caption, x, 6, w)
		c.list = append(c.list, c.count)
		x += w
	}
	if c.item.Arrow {
		c.arrow.move(x+theme.Space4, 8)
		c.list = append(c.list, c.arrow.img)
	}
	c.list = append(c.list, c.ring.rect)
}
