package widget

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"pgregory.net/rapid"
)

// TestEditModel: whatever is done, the caret is on a grapheme of the text, and
// undoing everything gives back what was there, redoing what became of it.
func TestEditModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &editModel{limit: 60}
		m.set("Hi 👨‍👩‍👧!")
		start := string(m.text)
		text := rapid.StringOfN(rapid.RuneFrom([]rune("ab é👍🏽\n")), 0, 5, -1)
		steps := rapid.IntRange(0, 40).Draw(t, "steps")
		for range steps {
			switch rapid.IntRange(0, 7).Draw(t, "step") {
			case 0:
				m.insert(text.Draw(t, "text"), rapid.Bool().Draw(t, "typing"))
			case 1:
				m.remove(m.previous(m.caret))
			case 2:
				m.remove(m.nextWord(m.caret))
			case 3:
				m.move(m.previous(m.caret), rapid.Bool().Draw(t, "extend"))
			case 4:
				m.move(m.next(m.caret), rapid.Bool().Draw(t, "extend"))
			case 5:
				m.move(m.previousWord(m.caret), false)
			case 6:
				m.anchor, m.caret = m.wordAt(m.caret)
			case 7:
				m.move(rapid.IntRange(-5, 80).Draw(t, "to"), false)
			}
			if m.caret < 0 || m.caret > len(m.text) || m.anchor < 0 || m.anchor > len(m.text) {
				t.Fatalf("caret %d, anchor %d in %d runes", m.caret, m.anchor, len(m.text))
			}
			if len(m.text) > 60 {
				t.Fatalf("%d runes, limit 60", len(m.text))
			}
		}
		end := string(m.text)
		for m.undo() {
		}
		if string(m.text) != start {
			t.Fatalf("undone to %q", string(m.text))
		}
		for m.redo() {
		}
		if string(m.text) != end {
			t.Fatalf("redone to %q, was %q", string(m.text), end)
		}
	})
}

func TestUndoTakesBackAWord(t *testing.T) {
	a := NewTextArea("")
	window(t, a, 300, 100)
	write(a.edit, "one two")
	a.edit.TypedShortcut(&fyne.ShortcutUndo{})
	if got := a.Text(); got != "one " {
		t.Errorf("after undo %q", got)
	}
	a.edit.TypedShortcut(&fyne.ShortcutRedo{})
	if got := a.Text(); got != "one two" {
		t.Errorf("after redo %q", got)
	}
}

func TestEditorKeys(t *testing.T) {
	a := NewTextArea("")
	window(t, a, 300, 200)
	a.Focus()
	write(a.edit, "ab👨‍👩‍👧c")
	press(a.edit, fyne.KeyLeft, fyne.KeyBackspace) // the whole family
	if a.Text() != "abc" {
		t.Fatalf("%q", a.Text())
	}
	press(a.edit, fyne.KeyHome, fyne.KeyDelete)
	if a.Text() != "bc" {
		t.Fatalf("%q", a.Text())
	}
	a.edit.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	press(a.edit, fyne.KeyEnd)
	a.edit.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	if got := a.edit.model.selected(); got != "bc" {
		t.Fatalf("selected %q", got)
	}
	write(a.edit, "x y")
	a.edit.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyBackspace, Modifier: fyne.KeyModifierShortcutDefault})
	if a.Text() != "x " {
		t.Fatalf("%q", a.Text())
	}
}

func TestEnterSendsAndShiftEnterBreaks(t *testing.T) {
	a := NewTextArea("")
	sent := 0
	a.OnSubmit = func() { sent++ }
	window(t, a, 300, 200)
	write(a.edit, "hi")
	shift := &fyne.KeyEvent{Name: desktop.KeyShiftLeft}
	a.edit.KeyDown(shift)
	press(a.edit, fyne.KeyReturn)
	a.edit.KeyUp(shift)
	press(a.edit, fyne.KeyReturn)
	if sent != 1 || a.Text() != "hi\n" {
		t.Errorf("sent %d, text %q", sent, a.Text())
	}
	a.SwapEnter = true
	press(a.edit, fyne.KeyReturn)
	if sent != 1 || a.Text() != "hi\n\n" {
		t.Errorf("swapped: sent %d, text %q", sent, a.Text())
	}
	a.SetText("")
	up, escaped := 0, 0
	a.OnUp = func() bool { up++; return true }
	a.OnEscape = func() { escaped++ }
	press(a.edit, fyne.KeyUp, fyne.KeyEscape)
	write(a.edit, "x")
	press(a.edit, fyne.KeyUp)
	if up != 1 || escaped != 1 {
		t.Errorf("up %d, escaped %d", up, escaped)
	}
}

func TestComposerGrowsToEightLines(t *testing.T) {
	c := NewComposer("Message", nil, []fyne.CanvasObject{NewIconButton("send", "Send", nil)})
	resized := 0
	c.OnResized = func() { resized++ }
	window(t, c, 400, 48)
	one := c.MinSize().Height
	if one != 48 {
		t.Errorf("one line is %f high", one)
	}
	write(c.Area.edit, "a\nb\nc")
	if got := c.MinSize().Height; got != 48+2*22 || resized == 0 {
		t.Errorf("three lines are %f high, told %d times", got, resized)
	}
	c.Area.SetText(strings.Repeat("line\n", 40))
	if got := c.MinSize().Height; got != 48+7*22 {
		t.Errorf("forty lines are %f high", got)
	}
}

func TestClipboard(t *testing.T) {
	a := NewTextArea("")
	window(t, a, 300, 200)
	clip := fyne.CurrentApp().Clipboard()
	a.SetText("hello world")
	a.SelectAll()
	a.edit.TypedShortcut(&fyne.ShortcutCut{Clipboard: clip})
	if clip.Content() != "hello world" || a.Text() != "" {
		t.Errorf("clipboard %q, text %q", clip.Content(), a.Text())
	}
	clip.SetContent("two\r\nlines\u202e")
	a.edit.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clip})
	if a.Text() != "two\nlines" {
		t.Errorf("pasted %q", a.Text())
	}
	a.OnPaste = func() bool { return true }
	a.edit.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clip})
	if a.Text() != "two\nlines" {
		t.Errorf("a picture was pasted as %q", a.Text())
	}
	secret := NewSecretField("")
	window(t, secret, 300, 40)
	secret.SetText("passphrase")
	secret.SelectAll()
	clip.SetContent("before")
	secret.edit.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clip})
	if clip.Content() != "before" {
		t.Error("a secret was copied")
	}
	if s := string(secret.edit.shownText()); strings.Contains(s, "pass") {
		t.Errorf("shown is %q", s)
	}
}

func TestClickPutsTheCaret(t *testing.T) {
	a := NewTextArea("")
	window(t, a, 300, 200)
	a.SetText("first line\nsecond line")
	x := runsWidth([]rune("second"), Body)
	click := func(x, y float32) {
		e := &desktop.MouseEvent{Button: desktop.MouseButtonPrimary}
		e.Position = pos(x, y)
		a.edit.MouseDown(e)
	}
	click(x, 30)
	if got := a.BeforeCaret(); got != "first line\nsecond" {
		t.Errorf("before the caret is %q", got)
	}
	click(x-5, 30)
	if got := a.edit.model.selected(); got != "second" {
		t.Errorf("double click selects %q", got)
	}
	click(x-5, 30)
	if got := a.edit.model.selected(); got != "second line" {
		t.Errorf("triple click selects %q", got)
	}
	a.edit.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: pos(0, 5)}})
	if got := a.edit.model.selected(); got != "first line\n" {
		t.Errorf("dragging selects %q", got)
	}
	a.SelectAll()
	a.Insert("👍")
	a.Insert("x")
	a.ReplaceBefore(1, "done")
	if a.Text() != "👍done" {
		t.Errorf("%q", a.Text())
	}
}

func TestUpAndDownKeepTheColumn(t *testing.T) {
	a := NewTextArea("")
	window(t, a, 400, 200)
	a.SetText("abcdefgh\nab\nabcdefgh")
	press(a.edit, fyne.KeyUp, fyne.KeyUp)
	if got := a.edit.model.caret; got != 8 {
		t.Errorf("caret at %d", got)
	}
}

// shortcutCanvas is a canvas that takes shortcuts, as that of a desktop window
// does and the toolkit's test canvas does not.
type shortcutCanvas struct {
	fyne.Canvas
	fyne.ShortcutHandler
}

func (c *shortcutCanvas) AddShortcut(s fyne.Shortcut, f func(fyne.Shortcut)) {
	c.ShortcutHandler.AddShortcut(s, f)
}

func (c *shortcutCanvas) RemoveShortcut(s fyne.Shortcut) { c.ShortcutHandler.RemoveShortcut(s) }

func TestUnknownShortcutsReachTheWindow(t *testing.T) {
	a := NewTextArea("")
	c := &shortcutCanvas{Canvas: window(t, a, 300, 100)}
	before := canvasOf
	canvasOf = func(fyne.CanvasObject) fyne.Canvas { return c }
	t.Cleanup(func() { canvasOf = before })
	hit := 0
	jump := &desktop.CustomShortcut{KeyName: fyne.KeyK, Modifier: fyne.KeyModifierShortcutDefault}
	c.AddShortcut(jump, func(fyne.Shortcut) { hit++ })
	a.Focus()
	a.edit.TypedShortcut(jump)
	a.edit.TypedShortcut(&fyne.ShortcutSelectAll{}) // known: stays here
	if hit != 1 {
		t.Errorf("the window heard Ctrl+K %d times", hit)
	}
}

func TestFieldShowsItsProblem(t *testing.T) {
	f := NewTextField("Name")
	window(t, f, 300, 80)
	before := f.MinSize().Height
	f.SetError("This name is too long.")
	if got := f.MinSize().Height; got <= before {
		t.Errorf("height %f with a problem, %f without", got, before)
	}
	f.SetError("")
	if got := f.MinSize().Height; got != before {
		t.Errorf("height %f afterwards", got)
	}
	submitted := ""
	f.OnSubmitted = func(s string) { submitted = s }
	write(f.edit, "Robin\n")
	press(f.edit, fyne.KeyReturn)
	if submitted != "Robin " && submitted != "Robin" {
		t.Errorf("submitted %q", submitted)
	}
}

func TestLongLineScrollsWithTheCaret(t *testing.T) {
	f := NewTextField("")
	window(t, f, 200, 40)
	write(f.edit, strings.Repeat("wide ", 30))
	f.Focus()
	caret := f.edit.caret.Position().X
	if caret < 0 || caret > f.edit.Size().Width {
		t.Errorf("the caret stands at %f of %f", caret, f.edit.Size().Width)
	}
	press(f.edit, fyne.KeyHome)
	if got := f.edit.caret.Position().X; got != 0 {
		t.Errorf("Home stands at %f", got)
	}
}

// TestTabReachesTheTextBeforeTheEye: who goes on to a passphrase by the keyboard
// types into it and does not press its eye.
func TestTabReachesTheTextBeforeTheEye(t *testing.T) {
	f := NewSecretField("Passphrase")
	c := window(t, f, 300, 80)
	c.FocusNext()
	if c.Focused() != f.FocusTarget() {
		t.Errorf("Tab goes to %T first", c.Focused())
	}
	c.FocusNext()
	if c.Focused() != fyne.Focusable(f.button) {
		t.Errorf("then to %T", c.Focused())
	}
}
