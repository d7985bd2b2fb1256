package widget

import (
	"sort"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/theme"
)

// WordGrid is a grid of numbered boxes for a phrase. It completes words from a
// list (Tab, Enter or Space take the completion), takes a paste of the whole
// phrase in any box, and marks boxes whose word is not in the list as soon as
// they are left.
type WordGrid struct {
	fynewidget.BaseWidget
	// OnChanged is called after each change.
	OnChanged func()
	// OnSubmitted is called for Enter in the last box.
	OnSubmitted func()
	// OnPaste is asked before a pasted text is taken; true: it was something
	// else and is done with.
	OnPaste func(pasted string) bool

	words   []string // sorted
	boxes   []*wordBox
	columns int
	menu    *wordMenu
}

const (
	wordHeight float32 = 48
	wordGap    float32 = 12
	wordColumn float32 = 205
	wordMost           = 4 // completions shown
)

// NewWordGrid makes count boxes for words of a list.
func NewWordGrid(count int, words []string) *WordGrid {
	g := &WordGrid{words: append([]string(nil), words...), columns: 3}
	sort.Strings(g.words)
	for i := range count {
		g.boxes = append(g.boxes, newWordBox(g, i))
	}
	g.menu = newWordMenu(g)
	g.ExtendBaseWidget(g)
	return g
}

// Words returns what is in the boxes, trimmed and in small letters.
func (g *WordGrid) Words() []string {
	out := make([]string, len(g.boxes))
	for i, b := range g.boxes {
		out[i] = b.word()
	}
	return out
}

// Filled reports whether every box has a word of the list.
func (g *WordGrid) Filled() bool {
	for _, b := range g.boxes {
		if !g.known(b.word()) {
			return false
		}
	}
	return true
}

// FirstUnknown returns the first box that was left with a word not in the
// list, or -1, and the words of the list nearest to it.
func (g *WordGrid) FirstUnknown() (box int, near []string) {
	for i, b := range g.boxes {
		if b.bad() {
			return i, g.nearest(b.word())
		}
	}
	return -1, nil
}

// SetWord puts a word into a box.
func (g *WordGrid) SetWord(box int, word string) {
	if box < 0 || box >= len(g.boxes) {
		return
	}
	g.boxes[box].edit.setValue(word)
	g.boxes[box].left = true
	g.changed()
}

// SetPhrase fills the boxes with the words of a text and reports how many it
// had.
func (g *WordGrid) SetPhrase(phrase string) int { return g.fill(0, phrase) }

// Clear empties every box.
func (g *WordGrid) Clear() {
	for _, b := range g.boxes {
		b.edit.setValue("")
		b.left = false
	}
	g.changed()
}

// Focus puts the keyboard into a box.
func (g *WordGrid) Focus(box int) {
	if box >= 0 && box < len(g.boxes) {
		g.boxes[box].edit.requestFocus()
	}
}

func (g *WordGrid) fill(from int, phrase string) int {
	words := strings.FieldsFunc(strings.ToLower(phrase), func(r rune) bool {
		return !(r >= 'a' && r <= 'z')
	})
	if len(words) == len(g.boxes) {
		from = 0
	}
	for i, w := range words {
		if from+i < len(g.boxes) {
			g.boxes[from+i].edit.setValue(w)
			g.boxes[from+i].left = true
		}
	}
	g.changed()
	return len(words)
}

func (g *WordGrid) changed() {
	g.Refresh()
	for _, b := range g.boxes {
		b.Refresh()
	}
	if g.OnChanged != nil {
		g.OnChanged()
	}
}

func (g *WordGrid) known(word string) bool {
	i := sort.SearchStrings(g.words, word)
	return word != "" && i < len(g.words) && g.words[i] == word
}

// complete returns the words that begin with what was typed.
func (g *WordGrid) complete(prefix string) []string {
	if prefix == "" {
		return nil
	}
	var out []string
	for i := sort.SearchStrings(g.words, prefix); i < len(g.words) && strings.HasPrefix(g.words[i], prefix); i++ {
		if out = append(out, g.words[i]); len(out) == wordMost {
			break
		}
	}
	return out
}

// nearest returns up to three words within two changes of a mistyped one.
func (g *WordGrid) nearest(word string) []string {
	type near struct {
		word     string
		distance int
	}
	var all []near
	for _, w := range g.words {
		if d := editDistance(word, w); d <= 2 {
			all = append(all, near{w, d})
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].distance < all[j].distance })
	var out []string
	for _, n := range all[:min(len(all), 3)] {
		out = append(out, n.word)
	}
	return out
}

// editDistance counts insertions, deletions, replacements and swaps of
// neighbours.
func editDistance(a, b string) int {
	if len(a) > 32 {
		return len(a)
	}
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

// CreateRenderer implements fyne.Widget.
func (g *WordGrid) CreateRenderer() fyne.WidgetRenderer { return newRenderer(g) }

func (g *WordGrid) rows() int { return (len(g.boxes) + g.columns - 1) / g.columns }

func (g *WordGrid) columnsFor(width float32) int {
	return min(3, max(1, int((width+wordGap)/(150+wordGap))))
}

func (g *WordGrid) minSize() fyne.Size {
	return size(150, float32(g.rows())*(wordHeight+wordGap)-wordGap)
}

func (g *WordGrid) objects() []fyne.CanvasObject {
	var list []fyne.CanvasObject
	for i, b := range g.boxes {
		if !g.covered(i) {
			list = append(list, b)
		}
	}
	if g.menu.open() {
		list = append(list, g.menu)
	}
	return list
}

// covered reports whether the completions lie over the whole of a box.
func (g *WordGrid) covered(box int) bool {
	if !g.menu.open() {
		return false
	}
	for i, b := range g.boxes {
		if b.edit.focused {
			down := float32((box - i) / g.columns)
			return box > i && (box-i)%g.columns == 0 && down*(wordHeight+wordGap) < g.menu.minSize().Height+4
		}
	}
	return false
}

func (g *WordGrid) paint() {}

func (g *WordGrid) layout(s fyne.Size) {
	if s.Width <= 0 {
		return
	}
	g.columns = g.columnsFor(s.Width)
	w := (s.Width - float32(g.columns-1)*wordGap) / float32(g.columns)
	for i, b := range g.boxes {
		x, y := float32(i%g.columns)*(w+wordGap), float32(i/g.columns)*(wordHeight+wordGap)
		place(b, round(x), y, round(w), wordHeight)
		if b.edit.focused {
			place(g.menu, round(x), y+wordHeight+4, round(w), g.menu.minSize().Height)
		}
	}
}

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
		m.rows[i].show(layoutLine(spans, Small, s.Width-60), plainInks(theme.Text), 12, y+8, s.Width, false)
		m.list = append(m.list, m.rows[i].list...)
	}
}
