package chat

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// pickBar stands in the place of the header while messages are picked.
type pickBar struct {
	object  *fyne.Container
	count   *widget.Label
	copy    *widget.IconButton
	forward *widget.IconButton
	remove  *widget.IconButton
}

func newPickBar(v *View) *pickBar {
	p := &pickBar{count: widget.NewLabel("", widget.BodyBold, theme.Text)}
	button := func(name string, icon assets.IconName, do func()) *widget.IconButton {
		return widget.Name(widget.NewIconButton(icon, text.T("chat.pick_"+name), do), "pick."+name)
	}
	cancel := button("cancel", assets.IconClose, func() { v.Escape() })
	p.copy = button("copy", assets.IconCopy, v.copyPicked)
	p.forward = button("forward", assets.IconForward, v.forwardPicked)
	p.remove = button("delete", assets.IconDelete, v.deletePicked)
	p.object = container.New(widget.Row{Gap: 4}, cancel,
		container.New(widget.Inset{Left: 8, Top: 9, Bottom: 9}, p.count), widget.NewSpacer(container.NewWithoutLayout()), p.copy, p.forward, p.remove)
	p.object.Hide()
	return p
}

func (p *pickBar) update(list []*vm.ChatMessage) {
	p.count.SetText(text.N("chat.picked", len(list)))
	told, sent := 0, 0
	for _, m := range list {
		if m.Line == vm.LineNone && !m.Deleted {
			told++
		}
		if vm.CanForward(m) {
			sent++
		}
	}
	p.copy.SetDisabled(told == 0)
	p.forward.SetDisabled(sent == 0)
	p.remove.SetDisabled(len(list) == 0)
	p.object.Refresh()
}

func (v *View) copyPicked() {
	list := v.vm.Picked()
	if len(list) == 0 {
		return
	}
	v.copy(v.vm.CopyText(list), "chat.copied")
	v.vm.StopPicking()
	v.Focus()
}

func (v *View) forwardPicked() {
	list := v.vm.Picked()
	v.actions.Forward(list, func() {
		v.vm.StopPicking()
		v.Focus()
	})
}

func (v *View) deletePicked() {
	list := v.vm.Picked()
	if len(list) == 0 {
		return
	}
	v.askDelete(list, func() {
		v.vm.StopPicking()
		v.Focus()
	})
}

// keyOf returns the key of a message's item.
func (m *messages) keyOf(c *vm.ChatMessage) string {
	for i := range m.items {
		if m.items[i].Message == c {
			return m.items[i].Key
		}
	}
	return ""
}

// reactTo offers quick reactions to the message chosen with the keyboard.
func (m *messages) reactTo(c *vm.ChatMessage) {
	if !c.CanReply() {
		return
	}
	for i := range m.items {
		b, ok := m.list.Row(i).(*widget.Bubble)
		if !ok || m.items[i].Message != c {
			continue
		}
		at, size := b.BubbleFrame()
		origin := fyne.CurrentApp().Driver().AbsolutePositionForObject(b)
		openPicker(m.v.vm, b, origin.Add(at).AddXY(0, size.Height), func(emoji string) { m.v.vm.React(c, emoji) }, nil)
	}
}

// mark is text selected in one message.
type mark struct {
	key            string // of its item
	anchor         int    // where the pointer went down
	from, to       int
	text           string
	clicks         int
	dragged, multi bool // multi: the pointer left the message, whole messages are picked
}

// press begins selecting text, or extends it.
func (m *messages) press(key string, b *widget.Bubble, p widget.BubblePress) {
	m.pressed = p.Modifier
	if m.v.vm.Picking() || p.Modifier&fyne.KeyModifierShortcutDefault != 0 {
		return
	}
	if p.Modifier&fyne.KeyModifierShift != 0 && m.mark.key == key && m.mark.from < m.mark.to {
		m.extend(b, p.Place)
		return
	}
	before := m.mark
	m.mark = mark{key: key, anchor: p.Place, from: p.Place, to: p.Place, clicks: p.Clicks}
	if p.Text {
		switch {
		case p.Clicks == 2:
			m.mark.from, m.mark.to = b.Word(p.Place)
		case p.Clicks > 2:
			m.mark.from, m.mark.to = b.Paragraph(p.Place)
		}
	}
	m.marked(b, before.key)
}

// drag extends the selection, or picks messages once the pointer has left.
func (m *messages) drag(key string, b *widget.Bubble, p widget.BubblePress) {
	if m.mark.key != key {
		return
	}
	over := m.messageAt(p.Absolute)
	if !p.Inside && over != nil && m.items[*over].Key != key || m.mark.multi {
		m.dragOver(key, over)
		return
	}
	m.extend(b, p.Place)
}

func (m *messages) extend(b *widget.Bubble, place int) {
	k := &m.mark
	k.from, k.to, k.dragged = min(k.anchor, place), max(k.anchor, place), true
	if k.clicks == 2 {
		from, _ := b.Word(k.from)
		_, to := b.Word(k.to)
		k.from, k.to = min(from, k.from), max(to, k.to)
	}
	m.marked(b, k.key)
}

// dragOver picks the messages from where the pointer went down to where it is.
func (m *messages) dragOver(key string, over *int) {
	k := &m.mark
	if over == nil || m.items[*over].Message == nil {
		return
	}
	begin := -1
	for i := range m.items {
		if m.items[i].Key == key {
			begin = i
		}
	}
	if begin < 0 || m.items[begin].Message == nil {
		return
	}
	*k = mark{key: key, multi: true, anchor: k.anchor}
	m.v.vm.StopPicking()
	m.v.vm.Pick(m.items[begin].Message.ID)
	m.v.vm.PickTo(m.items[*over].Message.ID)
}

// messageAt finds the message under a point of the window.
func (m *messages) messageAt(at fyne.Position) *int {
	origin := fyne.CurrentApp().Driver().AbsolutePositionForObject(m.list)
	i := m.list.RowAt(at.Y - origin.Y)
	if i < 0 || i >= len(m.items) || m.items[i].Kind != vm.ItemMessage {
		return nil
	}
	return &i
}

// marked shows what is selected, keeps its text, and takes the keyboard for
// Ctrl+C.
func (m *messages) marked(b *widget.Bubble, before string) {
	k := &m.mark
	k.text = ""
	if k.from < k.to {
		k.text = b.SelectedText(k.from, k.to)
		if c := m.v.canvas(); c != nil && c.Focused() != m.list {
			c.Focus(m.list)
		}
	}
	m.remark(before, k.key)
}

func (m *messages) remark(keys ...string) {
	for i := range m.items {
		for _, key := range keys {
			if key != "" && m.items[i].Key == key {
				if b, ok := m.list.Row(i).(*widget.Bubble); ok {
					b.Set(m.bubble(i))
				}
			}
		}
	}
}

// unmark ends the selection; false when there was none.
func (m *messages) unmark() bool {
	was := m.mark
	m.mark = mark{}
	m.remark(was.key)
	return was.from < was.to
}

// tapped picks a message where that is what a press means.
func (m *messages) tapped(c *vm.ChatMessage) {
	chat := m.v.vm
	switch {
	case c.ID == 0:
	case m.pressed&fyne.KeyModifierShift != 0 && chat.Picking():
		chat.PickTo(c.ID)
	case chat.Picking() && !m.mark.multi, m.pressed&fyne.KeyModifierShortcutDefault != 0:
		m.unmark()
		chat.Pick(c.ID)
		m.takeKeyboard()
	}
	m.mark.multi = false
}

func (m *messages) takeKeyboard() {
	if c := m.v.canvas(); c != nil {
		c.Focus(m.list)
	}
}

// shortcut does what Ctrl and a letter mean in the list.
func (m *messages) shortcut(s fyne.Shortcut) bool {
	switch s := s.(type) {
	case *fyne.ShortcutCopy:
		switch {
		case m.v.vm.Picking():
			m.v.copyPicked()
		case m.mark.text != "":
			m.v.copy(m.mark.text, "chat.copied")
		case m.v.vm.Chosen() != nil:
			m.v.copyText(m.v.vm.Chosen())
		}
		return true
	case *desktop.CustomShortcut:
		chosen := m.v.vm.Chosen()
		const control, shift = fyne.KeyModifierShortcutDefault, fyne.KeyModifierShift
		switch {
		case chosen == nil:
			return false
		case s.KeyName == fyne.KeyR && s.Modifier == control|shift:
			m.v.reply(chosen)
		case s.KeyName == fyne.KeyE && s.Modifier == control|shift:
			m.reactTo(chosen)
		case s.KeyName == fyne.KeyS && s.Modifier == control:
			m.v.save(saveable(chosen)...)
		default:
			return false
		}
		return true
	case *fyne.ShortcutSelectAll:
		m.unmark()
		m.v.vm.PickAll()
		return true
	}
	return false
}
