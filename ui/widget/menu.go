package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/theme"
)

// MenuItem is a row of a menu. A zero item draws a line.
type MenuItem struct {
	Name     string // for tests and benchmarks: "menu.reply"
	Label    string
	Icon     assets.IconName
	Avatar   *AvatarModel    // in the place of the icon; the row is higher
	Count    int             // badge at the end; 0 is none
	Mark     assets.IconName // at the end
	Shortcut string
	Danger   bool
	Disabled bool
	Checked  bool
	Opens    bool // another menu takes its place
	Action   func()
}

// Menu is a context menu: icons, shortcuts, arrow keys, Enter, Esc.
type Menu struct {
	fynewidget.BaseWidget
	items  []MenuItem
	above  fyne.CanvasObject // a strip over the menu: quick reactions
	at     fyne.Position
	on     int // highlighted row; -1 none
	first  int // row at the top; more than 0 where the window is lower than the menu
	closed func()
	canvas fyne.Canvas
	before fyne.Focusable

	box      *canvas.Rectangle
	hot      *canvas.Rectangle
	rows     []*menuRow
	up, down *glyph // there are more rows above, below
}

type menuRow struct {
	glyph  *glyph
	avatar *Avatar // nil unless the item has one
	badge  *Badge
	label  *canvas.Text
	keys   *canvas.Text
	arrow  *glyph
	line   *canvas.Rectangle
}

var (
	_ fyne.Focusable     = (*Menu)(nil)
	_ fyne.Tappable      = (*Menu)(nil)
	_ desktop.Hoverable  = (*Menu)(nil)
	_ desktop.Cursorable = (*Menu)(nil)
)

const (
	menuWidth  = 232
	menuRowH   = 36
	menuFaceH  = 44
	menuFace   = 32
	menuLineH  = 9
	menuAboveH = 52
	menuMore   = 20 // room for the arrow to more rows
)

// ShowMenu opens a menu at a point of the window (an event's absolute
// position). closed may be nil. The menu stays inside the window.
func ShowMenu(owner fyne.CanvasObject, at fyne.Position, items []MenuItem, closed func()) *Menu {
	return showMenu(owner, at, items, nil, closed)
}

// ShowMenuWith is ShowMenu with a strip above it, 44 high: quick reactions.
func ShowMenuWith(owner fyne.CanvasObject, at fyne.Position, items []MenuItem, above fyne.CanvasObject, closed func()) *Menu {
	return showMenu(owner, at, items, above, closed)
}

func showMenu(owner fyne.CanvasObject, at fyne.Position, items []MenuItem, above fyne.CanvasObject, closed func()) *Menu {
	m := &Menu{items: items, above: above, at: at, on: -1, closed: closed, box: newBox(theme.Radius12), hot: newBox(theme.Radius6)}
	m.up, m.down = newGlyph("", 12), newGlyph("", 12)
	for i, it := range items {
		items[i].Shortcut = Keys(it.Shortcut)
		r := &menuRow{line: newBox(0)}
		if it.Label != "" {
			r.glyph, r.label, r.keys = newGlyph(it.Icon, 20), &canvas.Text{}, &canvas.Text{}
			r.arrow, r.badge = newGlyph("", 16), NewBadge(it.Count, false)
			if it.Avatar != nil {
				r.avatar = NewAvatar(menuFace, *it.Avatar)
			}
		}
		m.rows = append(m.rows, r)
	}
	m.ExtendBaseWidget(m)
	c := canvasOf(owner)
	if c == nil {
		return m
	}
	m.canvas, m.before = c, c.Focused()
	c.Overlays().Add(m)
	m.Resize(c.Size())
	m.Refresh() // how many rows there is room for
	c.Focus(m)
	return m
}

// Dismiss closes the menu.
func (m *Menu) Dismiss() {
	c := m.canvas
	if c == nil {
		return
	}
	m.canvas = nil
	c.Overlays().Remove(m)
	if m.before != nil {
		c.Focus(m.before)
	}
	if m.closed != nil {
		m.closed()
	}
}

func (m *Menu) choose(i int) {
	if i < 0 || i >= len(m.items) || m.items[i].Label == "" || m.items[i].Disabled {
		return
	}
	m.Dismiss()
	if f := m.items[i].Action; f != nil {
		f()
	}
}

// frame returns where the menu stands, inside the window.
func (m *Menu) frame() (x, y, w, h float32) {
	w, h = menuWidth, 8
	for _, it := range m.items {
		need := float32(20 + 8 + 12 + 12 + 16)
		if it.Shortcut != "" {
			need += textWidth(it.Shortcut, Caption, false) + theme.Space16
		}
		if it.Opens || it.Mark != "" {
			need += 16
		}
		if it.Avatar != nil {
			need += menuFace - 20
		}
		if it.Count > 0 {
			need += 40
		}
		w = max(w, ceil(textWidth(it.Label, Small, false)+need))
		h += rowHeight(it)
	}
	area := m.Size()
	top, widest := float32(0), w
	if m.above != nil {
		top, widest = menuAboveH, max(w, m.above.MinSize().Width)
	}
	h = min(h, max(area.Height-top-2*theme.Space8, 3*menuRowH))
	x = max(min(turned(m.at, area.Width).X, area.Width-widest-theme.Space8), theme.Space8)
	y = max(min(max(m.at.Y, theme.Space8+top), area.Height-h-theme.Space8), theme.Space8+top)
	return round(x), round(y), w, h
}

func rowHeight(it MenuItem) float32 {
	switch {
	case it.Label == "":
		return menuLineH
	case it.Avatar != nil:
		return menuFaceH
	}
	return menuRowH
}

func (m *Menu) rowAt(p fyne.Position) int {
	p = turned(p, m.Size().Width)
	x, y, w, h := m.frame()
	if p.X < x || p.X > x+w {
		return -1
	}
	first, tops := m.shown(h)
	for i, top := range tops {
		if at := p.Y - y; at >= top && at < top+rowHeight(m.items[first+i]) {
			return first + i
		}
	}
	return -1
}

// Tapped implements fyne.Tappable.
func (m *Menu) Tapped(e *fyne.PointEvent) {
	x, y, w, h := m.frame()
	if p := turned(e.Position, m.Size().Width); p.X < x || p.X > x+w || p.Y < y || p.Y > y+h {
		m.Dismiss()
		return
	}
	if _, _, cut := m.inside(h); cut {
		switch at := e.Position.Y - y; {
		case at < menuMore:
			m.scroll(-3)
			return
		case at > h-menuMore:
			m.scroll(3)
			return
		}
	}
	m.choose(m.rowAt(e.Position))
}

// TappedSecondary closes the menu.
func (m *Menu) TappedSecondary(*fyne.PointEvent) { m.Dismiss() }

// MouseIn implements desktop.Hoverable.
func (m *Menu) MouseIn(e *desktop.MouseEvent) { m.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable.
func (m *Menu) MouseMoved(e *desktop.MouseEvent) {
	i := m.rowAt(e.Position)
	if i >= 0 && (m.items[i].Label == "" || m.items[i].Disabled) {
		i = -1
	}
	m.highlight(i)
}

// MouseOut implements desktop.Hoverable.
func (m *Menu) MouseOut() { m.highlight(-1) }

// Cursor implements desktop.Cursorable.
func (m *Menu) Cursor() desktop.Cursor { return desktop.DefaultCursor }

func (m *Menu) highlight(i int) {
	if m.on != i {
		m.on = i
		m.Refresh()
	}
}

// FocusGained implements fyne.Focusable.
func (m *Menu) FocusGained() {}

// FocusLost implements fyne.Focusable.
func (m *Menu) FocusLost() {}

// TypedRune implements fyne.Focusable.
func (m *Menu) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (m *Menu) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyEscape:
		m.Dismiss()
	case fyne.KeyDown:
		m.moveOn(1)
	case fyne.KeyUp:
		m.moveOn(-1)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		m.choose(m.on)
	case fyne.KeyRight:
		if m.on >= 0 && m.items[m.on].Opens {
			m.choose(m.on)
		}
	default:
		m.chooseKey(k.Name)
	}
}

// chooseKey chooses the row whose shortcut is a single key.
func (m *Menu) chooseKey(k fyne.KeyName) {
	for i, it := range m.items {
		if it.Shortcut != "" && (it.Shortcut == string(k) || it.Shortcut == "Del" && k == fyne.KeyDelete) {
			m.choose(i)
			return
		}
	}
}

func (m *Menu) moveOn(by int) {
	i := m.on
	if i < 0 && by < 0 {
		i = 0
	}
	for range m.items {
		i = (i + by + len(m.items)) % len(m.items)
		if m.items[i].Label != "" && !m.items[i].Disabled {
			m.reveal(i)
			m.highlight(i)
			return
		}
	}
}

// CreateRenderer implements fyne.Widget.
func (m *Menu) CreateRenderer() fyne.WidgetRenderer { return newRenderer(m) }

func (m *Menu) minSize() fyne.Size { return fyne.Size{} }

func (m *Menu) objects() []fyne.CanvasObject {
	list := []fyne.CanvasObject{m.box}
	_, _, _, h := m.frame()
	first, tops := m.shown(h)
	if m.on >= first && m.on < first+len(tops) {
		list = append(list, m.hot)
	}
	for i, r := range m.rows[first : first+len(tops)] {
		if m.items[first+i].Label == "" {
			list = append(list, r.line)
			continue
		}
		if r.avatar != nil {
			list = append(list, r.avatar)
		}
		list = append(list, r.glyph.img, r.label, r.keys, r.arrow.img, r.badge)
	}
	list = append(list, m.up.img, m.down.img)
	if m.above != nil {
		list = append(list, m.above)
	}
	return list
}

func (m *Menu) paint() {
	m.box.FillColor, m.box.StrokeColor, m.box.StrokeWidth = theme.Color(theme.Sheet), theme.Color(theme.Line), 1
	setRect(m.hot, theme.Color(theme.Hover), theme.Radius6)
	m.paintMore()
	for i, r := range m.rows {
		it := m.items[i]
		if it.Label == "" {
			setRect(r.line, theme.Color(theme.Line), 0)
			continue
		}
		ink, icon := theme.Text, theme.Text2
		switch {
		case it.Disabled:
			ink, icon = theme.Outline, theme.Outline
		case it.Danger:
			ink, icon = theme.Danger, theme.Danger
		}
		name := it.Icon
		if it.Checked {
			name, icon = assets.IconCheck, theme.AccentInk
		}
		r.glyph.paint(name, theme.Color(icon))
		arrow := it.Mark
		switch {
		case it.Opens:
			arrow = assets.IconChevronRight
		case it.Mark == assets.IconCheck:
			icon = theme.AccentInk
		}
		r.arrow.paint(arrow, theme.Color(icon))
		setText(r.label, it.Label, Small, false, theme.Color(ink))
		setText(r.keys, it.Shortcut, Caption, false, theme.Color(theme.Text3))
	}
}

func (m *Menu) layout(fyne.Size) {
	x, y, w, h := m.frame()
	place(m.box, x, y, w, h)
	m.up.move(x+round((w-12)/2), y+4)
	m.down.move(x+round((w-12)/2), y+h-16)
	first, tops := m.shown(h)
	for i, top := range tops {
		r, it := m.rows[first+i], m.items[first+i]
		top += y
		if it.Label == "" {
			place(r.line, x+12, top+4, w-24, 1)
			continue
		}
		if first+i == m.on {
			place(m.hot, x+4, top, w-8, rowHeight(it))
		}
		text := x + 12 + 20 + 12
		if r.avatar != nil {
			place(r.avatar, x+8, top+(menuFaceH-menuFace)/2, menuFace, menuFace)
			text, top = x+8+menuFace+12, top+(menuFaceH-menuRowH)/2
		}
		r.glyph.move(x+12, top+8)
		placeText(r.label, Small, text, top+8, textWidth(it.Label, Small, false))
		kw := textWidth(it.Shortcut, Caption, false)
		placeText(r.keys, Caption, x+w-16-kw, top+10, kw)
		r.arrow.move(x+w-12-16, top+10)
		bm := r.badge.MinSize()
		place(r.badge, x+w-12-bm.Width, top+8, bm.Width, bm.Height)
	}
	if m.above != nil {
		s := m.above.MinSize()
		place(m.above, x, y-menuAboveH, s.Width, s.Height)
	}
}
