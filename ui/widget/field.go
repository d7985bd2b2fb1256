package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
)

// TextField is a line of text in a box, with an optional icon in front, a
// trailing icon, and an error line below. 40 high, or 48 when Large.
type TextField struct {
	fynewidget.BaseWidget
	named
	OnChanged   func(string)
	OnSubmitted func(string)
	OnEscape    func()
	OnFocus     func(focused bool)
	OnKey       func(*fyne.KeyEvent) bool // true: the field does not handle the key

	icon    assets.IconName
	large   bool
	quiet   bool // filled with field and without a border: search
	secret  bool
	problem string
	done    bool // shows a tick at the end

	edit   *editor
	box    *panel
	glyph  *glyph
	mark   *glyph
	button *IconButton
	cap    *KeyCap
	error  flowView
	list   []fyne.CanvasObject
}

// NewTextField makes a field with a hint in it while it is empty.
func NewTextField(placeholder string) *TextField {
	f := &TextField{edit: newEditor(Body, false), box: newPanel(theme.Radius12)}
	f.glyph, f.mark = newGlyph("", 20), newGlyph("", 16)
	f.edit.placeholder = placeholder
	f.edit.onChanged = func(s string) {
		f.Refresh()
		if f.OnChanged != nil {
			f.OnChanged(s)
		}
	}
	f.edit.onFocus = func(on bool) {
		f.Refresh()
		if f.OnFocus != nil {
			f.OnFocus(on)
		}
	}
	f.edit.onKey = f.key
	f.ExtendBaseWidget(f)
	return f
}

// NewSearchField makes a quiet field with a magnifying glass; shortcut, if not
// empty, is shown in it while it is empty, and a cross clears it.
func NewSearchField(placeholder, shortcut string) *TextField {
	f := NewTextField(placeholder)
	f.icon, f.quiet = assets.IconSearch, true
	if shortcut != "" {
		f.cap = NewKeyCap(shortcut)
	}
	f.button = NewDenseIconButton(assets.IconClose, text.T("widget.clear"), func() {
		f.SetText("")
		if f.OnChanged != nil {
			f.OnChanged("")
		}
		f.Focus()
	})
	return f
}

// NewSecretField makes a field that shows dots, with an eye to look under them.
func NewSecretField(placeholder string) *TextField {
	f := NewTextField(placeholder)
	f.secret, f.edit.secret = true, true
	f.button = NewDenseIconButton(assets.IconEye, text.T("widget.show_password"), func() {
		f.edit.secret = !f.edit.secret
		if f.button.Icon = assets.IconEye; !f.edit.secret {
			f.button.Icon = assets.IconEyeOff
		}
		f.button.Refresh()
		f.edit.changed(false)
		f.Refresh()
	})
	return f
}

// Large makes the field 48 high and returns it.
func (f *TextField) Large() *TextField {
	f.large = true
	return f
}

// WithIcon puts an icon in front and returns the field.
func (f *TextField) WithIcon(icon assets.IconName) *TextField {
	f.icon = icon
	return f
}

// WithLimit bounds the text to a number of characters and returns the field.
func (f *TextField) WithLimit(runes int) *TextField {
	f.edit.model.limit = runes
	return f
}

// Monospaced sets the text in the monospaced face and returns the field.
func (f *TextField) Monospaced() *TextField {
	f.edit.style = Style{Size: theme.Text15, Line: theme.Line22, Mono: true}
	return f
}

// Text returns what is in the field.
func (f *TextField) Text() string { return f.edit.value() }

// SetText replaces it, without OnChanged.
func (f *TextField) SetText(s string) {
	f.edit.setValue(s)
	f.Refresh()
}

// SetPlaceholder changes the hint.
func (f *TextField) SetPlaceholder(s string) {
	f.edit.placeholder = s
	f.edit.Refresh()
}

// SetError shows a sentence under the field and marks it; empty takes it away.
func (f *TextField) SetError(problem string) {
	if f.problem == problem {
		return
	}
	f.problem = problem
	f.Refresh()
}

// SetDone shows a tick at the end of the field.
func (f *TextField) SetDone(done bool) {
	f.done = done
	f.Refresh()
}

// SetDisabled greys the field out.
func (f *TextField) SetDisabled(disabled bool) {
	f.edit.disabled = disabled
	f.Refresh()
}

// SelectAll selects the text.
func (f *TextField) SelectAll() { f.edit.selectAll() }

// Focus puts the keyboard into the field.
func (f *TextField) Focus() { f.edit.requestFocus() }

// Focused reports whether it is there.
func (f *TextField) Focused() bool { return f.edit.focused }

// FocusTarget returns what the window's Focus takes.
func (f *TextField) FocusTarget() fyne.Focusable { return f.edit }

func (f *TextField) key(k *fyne.KeyEvent) bool {
	if f.OnKey != nil && f.OnKey(k) {
		return true
	}
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if f.OnSubmitted != nil {
			f.OnSubmitted(f.Text())
		}
		return true
	case fyne.KeyEscape:
		if f.OnEscape != nil {
			f.OnEscape()
		} else {
			Escape(f)
		}
		return true
	}
	return false
}

// Tapped implements fyne.Tappable: the whole box takes the keyboard.
func (f *TextField) Tapped(*fyne.PointEvent) { f.Focus() }

// Cursor implements desktop.Cursorable.
func (f *TextField) Cursor() desktop.Cursor { return desktop.TextCursor }

// CreateRenderer implements fyne.Widget.
func (f *TextField) CreateRenderer() fyne.WidgetRenderer { return newRenderer(f) }

func (f *TextField) height() float32 {
	if f.large {
		return theme.ButtonLarge
	}
	return theme.ButtonHeight
}

func (f *TextField) minSize() fyne.Size {
	h := f.height()
	if f.problem != "" {
		h += theme.Space4 + f.problemFlow(f.Size().Width).height
	}
	return size(120, h)
}

func (f *TextField) problemFlow(width float32) *flow {
	return layoutText(Text(f.problem), flowOptions{style: Small, width: max(width, 120)})
}

func (f *TextField) trailing() bool {
	if f.button == nil {
		return false
	}
	return f.secret || len(f.edit.model.text) > 0
}

func (f *TextField) paint() {
	ground, border, width := theme.Sheet, theme.Outline, theme.BorderWidth
	switch {
	case f.problem != "":
		border, width = theme.Danger, theme.FocusWidth
	case f.edit.focused:
		border, width = theme.AccentInk, theme.FocusWidth
	case f.quiet:
		ground, border, width = theme.Field, "", 0
	case len(f.edit.model.text) > 0:
		border = theme.Line
	}
	if f.edit.disabled {
		ground, border = theme.Field, theme.Line
	}
	box := f.box.rect
	box.FillColor, box.StrokeWidth, box.StrokeColor = theme.Color(ground), width, nil
	if border != "" {
		box.StrokeColor = theme.Color(border)
	}
	f.box.refresh()
	f.glyph.paint(f.icon, theme.Color(theme.Text2))
	switch {
	case f.problem != "" && !f.trailing():
		f.mark.paint(assets.IconWarning, theme.Color(theme.Danger))
	case f.done:
		f.mark.paint(assets.IconCheck, theme.Color(theme.Ok))
	default:
		f.mark.paint("", transparent)
	}
	// Colours that come before the field is in a window reach only the field.
	if f.cap != nil {
		f.cap.Refresh()
	}
}

func (f *TextField) layout(s fyne.Size) {
	h := f.height()
	f.box.place(0, 0, s.Width, h)
	left, right := theme.Space12, s.Width-theme.Space12
	if f.large {
		left, right = theme.Space16, s.Width-theme.Space16
	}
	f.list = append(f.list[:0], f.box.object())
	if f.icon != "" {
		f.glyph.move(left, (h-20)/2)
		f.list = append(f.list, f.glyph.img)
		left += 20 + theme.Space8
	}
	switch {
	case f.trailing():
		place(f.button, s.Width-4-32, (h-32)/2, 32, 32)
		right = s.Width - 4 - 32 - 4
	case f.cap != nil && !f.edit.focused:
		w := f.cap.MinSize().Width
		place(f.cap, right-w, (h-20)/2, w, 20)
		f.list = append(f.list, f.cap)
		right -= w + theme.Space8
	}
	if f.mark.name != "" {
		f.mark.move(right-16, (h-16)/2)
		f.list = append(f.list, f.mark.img)
		right -= 16 + theme.Space8
	}
	place(f.edit, left, (h-theme.Line22)/2, max(right-left, 10), theme.Line22)
	f.list = append(f.list, f.edit)
	if f.trailing() {
		f.list = append(f.list, f.button) // Tab goes through the text first
	}
	if f.problem != "" {
		in := plainInks(theme.Danger)
		f.error.show(f.problemFlow(s.Width), in, 0, h+theme.Space4, s.Width, false)
		f.list = append(f.list, f.error.list...)
	}
}

func (f *TextField) objects() []fyne.CanvasObject { return f.list }
