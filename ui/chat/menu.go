package chat

import (
	"slices"

	"fyne.io/fyne/v2"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/timersheet"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// menu is what one can do with a message, and quick reactions above it.
func (v *View) menu(owner fyne.CanvasObject, at fyne.Position, m *vm.ChatMessage) {
	items := v.menuItems(m)
	if !v.writable(m) || !m.CanReact() {
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

// writable reports whether the message can be answered and reacted to.
func (v *View) writable(m *vm.ChatMessage) bool {
	return m.CanReply() && !v.vm.Head.Blocked && v.vm.Head.Closed == ""
}

func menuItem(name string, icon assets.IconName, keys string, action func()) widget.MenuItem {
	return widget.MenuItem{Name: "menu." + name, Label: text.T("chat.menu." + name), Icon: icon, Shortcut: keys, Action: action}
}

// menuItems are the rows in groups: what is done with the message, what it
// says, what becomes of it. A line, and what was deleted, can be picked and
// deleted only.
func (v *View) menuItems(m *vm.ChatMessage) []widget.MenuItem {
	var out []widget.MenuItem
	group := func(items ...widget.MenuItem) {
		items = slices.DeleteFunc(items, func(i widget.MenuItem) bool { return i.Label == "" })
		if len(items) > 0 && len(out) > 0 {
			out = append(out, widget.MenuItem{})
		}
		out = append(out, items...)
	}
	when := func(on bool, item widget.MenuItem) widget.MenuItem {
		if on {
			return item
		}
		return widget.MenuItem{}
	}
	pick := menuItem("select", assets.IconSelect, "S", func() {
		v.vm.Pick(m.ID)
		v.messages.takeKeyboard()
	})
	said := m.Line == vm.LineNone && !m.Deleted
	if said {
		link, files := firstLink(m.Body), v.fileItems(m)
		group(
			when(m.State == vm.ChatFailed, menuItem("retry", assets.IconRetry, "", func() { v.vm.Retry(m.ID) })),
			when(v.writable(m), menuItem("reply", assets.IconReply, "R", func() { v.reply(m) })),
			when(v.vm.CanEdit(m), menuItem("edit", assets.IconEdit, "", func() {
				v.vm.Edit(m)
				v.Focus()
			})),
			when(vm.CanForward(m), menuItem("forward", assets.IconForward, "F", func() { v.forward(m) })),
			v.copyItem(m),
			nth(files, 0), nth(files, 1),
			when(m.Invite != nil && m.Invite.URL != "", menuItem("copy_room", assets.IconLink, "", func() { v.copy(m.Invite.URL, "chat.copied_link") })),
			when(link != "", menuItem("open_link", assets.IconLink, "", func() { v.link(widget.Span{Kind: widget.Link, Data: link}) })),
			when(link != "", menuItem("copy_link", assets.IconCopy, "", func() { v.copy(link, "chat.copied_link") })),
			when(m.Quote != nil && m.Quote.Found, menuItem("quoted", assets.IconArrowLeft, "", func() { v.vm.GoToQuoted(m) })),
			when(v.messages.folded(m), menuItem("unfold", assets.IconExpand, "", func() { v.messages.unfold(v.messages.keyOf(m)) })),
		)
		group(
			when(len(m.Reacts) > 0, menuItem("reactions", assets.IconHeart, "", func() { v.showReactions(m) })),
			menuItem("info", assets.IconInfo, "I", func() { v.showInfo(m) }),
			v.copyIDItem(m),
			pick,
		)
	} else {
		group(pick)
	}
	group(v.moderation(m)...)
	remove := menuItem("delete", assets.IconDelete, "Del", func() { v.deleteMessage(m) })
	if v.vm.CanDeleteForEveryone(m) {
		remove.Label = text.T("chat.menu.delete_ask")
	}
	remove.Danger = true
	group(remove)
	return out
}

// nth is an item of a list, or none.
func nth(list []widget.MenuItem, i int) widget.MenuItem {
	if i < len(list) {
		return list[i]
	}
	return widget.MenuItem{}
}

// copyIDItem copies who wrote the message: the Session ID, or what a community
// calls them.
func (v *View) copyIDItem(m *vm.ChatMessage) widget.MenuItem {
	name, done := "copy_id", "chat.copied_id"
	if vm.Blinded(m.SenderID) {
		name, done = "copy_blinded", "chat.copied_blinded"
	}
	return menuItem(name, assets.IconKey, "", func() { v.copy(m.SenderID.String(), done) })
}

// copyItem copies what is selected in the message, or all of it.
func (v *View) copyItem(m *vm.ChatMessage) widget.MenuItem {
	if marked := v.messages.mark; marked.text != "" && marked.key == v.messages.keyOf(m) {
		return menuItem("copy_marked", assets.IconCopy, "Ctrl C", func() { v.copy(marked.text, "chat.copied") })
	}
	if m.Body == "" && len(m.Files) == 0 { // a card has its own
		return widget.MenuItem{}
	}
	return menuItem("copy", assets.IconCopy, "C", func() { v.copyText(m) })
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
	timersheet.Open(c, v.vm.Head.Kind, choices, now, v.vm.SetTimer)
}
