package chat

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// newStrip is the row of quick reactions over a message's menu, 44 high.
func newStrip(chat *vm.Chat, m *vm.ChatMessage, chosen func(emoji string), more func()) fyne.CanvasObject {
	row := container.New(widget.Row{Gap: 4})
	for _, e := range chat.RecentEmoji()[:vm.QuickReactions] {
		mine := false
		for _, r := range m.Reacts {
			mine = mine || r.Emoji == e && r.Mine
		}
		row.Add(newEmojiKey(e, mine, func() { chosen(e) }))
	}
	plus := widget.Name(widget.NewDenseIconButton(assets.IconPlus, text.T("chat.react_more"), more), "reaction.more")
	row.Add(plus)
	ground := widget.NewSurface(theme.Sheet, nil)
	ground.Border, ground.Radius = theme.Line, 22
	return container.NewStack(ground, container.New(widget.Inset{Left: 4, Right: 8, Top: 4, Bottom: 4}, row))
}

// emojiKey is one emoji that can be pressed, 36 wide and high.
type emojiKey struct {
	fynewidget.BaseWidget
	emoji   string
	name    string  // for tests; the emoji itself unless set
	size    float32 // emojiCell unless set
	on      bool
	tapped  func()
	hovered bool
	focused bool
	ground  *canvas.Circle
	face    *canvas.Text
}

var (
	_ fyne.Tappable      = (*emojiKey)(nil)
	_ fyne.Focusable     = (*emojiKey)(nil)
	_ desktop.Hoverable  = (*emojiKey)(nil)
	_ desktop.Cursorable = (*emojiKey)(nil)
)

const (
	emojiCell float32 = 36
	emojiSize float32 = 22
)

func newEmojiKey(emoji string, on bool, tapped func()) *emojiKey {
	k := &emojiKey{emoji: emoji, on: on, tapped: tapped, ground: canvas.NewCircle(nil), face: newEmojiText(emoji)}
	k.ExtendBaseWidget(k)
	return k
}

func newEmojiText(emoji string) *canvas.Text {
	t := canvas.NewText(emoji, theme.Color(theme.Text))
	t.TextSize, t.FontSource = emojiSize, assets.Font(assets.Emoji)
	return t
}

// InspectName names the emoji for driven tests.
func (k *emojiKey) InspectName() string {
	if k.name != "" {
		return k.name
	}
	return "reaction." + k.emoji
}

// AccessibilityLabel implements fyne.Accessible.
func (k *emojiKey) AccessibilityLabel() string { return vm.EmojiName(k.emoji) }

// AccessibilityRole implements fyne.Accessible.
func (k *emojiKey) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer implements fyne.Widget.
func (k *emojiKey) CreateRenderer() fyne.WidgetRenderer { return &emojiKeyRenderer{k} }

type emojiKeyRenderer struct{ k *emojiKey }

func (r *emojiKeyRenderer) Destroy()           {}
func (r *emojiKeyRenderer) MinSize() fyne.Size { return fyne.NewSize(r.k.cell(), r.k.cell()) }
func (r *emojiKeyRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.k.ground, r.k.face}
}

func (k *emojiKey) cell() float32 {
	if k.size > 0 {
		return k.size
	}
	return emojiCell
}

func (r *emojiKeyRenderer) Layout(size fyne.Size) {
	k := r.k
	k.face.TextSize = emojiSize * k.cell() / emojiCell
	k.ground.Hidden = !(k.on || k.hovered || k.focused)
	k.ground.FillColor = theme.Color(theme.Hover)
	k.ground.StrokeWidth, k.ground.StrokeColor = 0, nil
	if k.on {
		k.ground.FillColor = theme.Color(theme.AccentSoft)
	}
	if k.focused {
		k.ground.StrokeWidth, k.ground.StrokeColor = theme.FocusWidth, theme.Color(theme.AccentInk)
	}
	put(k.ground, 0, 0, size.Width, size.Height)
	m := k.face.MinSize()
	put(k.face, (size.Width-m.Width)/2, (size.Height-m.Height)/2, m.Width, m.Height)
}

func (r *emojiKeyRenderer) Refresh() {
	r.Layout(r.k.Size())
	canvas.Refresh(r.k)
}

// Tapped implements fyne.Tappable.
func (k *emojiKey) Tapped(*fyne.PointEvent) { k.tapped() }

// Cursor implements desktop.Cursorable.
func (k *emojiKey) Cursor() desktop.Cursor { return desktop.PointerCursor }

// MouseIn implements desktop.Hoverable.
func (k *emojiKey) MouseIn(*desktop.MouseEvent) { k.set(true, k.focused) }

// MouseMoved implements desktop.Hoverable.
func (k *emojiKey) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (k *emojiKey) MouseOut() { k.set(false, k.focused) }

// FocusGained implements fyne.Focusable.
func (k *emojiKey) FocusGained() { k.set(k.hovered, true) }

// FocusLost implements fyne.Focusable.
func (k *emojiKey) FocusLost() { k.set(k.hovered, false) }

// TypedRune implements fyne.Focusable.
func (k *emojiKey) TypedRune(r rune) {
	if r == ' ' {
		k.tapped()
	}
}

// TypedKey implements fyne.Focusable.
func (k *emojiKey) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		k.tapped()
	case fyne.KeyEscape:
		widget.Escape(k)
	}
}

func (k *emojiKey) set(hovered, focused bool) {
	k.hovered, k.focused = hovered, focused
	k.Refresh()
}
