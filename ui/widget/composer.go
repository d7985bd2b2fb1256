package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/ui/theme"
)

// TextArea is a text of several lines that grows from MinLines to MaxLines and
// scrolls after that: the middle of the composer, or with Boxed a field of its
// own.
type TextArea struct {
	fynewidget.BaseWidget
	// OnChanged is called after each change by the user.
	OnChanged func(string)
	// OnSubmit is called for Enter; Shift+Enter makes a new line. With
	// SwapEnter it is the other way round, and Ctrl+Enter always submits.
	OnSubmit  func()
	SwapEnter bool
	// OnEscape is called for Esc; Escape(area) when nil.
	OnEscape func()
	// OnUp is called for Up when the text is empty; true: done with.
	OnUp func() bool
	// OnKey sees keys first; true: the area does not handle the key.
	OnKey func(*fyne.KeyEvent) bool
	// OnPaste is asked before text is pasted; true when it took something else
	// (a picture) from the clipboard.
	OnPaste func() bool
	OnFocus func(bool)
	// OnResized is called when the number of lines, and so the height, changed.
	OnResized func()

	MinLines, MaxLines int
	Boxed              bool
	Name               string // for tests and benchmarks: "composer.text"

	edit  *editor
	box   *canvas.Rectangle
	lines int
}

// NewTextArea makes a text of 1 to 8 lines with a hint while it is empty.
func NewTextArea(placeholder string) *TextArea {
	a := &TextArea{MinLines: 1, MaxLines: 8, lines: 1, edit: newEditor(Body, true), box: newBox(theme.Radius12)}
	a.edit.placeholder = placeholder
	a.edit.onChanged = func(s string) {
		a.resized()
		if a.OnChanged != nil {
			a.OnChanged(s)
		}
	}
	a.edit.onKey = a.key
	a.edit.onPaste = func() bool { return a.OnPaste != nil && a.OnPaste() }
	a.edit.onFocus = func(on bool) {
		a.Refresh()
		if a.OnFocus != nil {
			a.OnFocus(on)
		}
	}
	a.ExtendBaseWidget(a)
	return a
}

// NewBoxedTextArea makes a field of several lines: a description.
func NewBoxedTextArea(placeholder string, minLines, maxLines int) *TextArea {
	a := NewTextArea(placeholder)
	a.Boxed, a.MinLines, a.MaxLines, a.lines = true, minLines, maxLines, minLines
	return a
}

func (a *TextArea) key(k *fyne.KeyEvent) bool {
	if a.OnKey != nil && a.OnKey(k) {
		return true
	}
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if a.OnSubmit == nil || a.edit.shift != a.SwapEnter && !a.control() {
			return false
		}
		a.OnSubmit()
		return true
	case fyne.KeyEscape:
		if a.OnEscape != nil {
			a.OnEscape()
		} else {
			Escape(a)
		}
		return true
	case fyne.KeyUp:
		return len(a.edit.model.text) == 0 && a.OnUp != nil && a.OnUp()
	}
	return false
}

// control reports whether Ctrl (Cmd) is held.
func (a *TextArea) control() bool {
	d, ok := fyne.CurrentApp().Driver().(desktop.Driver)
	return ok && d.CurrentKeyModifiers()&fyne.KeyModifierShortcutDefault != 0
}

// Text returns the text.
func (a *TextArea) Text() string { return a.edit.value() }

// SetText replaces the text, without OnChanged; the caret goes to its end.
func (a *TextArea) SetText(s string) {
	a.edit.setValue(s)
	a.resized()
}

// Insert puts text in the place of the selection: an emoji, a mention.
func (a *TextArea) Insert(s string) { a.edit.insert(s, false) }

// TakeTab gives Tab to OnKey while on: a completion is offered.
func (a *TextArea) TakeTab(on bool) { a.edit.tab = on }

// ReplaceBefore replaces the n characters before the caret: a completion.
func (a *TextArea) ReplaceBefore(n int, s string) {
	m := &a.edit.model
	m.anchor = max(0, m.caret-n)
	a.edit.insert(s, false)
}

// BeforeCaret returns the text before the caret.
func (a *TextArea) BeforeCaret() string { return string(a.edit.model.text[:a.edit.model.caret]) }

// Len returns the number of characters (code points).
func (a *TextArea) Len() int { return len(a.edit.model.text) }

// SetLimit bounds the text; 0 is no bound.
func (a *TextArea) SetLimit(runes int) { a.edit.model.limit = runes }

// SetPlaceholder changes the hint.
func (a *TextArea) SetPlaceholder(s string) {
	a.edit.placeholder = s
	a.edit.Refresh()
}

// SetDisabled greys the area out.
func (a *TextArea) SetDisabled(disabled bool) {
	a.edit.disabled = disabled
	a.edit.Refresh()
}

// Focus puts the keyboard into the area.
func (a *TextArea) Focus() { a.edit.requestFocus() }

// Still keeps the area as it looks when the keyboard goes.
func (a *TextArea) Still() { a.edit.still = true }

// Focused reports whether it is there.
func (a *TextArea) Focused() bool { return a.edit.focused }

// FocusTarget returns what the window's Focus takes.
func (a *TextArea) FocusTarget() fyne.Focusable { return a.edit }

// SelectAll selects the text.
func (a *TextArea) SelectAll() { a.edit.selectAll() }

func (a *TextArea) inset() (x, y float32) {
	if a.Boxed {
		return theme.Space12, 8
	}
	return 0, 0
}

func (a *TextArea) resized() {
	x, _ := a.inset()
	width := a.Size().Width - 2*x
	if width <= 0 {
		return
	}
	n := min(max(a.edit.linesFor(width), a.MinLines), max(a.MaxLines, a.MinLines))
	if n == a.lines {
		return
	}
	a.lines = n
	a.Refresh()
	if a.OnResized != nil {
		a.OnResized()
	}
}

// HeightFor measures the area in a width.
func (a *TextArea) HeightFor(width float32) float32 {
	x, y := a.inset()
	n := len(breakEdit(a.edit.shownText(), a.edit.style, max(width-2*x, 1)))
	return float32(min(max(n, a.MinLines), max(a.MaxLines, a.MinLines)))*theme.Line22 + 2*y
}

// CreateRenderer implements fyne.Widget.
func (a *TextArea) CreateRenderer() fyne.WidgetRenderer { return newRenderer(a) }

func (a *TextArea) minSize() fyne.Size {
	_, y := a.inset()
	return size(80, float32(a.lines)*theme.Line22+2*y)
}

func (a *TextArea) objects() []fyne.CanvasObject {
	if a.Boxed {
		return []fyne.CanvasObject{a.box, a.edit}
	}
	return []fyne.CanvasObject{a.edit}
}

func (a *TextArea) paint() {
	border, width := theme.Outline, theme.BorderWidth
	switch {
	case a.edit.focused:
		border, width = theme.AccentInk, theme.FocusWidth
	case len(a.edit.model.text) > 0:
		border = theme.Line
	}
	a.box.FillColor, a.box.StrokeColor, a.box.StrokeWidth = theme.Color(theme.Sheet), theme.Color(border), width
}

func (a *TextArea) layout(s fyne.Size) {
	x, y := a.inset()
	a.box.Resize(s)
	before := a.lines
	place(a.edit, x, y, max(s.Width-2*x, 1), max(s.Height-2*y, theme.Line22))
	n := min(max(a.edit.linesFor(a.edit.Size().Width), a.MinLines), max(a.MaxLines, a.MinLines))
	if n != before {
		a.lines = n
		if a.OnResized != nil {
			a.OnResized()
		}
	}
}

// Tapped implements fyne.Tappable.
func (a *TextArea) Tapped(*fyne.PointEvent) { a.Focus() }

// Composer is the box at the bottom of a conversation: buttons at the left, a
// growing text, buttons at the right, and above them a reply or an edit in
// progress. The owner gives it the width; its height follows.
type Composer struct {
	fynewidget.BaseWidget
	Area *TextArea
	// OnResized is called when its height changed: lay out what is around it.
	OnResized func()

	left  []fyne.CanvasObject
	right []fyne.CanvasObject
	above fyne.CanvasObject
	note  string
	bad   bool
	box   *panel
	label *canvas.Text
}

// NewComposer makes a box with icon buttons of 40 left and right of the text.
func NewComposer(placeholder string, left, right []fyne.CanvasObject) *Composer {
	c := &Composer{Area: NewTextArea(placeholder), left: left, right: right, box: newPanel(theme.Radius18), label: &canvas.Text{}}
	c.Area.OnFocus = func(bool) { c.Refresh() }
	c.Area.OnResized = func() { c.resized() }
	c.ExtendBaseWidget(c)
	return c
}

// SetButtons changes the buttons: microphone or send.
func (c *Composer) SetButtons(left, right []fyne.CanvasObject) {
	c.left, c.right = left, right
	c.Refresh()
}

// SetAbove puts an object over the text, inside the box: a quote (see
// NewQuoteBar). nil takes it away.
func (c *Composer) SetAbove(o fyne.CanvasObject) {
	c.above = o
	c.resized()
}

// SetNote shows a few words before the right buttons: "184 left"; bad ones in
// red.
func (c *Composer) SetNote(note string, bad bool) {
	c.note, c.bad = note, bad
	c.Refresh()
}

func (c *Composer) resized() {
	c.Refresh()
	if c.OnResized != nil {
		c.OnResized()
	}
}

// CreateRenderer implements fyne.Widget.
func (c *Composer) CreateRenderer() fyne.WidgetRenderer { return newRenderer(c) }

func (c *Composer) aboveHeight() float32 {
	if c.above == nil {
		return 0
	}
	return c.above.MinSize().Height + 4
}

func (c *Composer) minSize() fyne.Size {
	return size(200, max(48, c.Area.MinSize().Height+26)+c.aboveHeight())
}

func (c *Composer) objects() []fyne.CanvasObject {
	// In the order in which Tab walks.
	list := []fyne.CanvasObject{c.box.object()}
	add := func(set []fyne.CanvasObject) {
		for _, o := range set {
			if o.Visible() {
				list = append(list, o)
			}
		}
	}
	if c.above != nil {
		list = append(list, c.above)
	}
	add(c.left)
	list = append(list, c.Area, c.label)
	add(c.right)
	return list
}

func (c *Composer) paint() {
	border := theme.Line
	if c.Area.Focused() {
		border = theme.AccentInk
	}
	box := c.box.rect
	box.FillColor, box.StrokeColor, box.StrokeWidth = theme.Color(theme.Sheet), theme.Color(border), 1
	c.box.refresh()
	ink := theme.Text3
	if c.bad {
		ink = theme.Danger
	}
	setText(c.label, c.note, Time, false, theme.Color(ink))
}

func (c *Composer) layout(s fyne.Size) {
	c.box.place(0, 0, s.Width, s.Height)
	if c.above != nil {
		place(c.above, 4, 4, s.Width-8, c.above.MinSize().Height)
	}
	top := c.aboveHeight()
	bottom := s.Height - 4
	left, right := float32(4), s.Width-4
	for _, o := range c.left {
		if o.Visible() {
			place(o, left, bottom-40, 40, 40)
			left += 40
		}
	}
	for i := len(c.right) - 1; i >= 0; i-- {
		if o := c.right[i]; o.Visible() {
			place(o, right-40, bottom-40, 40, 40)
			right -= 40
			if b, ok := o.(*IconButton); ok && b.Solid {
				right -= 4
			}
		}
	}
	if c.note != "" {
		w := ceil(textWidth(c.note, Time, false))
		right -= w + 8
		placeText(c.label, Time, right+4, bottom-28, w)
	}
	if left == 4 {
		left = 16 // no button stands before the text
	} else {
		left += 4
	}
	h := s.Height - top - 26
	place(c.Area, left, top+13, max(right-4-left, 40), max(h, theme.Line22))
}

// Tapped implements fyne.Tappable.
func (c *Composer) Tapped(*fyne.PointEvent) { c.Area.Focus() }

// QuoteBar is the reply above the text of a composer: an icon, the quote, a
// cross.
type QuoteBar struct {
	fynewidget.BaseWidget
	title, line string
	icon        *Icon
	cross       *IconButton
	box, bar    *canvas.Rectangle
	titleV      flowView
	lineV       flowView
	list        []fyne.CanvasObject
}

// NewQuoteBar makes the bar, 48 high; cancelled is called by the cross.
func NewQuoteBar(icon *Icon, title, line, crossTip string, cancelled func()) *QuoteBar {
	q := &QuoteBar{title: title, line: line, icon: icon, box: newBox(theme.Radius6), bar: newBox(1.5)}
	q.cross = NewIconButton("close", crossTip, cancelled)
	q.ExtendBaseWidget(q)
	return q
}

// CreateRenderer implements fyne.Widget.
func (q *QuoteBar) CreateRenderer() fyne.WidgetRenderer { return newRenderer(q) }

func (q *QuoteBar) minSize() fyne.Size           { return size(160, 48) }
func (q *QuoteBar) objects() []fyne.CanvasObject { return q.list }
func (q *QuoteBar) paint() {
	setRect(q.box, theme.Color(theme.InsetIn), theme.Radius6)
	setRect(q.bar, theme.Color(theme.AccentInk), 1.5)
}

func (q *QuoteBar) layout(s fyne.Size) {
	place(q.icon, 0, 4, 40, 40)
	place(q.cross, s.Width-40, 4, 40, 40)
	x, w := float32(44), s.Width-44-52
	place(q.box, x, 0, w, s.Height)
	place(q.bar, x+8, 4, 3, s.Height-8)
	room := w - 8 - 3 - 8 - 12
	q.titleV.show(layoutLine(Text(q.title), SmallBold, room), inks{text: theme.Color(theme.AccentInk)}, x+19, 4, room, false)
	q.lineV.show(layoutLine(Text(q.line), Small, room), plainInks(theme.Text2), x+19, 24, room, false)
	q.list = append(q.list[:0], q.icon, q.box, q.bar, q.cross)
	q.list = append(append(q.list, q.titleV.list...), q.lineV.list...)
}
