package widget

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sotto/assets"
	"sotto/ui/text"
)

// FocusGained implements fyne.Focusable.
func (e *editor) FocusGained() { e.setFocused(true) }

// FocusLost implements fyne.Focusable.
func (e *editor) FocusLost() {
	e.shift = false
	e.setFocused(false)
}

func (e *editor) setFocused(on bool) {
	e.focused = on
	if e.still {
		return
	}
	if e.onFocus != nil {
		e.onFocus(on)
	}
	e.Refresh()
}

// AcceptsTab implements fyne.Tabbable: Tab always goes to the next control,
// unless the owner takes it (a completion).
func (e *editor) AcceptsTab() bool { return e.ghost != "" || e.tab }

// Cursor implements desktop.Cursorable.
func (e *editor) Cursor() desktop.Cursor { return desktop.TextCursor }

// KeyDown implements desktop.Keyable.
func (e *editor) KeyDown(k *fyne.KeyEvent) {
	touch()
	if k.Name == desktop.KeyShiftLeft || k.Name == desktop.KeyShiftRight {
		e.shift = true
	}
}

// KeyUp implements desktop.Keyable.
func (e *editor) KeyUp(k *fyne.KeyEvent) {
	if k.Name == desktop.KeyShiftLeft || k.Name == desktop.KeyShiftRight {
		e.shift = false
	}
}

// TypedRune implements fyne.Focusable.
func (e *editor) TypedRune(r rune) {
	touch()
	if e.disabled {
		return
	}
	e.insert(string(r), true)
}

func (e *editor) insert(s string, typing bool) {
	if e.onFilter != nil {
		s = e.onFilter(s)
	}
	s = clean(s, !e.multiline)
	if s == "" {
		return
	}
	e.model.insert(s, typing)
	e.changed(true)
}

// TypedKey implements fyne.Focusable.
func (e *editor) TypedKey(k *fyne.KeyEvent) {
	touch()
	if e.disabled {
		return
	}
	if e.onKey != nil && e.onKey(k) {
		return
	}
	m := &e.model
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if e.multiline {
			e.insert("\n", false)
		}
	case fyne.KeyBackspace:
		if m.remove(m.previous(m.caret)) {
			e.changed(true)
		}
	case fyne.KeyDelete:
		if m.remove(m.next(m.caret)) {
			e.changed(true)
		}
	case fyne.KeyLeft:
		e.step(m.previous, true)
	case fyne.KeyRight:
		e.step(m.next, false)
	case fyne.KeyUp:
		e.vertical(-1)
	case fyne.KeyDown:
		e.vertical(1)
	case fyne.KeyHome:
		e.moveTo(e.currentLine().start)
	case fyne.KeyEnd:
		e.moveTo(e.lineEnd())
	case fyne.KeyPageUp:
		e.moveTo(0)
	case fyne.KeyPageDown:
		e.moveTo(len(m.text))
	}
}

func (e *editor) step(to func(int) int, left bool) {
	if from, end := e.model.selection(); from != end && !e.shift {
		if left {
			e.moveTo(from)
		} else {
			e.moveTo(end)
		}
		return
	}
	e.moveTo(to(e.model.caret))
}

func (e *editor) moveTo(at int) {
	e.model.move(at, e.shift)
	e.goalX = -1
	e.Refresh()
}

func (e *editor) currentLine() editLine {
	lines := e.breakLines(e.Size().Width)
	return lines[lineOf(lines, e.model.caret)]
}

// lineEnd is before the space at which the line broke.
func (e *editor) lineEnd() int {
	lines := e.breakLines(e.Size().Width)
	i := lineOf(lines, e.model.caret)
	end := lines[i].end
	if i+1 < len(lines) && lines[i+1].start == end && end > lines[i].start {
		end = e.model.previous(end)
	}
	return end
}

// vertical moves a line up or down, keeping to the column where it began.
func (e *editor) vertical(by int) {
	width := e.Size().Width
	lines := e.breakLines(width)
	i := lineOf(lines, e.model.caret)
	text := e.shownText()
	goal := e.goalX
	if goal < 0 {
		goal = lines[i].x(text, e.model.caret, e.style, width)
	}
	switch to := i + by; {
	case to < 0:
		e.moveTo(0)
	case to >= len(lines):
		e.moveTo(len(e.model.text))
	default:
		e.moveTo(lines[to].at(text, goal, e.style, width))
	}
	e.goalX = goal
}

// TypedShortcut implements fyne.Shortcutable. What the editor does not know
// goes on to the window, which the toolkit would not ask while a text has the
// keyboard.
func (e *editor) TypedShortcut(s fyne.Shortcut) {
	m := &e.model
	switch sc := s.(type) {
	case *fyne.ShortcutCopy:
		if !sc.Secondary || m.selected() != "" {
			e.copy()
		}
		return
	case *fyne.ShortcutCut:
		if !e.disabled && e.copy() && m.remove(m.caret) {
			e.changed(true)
		}
		return
	case *fyne.ShortcutPaste:
		e.paste()
		return
	case *fyne.ShortcutSelectAll:
		e.selectAll()
		return
	case *fyne.ShortcutUndo:
		if m.undo() {
			e.changed(true)
		}
		return
	case *fyne.ShortcutRedo:
		if m.redo() {
			e.changed(true)
		}
		return
	case *desktop.CustomShortcut:
		if e.wordShortcut(sc) {
			return
		}
	}
	if w, ok := canvasOf(e).(fyne.Shortcutable); ok {
		w.TypedShortcut(s)
	}
}

// wordShortcut handles the keys that move and delete by words, and Enter with
// a modifier, which the toolkit reports as a shortcut too.
func (e *editor) wordShortcut(s *desktop.CustomShortcut) bool {
	extend := s.Modifier&fyne.KeyModifierShift != 0
	if s.Modifier&^fyne.KeyModifierShift != fyne.KeyModifierShortcutDefault || e.disabled {
		return false
	}
	m := &e.model
	to := -1
	switch s.KeyName {
	case fyne.KeyLeft:
		to = m.previousWord(m.caret)
	case fyne.KeyRight:
		to = m.nextWord(m.caret)
	case fyne.KeyHome:
		to = 0
	case fyne.KeyEnd:
		to = len(m.text)
	case fyne.KeyBackspace:
		if m.remove(m.previousWord(m.caret)) {
			e.changed(true)
		}
		return true
	case fyne.KeyDelete:
		if m.remove(m.nextWord(m.caret)) {
			e.changed(true)
		}
		return true
	case fyne.KeyReturn, fyne.KeyEnter:
		e.TypedKey(&fyne.KeyEvent{Name: s.KeyName})
		return true
	default:
		return false
	}
	m.move(to, extend)
	e.goalX = -1
	e.Refresh()
	return true
}

func (e *editor) copy() bool {
	s := e.model.selected()
	if s == "" || e.secret {
		return false
	}
	fyne.CurrentApp().Clipboard().SetContent(s)
	return true
}

func (e *editor) paste() {
	if e.disabled || e.onPaste != nil && e.onPaste() {
		return
	}
	e.insert(fyne.CurrentApp().Clipboard().Content(), false)
}

func (e *editor) selectAll() {
	e.model.anchor, e.model.caret = 0, len(e.model.text)
	e.Refresh()
}

func (e *editor) position(p fyne.Position) int {
	s := e.Size()
	lines := e.breakLines(s.Width)
	i := 0
	if e.multiline {
		i = min(max(int((p.Y+e.scroll)/e.style.Line), 0), len(lines)-1)
	}
	return lines[i].at(e.shownText(), p.X+e.leftShift(), e.style, s.Width)
}

// MouseDown implements desktop.Mouseable: caret, word on the second click,
// paragraph on the third.
func (e *editor) MouseDown(ev *desktop.MouseEvent) {
	touch()
	e.requestFocus()
	at := e.position(ev.Position)
	if ev.Button != desktop.MouseButtonPrimary {
		if from, to := e.model.selection(); at < from || at > to {
			e.model.move(at, false)
			e.Refresh()
		}
		return
	}
	if now := time.Now(); now.Sub(e.clicked) < doubleClick {
		e.clicks++
		e.clicked = now
	} else {
		e.clicks, e.clicked = 1, now
	}
	switch {
	case e.clicks == 2 && !e.secret:
		e.model.anchor, e.model.caret = e.model.wordAt(at)
	case e.clicks >= 3 || e.clicks == 2:
		e.model.anchor, e.model.caret = e.model.paragraphAt(at)
	default:
		e.model.move(at, e.shift || ev.Modifier&fyne.KeyModifierShift != 0)
	}
	e.goalX = -1
	e.Refresh()
}

// MouseUp implements desktop.Mouseable.
func (e *editor) MouseUp(*desktop.MouseEvent) {}

// Tapped implements fyne.Tappable, so that a tap keeps the focus here.
func (e *editor) Tapped(*fyne.PointEvent) { e.requestFocus() }

// Dragged implements fyne.Draggable.
func (e *editor) Dragged(ev *fyne.DragEvent) {
	e.model.move(e.position(ev.Position), true)
	e.Refresh()
}

// DragEnd implements fyne.Draggable.
func (e *editor) DragEnd() {}

func (e *editor) requestFocus() {
	if c := canvasToFocus(e); c != nil && !e.disabled {
		c.Focus(e)
	}
}

// TappedSecondary implements fyne.SecondaryTappable.
func (e *editor) TappedSecondary(ev *fyne.PointEvent) {
	empty := e.model.selected() == ""
	items := []MenuItem{
		{Label: text.T("widget.cut"), Disabled: empty || e.secret || e.disabled, Action: func() { e.TypedShortcut(&fyne.ShortcutCut{}) }},
		{Label: text.T("widget.copy"), Icon: assets.IconCopy, Disabled: empty || e.secret, Action: func() { e.copy() }},
		{Label: text.T("widget.paste"), Icon: assets.IconPaste, Disabled: e.disabled, Action: e.paste},
		{Label: text.T("widget.select_all"), Action: e.selectAll},
	}
	ShowMenu(e, ev.AbsolutePosition, items, func() { e.requestFocus() })
}
