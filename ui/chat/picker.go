package chat

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// picker is the sheet with all emoji: a search, the groups, a grid, and below it
// what the emoji under the cursor is called and the skin tones. It lies over the
// window and closes with Esc, a press beside it, or a choice.
type picker struct {
	fynewidget.BaseWidget
	chat    *vm.Chat
	corner  fyne.Position // its lower right corner
	picked  func(string)
	closed  func()
	canvas  fyne.Canvas
	before  fyne.Focusable
	content *fyne.Container
	field   *widget.TextField
	tabs    []*emojiKey
	grid    *widget.VirtualList
	name    *widget.Label
	tones   []*emojiKey
	rows    []emojiLine
	starts  []int // rows of the groups
	on      int   // emoji under the keyboard's cursor; -1 none
}

// emojiLine is a row of the grid: a heading, or up to pickerColumns emoji.
type emojiLine struct {
	title string
	emoji []string
	first int // number of the first emoji
}

const (
	pickerWidth   float32 = 360
	pickerHeight  float32 = 440
	pickerColumns         = 9
	pickerSide    float32 = 18
	pickerFoot    float32 = 44
	toneCell      float32 = 28
)

// openPicker opens the picker with its lower right corner at a point, as far as
// the window has room. closed may be nil.
func openPicker(chat *vm.Chat, owner fyne.CanvasObject, corner fyne.Position, picked func(string), closed func()) {
	c := fyne.CurrentApp().Driver().CanvasForObject(owner)
	if c == nil {
		return
	}
	p := &picker{chat: chat, corner: corner, picked: picked, closed: closed, canvas: c, before: c.Focused(), on: -1}
	p.field = widget.Name(widget.NewSearchField(text.T("chat.emoji_search"), ""), "emoji.search")
	p.field.OnChanged = func(s string) {
		p.on = -1
		if strings.TrimSpace(s) != "" {
			p.on = 0
		}
		p.fill()
		p.grid.SetAdapter(p)
	}
	p.field.OnKey = p.key
	p.field.OnEscape = p.Dismiss
	p.grid = widget.NewVirtualList(p)
	p.grid.RowEstimate, p.grid.Side, p.grid.PadBottom = emojiCell, pickerSide, theme.Space8
	p.grid.OnVisible = func(first, _ int) { p.light(first) }
	p.fill()
	p.content = p.build()
	p.ExtendBaseWidget(p)
	c.Overlays().Add(p)
	p.Resize(c.Size())
	p.field.Focus()
}

func (p *picker) build() *fyne.Container {
	p.name = widget.NewShrinking("", widget.Caption, theme.Text2)
	tones := container.New(widget.Row{})
	for i := range vm.SkinTones {
		k := newEmojiKey(vm.Toned("✋", i), i == p.chat.SkinTone(), func() { p.setTone(i) })
		k.name, k.size = "emoji.tone:"+strconv.Itoa(i), toneCell
		p.tones = append(p.tones, k)
		tones.Add(k)
	}
	tabs := container.New(widget.Row{})
	for i := range p.starts {
		face := "🕘"
		if i > 0 {
			face = vm.EmojiGroups()[i-1].Emoji[0]
		}
		b := newEmojiKey(face, i == 0, func() {
			p.field.SetText("")
			p.on = -1
			p.fill()
			p.grid.SetAdapter(p)
			p.grid.ScrollTo(p.starts[i], widget.AtTop)
		})
		p.tabs = append(p.tabs, b)
		tabs.Add(b)
	}
	ground := widget.NewSurface(theme.Sheet, nil)
	ground.Border, ground.Radius = theme.Line, theme.Radius18
	return container.New(pickerLayout{}, ground, p.field, tabs, widget.NewSeparator(), p.grid,
		widget.NewSeparator(), p.name, tones)
}

// fill makes the rows: what was searched for, or recent emoji and all groups.
func (p *picker) fill() {
	p.rows, p.starts = nil, nil
	n := 0
	tone := p.chat.SkinTone()
	add := func(title string, emoji []string) {
		p.starts = append(p.starts, len(p.rows))
		p.rows = append(p.rows, emojiLine{title: title})
		for from := 0; from < len(emoji); from += pickerColumns {
			part := slices.Clone(emoji[from:min(from+pickerColumns, len(emoji))])
			for i := range part {
				part[i] = vm.Toned(part[i], tone)
			}
			p.rows = append(p.rows, emojiLine{emoji: part, first: n})
			n += len(part)
		}
	}
	if s := strings.TrimSpace(p.field.Text()); s != "" {
		found := vm.SearchEmoji(s)
		if len(found) == 0 {
			add(text.T("chat.emoji_none"), nil)
			return
		}
		add(s, found)
		return
	}
	add(text.T("chat.emoji.recent"), p.chat.RecentEmoji())
	for _, g := range vm.EmojiGroups() {
		add(text.T("chat.emoji."+g.Name), g.Emoji)
	}
}

// light presses the tab of the group in view in.
func (p *picker) light(first int) {
	group := 0
	for i, at := range p.starts {
		if at <= first {
			group = i
		}
	}
	if len(p.starts) != len(p.tabs) {
		group = -1
	}
	for i, t := range p.tabs {
		if t.on != (i == group) {
			t.on = i == group
			t.Refresh()
		}
	}
}

// at returns the emoji with a number and its row.
func (p *picker) at(n int) (emoji string, row int) {
	for i, r := range p.rows {
		if n >= r.first && n < r.first+len(r.emoji) {
			return r.emoji[n-r.first], i
		}
	}
	return "", -1
}

// key moves the cursor in the grid while the keyboard is in the search field.
func (p *picker) key(k *fyne.KeyEvent) bool {
	by := 0
	switch k.Name {
	case fyne.KeyDown:
		by = pickerColumns
	case fyne.KeyUp:
		by = -pickerColumns
	case fyne.KeyLeft:
		by = -1
	case fyne.KeyRight:
		by = 1
	case fyne.KeyReturn, fyne.KeyEnter:
		if e, row := p.at(max(p.on, 0)); row >= 0 {
			p.choose(e)
		}
		return true
	default:
		return false
	}
	if p.on < 0 && by != pickerColumns {
		return false // the caret's
	}
	next := p.on + by
	if p.on < 0 {
		next = 0
	}
	p.moveTo(next)
	return true
}

func (p *picker) moveTo(n int) {
	_, row := p.at(n)
	if row < 0 {
		return
	}
	_, old := p.at(p.on)
	p.on = n
	if old >= 0 {
		p.grid.Changed(old)
	}
	p.grid.Changed(row)
	p.call(n)
	p.grid.ScrollTo(row, widget.Nearest)
}

// call says what the emoji with a number is called.
func (p *picker) call(n int) {
	emoji, _ := p.at(n)
	p.name.SetText(vm.EmojiName(emoji))
}

func (p *picker) setTone(tone int) {
	p.chat.SetSkinTone(tone)
	for i, k := range p.tones {
		k.on = i == tone
		k.Refresh()
	}
	first, _ := p.grid.VisibleRange()
	p.fill()
	p.grid.SetAdapter(p)
	p.grid.ScrollTo(first, widget.AtTop)
	p.field.Focus()
}

func (p *picker) choose(emoji string) {
	p.Dismiss()
	p.picked(emoji)
}

// Dismiss closes the picker.
func (p *picker) Dismiss() {
	c := p.canvas
	if c == nil {
		return
	}
	p.canvas = nil
	c.Overlays().Remove(p)
	if p.before != nil {
		c.Focus(p.before)
	}
	if p.closed != nil {
		p.closed()
	}
}

// CreateRenderer implements fyne.Widget.
func (p *picker) CreateRenderer() fyne.WidgetRenderer { return &pickerRenderer{p} }

type pickerRenderer struct{ p *picker }

func (r *pickerRenderer) Destroy()                     {}
func (r *pickerRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *pickerRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.p.content} }
func (r *pickerRenderer) Refresh()                     { canvas.Refresh(r.p) }

func (r *pickerRenderer) Layout(size fyne.Size) {
	x, y, w, h := r.p.frame(size)
	put(r.p.content, x, y, w, h)
}

// frame is where the picker stands, inside the window.
func (p *picker) frame(size fyne.Size) (x, y, w, h float32) {
	w, h = min(pickerWidth, size.Width-16), min(pickerHeight, size.Height-16)
	x = min(max(p.corner.X-w, 8), size.Width-w-8)
	y = min(max(p.corner.Y-h, 8), size.Height-h-8)
	return x, y, w, h
}

// Tapped closes the picker: the press was beside it.
func (p *picker) Tapped(e *fyne.PointEvent) {
	x, y, w, h := p.frame(p.Size())
	if at := e.Position; at.X < x || at.X > x+w || at.Y < y || at.Y > y+h {
		p.Dismiss()
	}
}

// TappedSecondary does the same.
func (p *picker) TappedSecondary(e *fyne.PointEvent) { p.Tapped(e) }

type pickerLayout struct{}

func (pickerLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(pickerWidth, pickerHeight)
}

func (pickerLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	put(o[0], 0, 0, size.Width, size.Height)
	put(o[1], 12, 12, size.Width-24, 40)
	put(o[2], pickerSide, 58, size.Width-2*pickerSide, emojiCell)
	put(o[3], 1, 100, size.Width-2, 1)
	foot := size.Height - pickerFoot
	put(o[4], 1, 101, size.Width-2, foot-101)
	put(o[5], 1, foot, size.Width-2, 1)
	tones := o[7].MinSize().Width
	put(o[6], pickerSide, foot+(pickerFoot-theme.Line20)/2, max(size.Width-2*pickerSide-tones-8, 10), theme.Line20)
	put(o[7], size.Width-12-tones, foot+(pickerFoot-toneCell)/2, tones, toneCell)
}

// Len implements widget.ListAdapter.
func (p *picker) Len() int { return len(p.rows) }

// Key implements widget.ListAdapter.
func (p *picker) Key(i int) string { return p.rows[i].title + strings.Join(p.rows[i].emoji, "") }

// Kind implements widget.ListAdapter.
func (p *picker) Kind(i int) int {
	if p.rows[i].title != "" {
		return 0
	}
	return 1
}

// Height implements widget.ListAdapter.
func (p *picker) Height(i int, _ float32) float32 { return emojiCell }

// CreateRow implements widget.ListAdapter.
func (p *picker) CreateRow(kind int) fyne.CanvasObject {
	if kind == 0 {
		return container.New(widget.Inset{Top: 12}, widget.NewLabel("", widget.CaptionBold, theme.Text3))
	}
	return newEmojiRow(p)
}

// Bind implements widget.ListAdapter.
func (p *picker) Bind(o fyne.CanvasObject, i int) {
	switch o := o.(type) {
	case *fyne.Container:
		o.Objects[0].(*widget.Label).SetText(p.rows[i].title)
	case *emojiRow:
		o.set(p.rows[i])
	}
}

// emojiRow is a row of the grid.
type emojiRow struct {
	fynewidget.BaseWidget
	p      *picker
	line   emojiLine
	hover  int
	ground *canvas.Rectangle
	faces  []*canvas.Text
	list   []fyne.CanvasObject
}

var (
	_ fyne.Tappable      = (*emojiRow)(nil)
	_ desktop.Hoverable  = (*emojiRow)(nil)
	_ desktop.Cursorable = (*emojiRow)(nil)
)

func newEmojiRow(p *picker) *emojiRow {
	r := &emojiRow{p: p, hover: -1, ground: canvas.NewRectangle(nil)}
	r.ground.CornerRadius = theme.Radius12
	r.ExtendBaseWidget(r)
	return r
}

func (r *emojiRow) set(line emojiLine) {
	r.line, r.hover = line, -1
	for i, e := range line.emoji {
		if i == len(r.faces) {
			r.faces = append(r.faces, newEmojiText(e))
		}
		if r.faces[i].Text != e {
			r.faces[i].Text = e
			r.faces[i].Refresh()
		}
	}
	r.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (r *emojiRow) CreateRenderer() fyne.WidgetRenderer { return &emojiRowRenderer{r} }

type emojiRowRenderer struct{ r *emojiRow }

func (w *emojiRowRenderer) Destroy()                     {}
func (w *emojiRowRenderer) MinSize() fyne.Size           { return fyne.NewSize(emojiCell, emojiCell) }
func (w *emojiRowRenderer) Objects() []fyne.CanvasObject { return w.r.list }

func (w *emojiRowRenderer) Refresh() {
	w.Layout(w.r.Size())
	canvas.Refresh(w.r)
}

func (w *emojiRowRenderer) Layout(fyne.Size) {
	r := w.r
	r.list = r.list[:0]
	marked := r.hover
	if on := r.p.on - r.line.first; r.p.on >= 0 && on >= 0 && on < len(r.line.emoji) {
		marked = on
	}
	if marked >= 0 {
		r.ground.FillColor = theme.Color(theme.Hover)
		put(r.ground, float32(marked)*emojiCell, 0, emojiCell, emojiCell)
		r.list = append(r.list, r.ground)
	}
	for i := range r.line.emoji {
		m := r.faces[i].MinSize()
		put(r.faces[i], float32(i)*emojiCell+(emojiCell-m.Width)/2, (emojiCell-m.Height)/2, m.Width, m.Height)
		r.list = append(r.list, r.faces[i])
	}
}

func (r *emojiRow) cell(at fyne.Position) int {
	if i := int(at.X / emojiCell); at.X >= 0 && i < len(r.line.emoji) {
		return i
	}
	return -1
}

// Tapped implements fyne.Tappable.
func (r *emojiRow) Tapped(e *fyne.PointEvent) {
	if i := r.cell(e.Position); i >= 0 {
		r.p.choose(r.line.emoji[i])
	}
}

// Cursor implements desktop.Cursorable.
func (r *emojiRow) Cursor() desktop.Cursor {
	if r.hover >= 0 {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// MouseIn implements desktop.Hoverable.
func (r *emojiRow) MouseIn(e *desktop.MouseEvent) { r.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable.
func (r *emojiRow) MouseMoved(e *desktop.MouseEvent) {
	if i := r.cell(e.Position); i != r.hover {
		r.hover = i
		r.Refresh()
		if i >= 0 {
			r.p.call(r.line.first + i)
		}
	}
}

// MouseOut implements desktop.Hoverable.
func (r *emojiRow) MouseOut() {
	r.hover = -1
	r.Refresh()
}
