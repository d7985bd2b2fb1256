package chat

import (
	"fyne.io/fyne/v2"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// menu is what one can do with a message, and quick reactions above it.
func (v *View) menu(owner fyne.CanvasObject, at fyne.Position, m *vm.ChatMessage) {
	item := func(name string, icon assets.IconName, keys string, action func()) widget.MenuItem {
		return widget.MenuItem{Name: "menu." + name, Label: text.T("chat.menu." + name), Icon: icon, Shortcut: keys, Action: action}
	}
	var items []widget.MenuItem
	if m.State == vm.ChatFailed {
		items = append(items, item("retry", assets.IconRetry, "", func() { v.vm.Retry(m.ID) }))
	}
	writable := m.CanReply() && !v.vm.Head.Blocked
	if writable {
		items = append(items, item("reply", assets.IconReply, "R", func() { v.reply(m) }))
	}
	if marked := v.messages.mark; marked.text != "" && marked.key == v.messages.keyOf(m) {
		items = append(items, item("copy_marked", assets.IconCopy, "Ctrl C", func() { v.copy(marked.text, "chat.copied") }))
	} else if m.Body != "" {
		items = append(items, item("copy", assets.IconCopy, "C", func() { v.copyText(m) }))
	}
	if link := firstLink(m.Body); link != "" {
		items = append(items, item("copy_link", assets.IconLink, "", func() { v.copy(link, "chat.copied_link") }))
	}
	if vm.CanForward(m) {
		items = append(items, item("forward", assets.IconForward, "F", func() { v.forward(m) }))
	}
	items = append(items,
		item("select", assets.IconCheck, "S", func() {
			v.vm.Pick(m.ID)
			v.messages.takeKeyboard()
		}),
		item("copy_id", assets.IconKey, "", func() { v.copy(m.SenderID.String(), "chat.copied_id") }),
		item("info", assets.IconInfo, "", func() { v.showInfo(m) }), widget.MenuItem{})
	remove := item("delete", assets.IconDelete, "Del", func() { v.deleteMessage(m) })
	if v.vm.CanDeleteForEveryone(m) {
		remove = item("delete_ask", assets.IconDelete, "Del", func() { v.deleteMessage(m) })
	}
	remove.Name, remove.Danger = "menu.delete", true
	items = append(items, remove)
	if !writable {
		widget.ShowMenu(owner, at, items, nil)
		return
	}
	var open *widget.Menu
	strip := newStrip(v.vm, m, func(emoji string) {
		open.Dismiss()
		v.vm.React(m, emoji)
	}, func() {
		open.Dismiss()
		openPicker(v.vm, owner, at, func(emoji string) { v.vm.React(m, emoji) }, nil)
	})
	open = widget.ShowMenuWith(owner, at, items, strip, nil)
}

// forward asks where a message shall go.
func (v *View) forward(m *vm.ChatMessage) {
	if vm.CanForward(m) {
		v.actions.Forward([]*vm.ChatMessage{m}, v.Focus)
	}
}

func (v *View) reply(m *vm.ChatMessage) {
	v.vm.ReplyTo(m.ID)
	v.Focus()
}

// copyText copies a message as it is shown.
func (v *View) copyText(m *vm.ChatMessage) {
	v.copy(v.vm.CopyText([]*vm.ChatMessage{m}), "chat.copied")
}

func (v *View) copy(s, done string) {
	fyne.CurrentApp().Clipboard().SetContent(s)
	v.Notice(text.T(done))
}

// firstLink returns the address of the first link in a text.
func firstLink(s string) string {
	for _, span := range widget.ParseText(s, nil) {
		if span.Kind == widget.Link {
			return span.Data
		}
	}
	return ""
}

// askTimer asks how messages shall disappear.
func (v *View) askTimer() {
	c := v.canvas()
	if c == nil || !v.head.canTime() {
		return
	}
	choices, now := v.vm.TimerChoices()
	openTimer(c, choices, now, v.vm.SetTimer)
}
