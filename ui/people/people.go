// Package people is the list of people from A to Z, with a letter over each
// group: part of the sheet for a new conversation, and a sheet of its own to
// choose somebody with.
package people

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"golang.org/x/text/unicode/norm"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/widget"
)

// Person is somebody to choose.
type Person struct {
	ID   model.ConversationID
	Name string
	More string // what the list finds them by as well: the name behind a nickname
}

// List shows people in a list that scrolls by itself.
type List struct {
	Chosen func(id model.ConversationID, name string)
	// Above is called for the key Up on the first row: back to the field.
	Above func()

	list   *widget.VirtualList
	all    []Person
	items  []item
	cursor int
}

// item is a row: a letter or a person.
type item struct {
	letter string
	person Person
}

const (
	letterRow = iota
	personRow

	letterHeight = 28
	personHeight = 48
)

// NewList makes an empty list.
func NewList() *List {
	l := &List{Chosen: func(model.ConversationID, string) {}, cursor: -1}
	l.list = widget.NewVirtualList(l)
	l.list.RowEstimate = personHeight
	l.list.OnMove = func(by int) bool {
		l.Move(by)
		return true
	}
	l.list.OnActivate = func() { l.Activate() }
	l.list.OnFocus = func(on bool) {
		switch {
		case !on:
			l.setCursor(-1)
		case l.cursor < 0:
			l.Move(1)
		}
	}
	l.list.OnKey = func(k *fyne.KeyEvent) bool {
		if k.Name == fyne.KeyUp && l.first() && l.Above != nil {
			l.setCursor(-1)
			l.Above()
			return true
		}
		return false
	}
	return l
}

// Object returns the list.
func (l *List) Object() fyne.CanvasObject { return l.list }

// Focus puts the keyboard on the first row.
func (l *List) Focus(c fyne.Canvas) {
	if len(l.items) > 0 {
		c.Focus(l.list)
	}
}

// Set shows people, in the order of the alphabet.
func (l *List) Set(all []Person) {
	l.all = slices.Clone(all)
	slices.SortStableFunc(l.all, func(a, b Person) int {
		return cmp.Or(cmp.Compare(rank(a.Name), rank(b.Name)), cmp.Compare(fold(a.Name), fold(b.Name)))
	})
	l.Find("")
}

// Find shows those who have a text in their name, and returns how many.
func (l *List) Find(typed string) int {
	typed = fold(strings.TrimSpace(typed))
	l.items = l.items[:0]
	n, last := 0, ""
	for _, p := range l.all {
		if typed != "" && !strings.Contains(fold(p.Name), typed) && !strings.Contains(fold(p.More), typed) && string(p.ID) != typed {
			continue
		}
		if letter := Letter(p.Name); letter != last {
			last = letter
			l.items = append(l.items, item{letter: letter})
		}
		l.items = append(l.items, item{person: p})
		n++
	}
	l.cursor = -1
	l.list.SetAdapter(l)
	return n
}

// Letter is what a name is found under: its first letter without accents, # for
// what begins with none.
func Letter(name string) string {
	r, _ := utf8.DecodeRuneInString(norm.NFD.String(strings.TrimSpace(name)))
	if !unicode.IsLetter(r) {
		return "#"
	}
	return string(unicode.ToUpper(r))
}

// rank puts names that begin with no letter at the end.
func rank(name string) int {
	if Letter(name) == "#" {
		return 1
	}
	return 0
}

// fold takes case and accents away.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		if !unicode.IsMark(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// Move moves the cursor over people.
func (l *List) Move(by int) {
	step := 1
	if by < 0 {
		step = -1
	}
	at := l.cursor
	for i := at + step; i >= 0 && i < len(l.items) && by != 0; i += step {
		if l.items[i].letter == "" {
			at = i
			by -= step
		}
	}
	l.setCursor(at)
}

// Activate chooses whom the cursor is on.
func (l *List) Activate() {
	if l.cursor >= 0 && l.cursor < len(l.items) {
		p := l.items[l.cursor].person
		l.Chosen(p.ID, p.Name)
	}
}

// Only returns the only person shown.
func (l *List) Only() (Person, bool) {
	if len(l.items) != 2 {
		return Person{}, false
	}
	return l.items[1].person, true
}

func (l *List) first() bool { return l.cursor <= 1 }

func (l *List) setCursor(at int) {
	was := l.cursor
	l.cursor = at
	l.list.Changed(was, at)
	if at >= 0 {
		l.list.ScrollTo(at, widget.Nearest)
	}
}

// Len implements widget.ListAdapter.
func (l *List) Len() int { return len(l.items) }

// Key implements widget.ListAdapter.
func (l *List) Key(i int) string {
	if it := l.items[i]; it.letter == "" {
		return string(it.person.ID)
	}
	return "letter " + l.items[i].letter
}

// Kind implements widget.ListAdapter.
func (l *List) Kind(i int) int {
	if l.items[i].letter != "" {
		return letterRow
	}
	return personRow
}

// Height implements widget.ListAdapter.
func (l *List) Height(i int, _ float32) float32 {
	if l.Kind(i) == letterRow {
		return letterHeight
	}
	return personHeight
}

// CreateRow implements widget.ListAdapter.
func (l *List) CreateRow(kind int) fyne.CanvasObject {
	if kind == letterRow {
		return container.New(widget.Inset{Left: theme.Space8, Top: 8, Bottom: 4}, widget.NewLabel("", widget.CaptionBold, theme.Text3))
	}
	return widget.NewPersonRow()
}

// Bind implements widget.ListAdapter.
func (l *List) Bind(o fyne.CanvasObject, i int) {
	it := l.items[i]
	if it.letter != "" {
		o.(*fyne.Container).Objects[0].(*widget.Label).SetText(it.letter)
		return
	}
	row := o.(*widget.PersonRow)
	row.OnTapped = func() { l.Chosen(it.person.ID, it.person.Name) }
	row.Set(widget.AvatarModel{ID: string(it.person.ID), Name: it.person.Name}, it.person.Name, i == l.cursor)
}

// Open shows a sheet to choose somebody.
func Open(c fyne.Canvas, title string, all []Person, chosen func(id model.ConversationID, name string)) *widget.Sheet {
	const width, height float32 = 420, 400
	l := NewList()
	l.Set(all)
	field := widget.Name(widget.NewTextField(text.T("people.find")).Large().WithIcon(assets.IconSearch), "people.text")
	none := widget.NewParagraph(text.T("people.none"), widget.Small, theme.Text2, width-2*theme.Space24)
	none.Hide()
	column := container.New(widget.Column{Gap: theme.Space8}, field, none, l.Box(height))
	s := widget.NewSheet(title, column)
	s.Width = width
	field.OnChanged = func(typed string) {
		if l.Find(typed) == 0 {
			none.Show()
		} else {
			none.Hide()
		}
		column.Refresh()
	}
	field.OnKey = Walk(l, c)
	field.OnSubmitted = func(string) {
		if p, ok := l.Only(); ok {
			l.Chosen(p.ID, p.Name)
		}
	}
	l.Above = field.Focus
	l.Chosen = func(id model.ConversationID, name string) {
		s.Dismiss()
		chosen(id, name)
	}
	s.SetInitialFocus(field.FocusTarget())
	s.Open(c)
	return s
}

// Walk lets the key Down lead from a field into the list.
func Walk(l *List, c fyne.Canvas) func(*fyne.KeyEvent) bool {
	return func(k *fyne.KeyEvent) bool {
		if k.Name != fyne.KeyDown {
			return false
		}
		l.Focus(c)
		return true
	}
}

// Box returns the list as high as its rows, up to a height; then it scrolls.
func (l *List) Box(most float32) *fyne.Container { return container.New(tall{l, most}, l.list) }

type tall struct {
	l    *List
	most float32
}

// MinSize implements fyne.Layout.
func (t tall) MinSize([]fyne.CanvasObject) fyne.Size {
	h := float32(0)
	for i := range t.l.items {
		if h += t.l.Height(i, 0); h >= t.most {
			h = t.most
			break
		}
	}
	return fyne.NewSize(120, h)
}

// Layout implements fyne.Layout.
func (t tall) Layout(o []fyne.CanvasObject, s fyne.Size) { o[0].Resize(s) }
