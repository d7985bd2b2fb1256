package widget

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/ui/theme"
)

// editor is the bare text editor inside fields and the composer: no box, no
// border. Unlike the toolkit's entry it draws emoji in colour and text from
// right to left, steps over whole graphemes, grows with its text, hands
// shortcuts it does not know on to the window, and its caret stands still (a
// blinking one repaints the window all day).
type editor struct {
	fynewidget.BaseWidget
	model       editModel
	style       Style
	color       theme.Name
	placeholder string
	multiline   bool
	secret      bool
	disabled    bool
	maxLines    int

	onChanged func(string)
	onKey     func(*fyne.KeyEvent) bool // before the editor; true: done with
	onFocus   func(bool)
	onPaste   func() bool // before text is pasted; true: something else was taken
	onFilter  func(string) string

	focused bool
	still   bool // looks focused for good: about to leave the screen
	shift   bool
	tab     bool // Tab is a key like others
	lines   []editLine
	laid    float32 // width for which lines were made
	scroll  float32 // x for one line, y for several
	goalX   float32 // column that up and down keep to
	clicks  int
	clicked time.Time

	caret  *canvas.Rectangle
	marks  []*canvas.Rectangle
	view   flowView
	hint   flowView
	shown  []fyne.CanvasObject
	ghost  string // grey text behind the caret: a completion
	ghostT *canvas.Text
}

var (
	_ fyne.Focusable         = (*editor)(nil)
	_ fyne.Shortcutable      = (*editor)(nil)
	_ fyne.Draggable         = (*editor)(nil)
	_ fyne.Tabbable          = (*editor)(nil)
	_ fyne.SecondaryTappable = (*editor)(nil)
	_ desktop.Keyable        = (*editor)(nil)
	_ desktop.Mouseable      = (*editor)(nil)
	_ desktop.Cursorable     = (*editor)(nil)
)

func newEditor(style Style, multiline bool) *editor {
	e := &editor{style: style, color: theme.Text, multiline: multiline, maxLines: 1}
	e.caret = canvas.NewRectangle(nil)
	e.ghostT = &canvas.Text{}
	e.goalX = -1
	e.ExtendBaseWidget(e)
	return e
}

func (e *editor) value() string { return string(e.model.text) }

func (e *editor) setValue(s string) {
	e.model.set(clean(s, !e.multiline))
	e.scroll = 0
	e.changed(false)
}

// changed lays out and shows; tell says whether the owner hears of it.
func (e *editor) changed(tell bool) {
	e.laid = -1
	e.goalX = -1
	if tell && e.onChanged != nil {
		e.onChanged(e.value())
	}
	e.Refresh()
}

// shownText is what is drawn: dots for a secret.
func (e *editor) shownText() []rune {
	if !e.secret {
		return e.model.text
	}
	return []rune(strings.Repeat("•", len(e.model.text)))
}

func (e *editor) breakLines(width float32) []editLine {
	if e.laid == width && e.lines != nil {
		return e.lines
	}
	wrap := width
	if !e.multiline {
		wrap = 0
	}
	e.lines, e.laid = breakEdit(e.shownText(), e.style, wrap), width
	return e.lines
}

// linesFor returns how many lines the text takes in a width.
func (e *editor) linesFor(width float32) int { return len(e.breakLines(width)) }

// CreateRenderer implements fyne.Widget.
func (e *editor) CreateRenderer() fyne.WidgetRenderer { return newClipRenderer(e) }

func (e *editor) minSize() fyne.Size { return size(20, e.style.Line) }

func (e *editor) objects() []fyne.CanvasObject { return e.shown }

func (e *editor) paint() { e.caret.FillColor = theme.Color(theme.AccentInk) }

func (e *editor) layout(s fyne.Size) {
	if s.Width <= 0 {
		return
	}
	lines := e.breakLines(s.Width)
	e.follow(s, lines)
	e.shown = e.shown[:0]
	text := e.shownText()
	if len(text) == 0 && e.placeholder != "" {
		room := s.Width
		if rightToLeft() {
			room -= 3 // the caret stands at that end
		}
		e.hint.show(layoutLine(Text(e.placeholder), e.style, room), plainInks(theme.Text3), 0, e.topOf(0, s, len(lines)), room, false)
		e.shown = append(e.shown, e.hint.list...)
	}
	e.placeMarks(s, lines, text)
	e.placeLines(s, lines, text)
	e.placeCaret(s, lines, text)
}

// topOf returns the y of a line: one line stands in the middle of the height.
func (e *editor) topOf(line int, s fyne.Size, count int) float32 {
	if !e.multiline {
		return round((s.Height - e.style.Line) / 2)
	}
	return float32(line)*e.style.Line - e.scroll
}

func (e *editor) leftShift() float32 {
	if e.multiline {
		return 0
	}
	return e.scroll
}

// follow scrolls so that the caret is in view.
func (e *editor) follow(s fyne.Size, lines []editLine) {
	i := lineOf(lines, e.model.caret)
	if e.multiline {
		top, bottom := float32(i)*e.style.Line, float32(i+1)*e.style.Line
		e.scroll = min(e.scroll, top)
		e.scroll = max(e.scroll, bottom-s.Height)
		e.scroll = max(0, min(e.scroll, float32(len(lines))*e.style.Line-s.Height))
		return
	}
	x := lines[i].x(e.shownText(), e.model.caret, e.style, s.Width)
	if lines[i].rightToLeft {
		e.scroll = min(0, max(min(e.scroll, x), x+2-s.Width))
		return
	}
	e.scroll = max(0, min(max(min(e.scroll, x), x+2-s.Width), lines[i].width+2-s.Width))
}

func (e *editor) placeLines(s fyne.Size, lines []editLine, text []rune) {
	all := &flow{kept: true}
	for i, l := range lines {
		top := e.topOf(i, s, len(lines))
		if top+e.style.Line < 0 || top > s.Height {
			continue
		}
		var parts []fragment
		for _, p := range splitEmoji(string(text[l.start:l.end])) {
			parts = append(parts, fragment{text: p.text, style: e.style, emoji: p.emoji, width: textWidth(p.text, e.style, p.emoji)})
		}
		line := flowLine{top: top, height: e.style.Line, width: l.width, rightToLeft: l.rightToLeft}
		line.fragments = visualOrder(parts, l.rightToLeft)
		var x float32
		for j := range line.fragments {
			line.fragments[j].x = x
			x += line.fragments[j].width
		}
		all.lines = append(all.lines, line)
	}
	ink := e.color
	if e.disabled {
		ink = theme.Text3
	}
	e.view.show(all, plainInks(ink), -e.leftShift(), 0, s.Width, false)
	e.shown = append(e.shown, e.view.list...)
}

func (e *editor) placeMarks(s fyne.Size, lines []editLine, text []rune) {
	from, to := e.model.selection()
	used := 0
	if from < to && e.focused {
		for i, l := range lines {
			a, b := max(from, l.start), min(to, l.end)
			if a > b || (a == b && l.start != l.end) {
				continue
			}
			x1, x2 := l.x(text, a, e.style, s.Width), l.x(text, b, e.style, s.Width)
			if x2 < x1 {
				x1, x2 = x2, x1
			}
			if a == b {
				x2 = x1 + 4 // an empty line inside the selection
			}
			if used == len(e.marks) {
				e.marks = append(e.marks, canvas.NewRectangle(nil))
			}
			setRect(e.marks[used], theme.Color(theme.AccentLine), 2)
			place(e.marks[used], x1-e.leftShift(), e.topOf(i, s, len(lines)), x2-x1, e.style.Line)
			e.shown = append(e.shown, e.marks[used])
			used++
		}
	}
}

func (e *editor) placeCaret(s fyne.Size, lines []editLine, text []rune) {
	if !e.focused || e.disabled {
		return
	}
	i := lineOf(lines, e.model.caret)
	x := lines[i].x(text, e.model.caret, e.style, s.Width) - e.leftShift()
	top := e.topOf(i, s, len(lines))
	place(e.caret, min(max(0, round(x)), s.Width-2), top+1, 2, e.style.Line-2)
	e.shown = append(e.shown, e.caret)
	if e.ghost != "" && e.model.caret == len(e.model.text) {
		setText(e.ghostT, e.ghost, e.style, false, theme.Color(theme.Text3))
		placeText(e.ghostT, e.style, x+2, top, textWidth(e.ghost, e.style, false))
		e.shown = append(e.shown, e.ghostT)
	}
}
