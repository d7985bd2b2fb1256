package widget

import (
	"sort"
	"strings"

	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"
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

// Writing returns the completions that are open and the box with the keyboard, for
// a page that scrolls to them: the box last, as it counts more.
func (g *WordGrid) Writing() []fyne.CanvasObject {
	var list []fyne.CanvasObject
	if g.menu.open() {
		list = append(list, g.menu)
	}
	for _, b := range g.boxes {
		if b.edit.focused {
			list = append(list, b)
		}
	}
	return list
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
