package widget

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/theme"
)

// wordBox is one numbered box.
type wordBox struct {
	fynewidget.BaseWidget
	grid   *WordGrid
	index  int
	left   bool // it had the keyboard and lost it
	edit   *editor
	box    *canvas.Rectangle
	number *canvas.Text
	mark   *glyph
}

func newWordBox(g *WordGrid, index int) *wordBox {
	b := &wordBox{grid: g, index: index, edit: newEditor(Body, false), box: newBox(theme.Radius12), number: &canvas.Text{}, mark: newGlyph("", 16)}
	b.edit.model.limit = 40
	b.edit.onFilter = b.filter
	b.edit.onChanged = func(string) {
		b.left = false
		b.suggest()
		g.changed()
	}
	b.edit.onFocus = func(on bool) {
		b.left = !on
		b.suggest()
		g.changed()
	}
	b.edit.onKey = b.key
	b.ExtendBaseWidget(b)
	return b
}

// InspectName implements Named.
func (b *wordBox) InspectName() string { return "phrase." + strconv.Itoa(b.index+1) }

func (b *wordBox) word() string { return strings.ToLower(strings.TrimSpace(b.edit.value())) }

func (b *wordBox) bad() bool {
	w := b.word()
	return b.left && w != "" && !b.grid.known(w)
}

// filter takes a pasted phrase apart and keeps everything but letters out.
func (b *wordBox) filter(s string) string {
	if len(s) > 1 && b.grid.OnPaste != nil && b.grid.OnPaste(s) {
		return ""
	}
	if words := strings.Fields(s); len(words) > 1 {
		b.edit.model.set("")
		n := b.grid.fill(b.index, s)
		b.grid.Focus(min(b.index+n, len(b.grid.boxes)) - 1)
		return ""
	}
	if s == " " {
		b.accept(true)
		return ""
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		case r >= 'a' && r <= 'z':
			return r
		}
		return -1
	}, s)
}

func (b *wordBox) suggest() {
	m := b.grid.menu
	b.edit.ghost = ""
	if !b.edit.focused {
		m.set(nil, "")
		return
	}
	w := b.word()
	found := b.grid.complete(w)
	if len(found) > 0 {
		b.edit.ghost = strings.TrimPrefix(found[0], w)
	}
	if len(found) == 1 && found[0] == w {
		found = nil
	}
	m.set(found, w)
}

// accept takes the first completion; next goes on to the next box.
func (b *wordBox) accept(next bool) {
	if found := b.grid.complete(b.word()); len(found) > 0 {
		choice := found[min(max(b.grid.menu.on, 0), len(found)-1)]
		b.edit.setValue(choice)
		b.edit.ghost = ""
		b.grid.changed()
	}
	if next && b.index+1 < len(b.grid.boxes) {
		b.grid.Focus(b.index + 1)
	}
}

func (b *wordBox) key(k *fyne.KeyEvent) bool {
	m := b.grid.menu
	switch k.Name {
	case fyne.KeyTab:
		b.accept(true)
		return true
	case fyne.KeyReturn, fyne.KeyEnter:
		b.accept(true)
		if b.index == len(b.grid.boxes)-1 && b.grid.OnSubmitted != nil {
			b.grid.OnSubmitted()
		}
		return true
	case fyne.KeyDown:
		m.moveOn(1)
		return true
	case fyne.KeyUp:
		m.moveOn(-1)
		return true
	case fyne.KeyBackspace:
		if len(b.edit.model.text) == 0 && b.index > 0 {
			b.grid.Focus(b.index - 1)
			return true
		}
	case fyne.KeyEscape:
		Escape(b)
		return true
	}
	return false
}

// Tapped implements fyne.Tappable.
func (b *wordBox) Tapped(*fyne.PointEvent) { b.edit.requestFocus() }

// Cursor implements desktop.Cursorable.
func (b *wordBox) Cursor() desktop.Cursor { return desktop.TextCursor }

// CreateRenderer implements fyne.Widget.
func (b *wordBox) CreateRenderer() fyne.WidgetRenderer { return newRenderer(b) }

func (b *wordBox) minSize() fyne.Size { return size(120, wordHeight) }

func (b *wordBox) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{b.box, b.number, b.edit, b.mark.img}
}

func (b *wordBox) paint() {
	border, width := theme.Outline, theme.BorderWidth
	b.mark.paint("", transparent)
	switch w := b.word(); {
	case b.edit.focused:
		border, width = theme.AccentInk, theme.FocusWidth
	case b.bad():
		border, width = theme.Danger, theme.FocusWidth
		b.mark.paint(assets.IconWarning, theme.Color(theme.Danger))
	case b.grid.known(w):
		border = theme.Line
		b.mark.paint(assets.IconCheck, theme.Color(theme.Ok))
	}
	b.box.FillColor, b.box.StrokeColor, b.box.StrokeWidth = theme.Color(theme.Sheet), theme.Color(border), width
	setText(b.number, strconv.Itoa(b.index+1), Style{Size: theme.Text13, Line: theme.Line20, Tabular: true}, false, theme.Color(theme.Text3))
}

func (b *wordBox) layout(s fyne.Size) {
	place(b.box, 0, 0, s.Width, s.Height)
	placeText(b.number, Small, 14, 14, 20)
	place(b.edit, 38, 13, max(s.Width-38-36, 20), theme.Line22)
	b.mark.move(s.Width-30, 16)
}

// wordMenu lists completions under the box with the keyboard.
type wordMenu struct {
	fynewidget.BaseWidget
	grid  *WordGrid
	found []string
	typed string
	on    int
	box   *canvas.Rectangle
	hot   *canvas.Rectangle
	rows  [wordMost]flowView
	hint  *canvas.Text
	list  []fyne.CanvasObject
}

func newWordMenu(g *WordGrid) *wordMenu {
	m := &wordMenu{grid: g, box: newBox(theme.Radius12), hot: newBox(theme.Radius6), hint: &canvas.Text{}}
	m.ExtendBaseWidget(m)
	return m
}

func (m *wordMenu) open() bool { return len(m.found) > 0 }

func (m *wordMenu) set(found []string, typed string) {
	m.found, m.typed, m.on = found, typed, 0
	m.Refresh()
}

func (m *wordMenu) moveOn(by int) {
	if n := len(m.found); n > 0 {
		m.on = (m.on + by + n) % n
		m.Refresh()
	}
}

// Tapped implements fyne.Tappable.
func (m *wordMenu) Tapped(e *fyne.PointEvent) {
	i := int((e.Position.Y - 4) / menuRowH)
	if i < 0 || i >= len(m.found) {
		return
	}
	m.on = i
	for _, b := range m.grid.boxes {
		if b.edit.focused {
			b.accept(true)
			return
		}
	}
}

// CreateRenderer implements fyne.Widget.
func (m *wordMenu) CreateRenderer() fyne.WidgetRenderer { return newRenderer(m) }

func (m *wordMenu) minSize() fyne.Size {
	return size(120, float32(len(m.found))*menuRowH+8)
}

func (m *wordMenu) objects() []fyne.CanvasObject { return m.list }

func (m *wordMenu) paint() {
	m.box.FillColor, m.box.StrokeColor, m.box.StrokeWidth = theme.Color(theme.Sheet), theme.Color(theme.Line), 1
	setRect(m.hot, theme.Color(theme.Hover), theme.Radius6)
	setText(m.hint, "Tab", Caption, false, theme.Color(theme.Text3))
}

func (m *wordMenu) layout(s fyne.Size) {
	place(m.box, 0, 0, s.Width, s.Height)
	m.list = append(m.list[:0], m.box)
	for i, w := range m.found {
		y := 4 + float32(i)*menuRowH
		if i == m.on {
			place(m.hot, 4, y, s.Width-8, menuRowH)
			hw := textWidth("Tab", Caption, false)
			placeText(m.hint, Caption, s.Width-16-hw, y+10, hw)
			m.list = append(m.list, m.hot, m.hint)
		}
		rest := strings.TrimPrefix(w, m.typed)
		spans := []Span{{Text: w[:len(w)-len(rest)], Kind: Strong}, {Text: rest}}
		line := layoutLine(spans, Small, s.Width-60)
		line.kept = true
		m.rows[i].show(line, plainInks(theme.Text), 12, y+8, s.Width-24, false)
		m.list = append(m.list, m.rows[i].list...)
	}
}
