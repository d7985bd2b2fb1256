package chats

import (
	"fyne.io/fyne/v2"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// menu is what one can do with a conversation from the list.
func (v *View) menu(owner fyne.CanvasObject, at fyne.Position, r vm.ChatRow) {
	choose := func(on bool, yes, no string) string {
		if on {
			return yes
		}
		return no
	}
	item := func(name string, icon assets.IconName, action func()) widget.MenuItem {
		return widget.MenuItem{Name: "menu." + name, Label: text.T("chats.menu." + name), Icon: icon, Action: action}
	}
	unread := r.Unread > 0 || r.MarkedNew
	items := []widget.MenuItem{
		item(choose(r.Pinned, "unpin", "pin"), assets.IconPin, func() { v.vm.Pin(r.ID, !r.Pinned) }),
		item(choose(unread, "read", "unread"), assets.IconCheck, func() { v.vm.MarkRead(r.ID, unread) }),
	}
	if !r.Self {
		icon := assets.IconMute
		if r.Muted {
			icon = assets.IconBell
		}
		items = append(items, item(choose(r.Muted, "unmute", "mute"), icon, func() { v.vm.Mute(r.ID, !r.Muted) }))
	}
	items = append(items, item("details", assets.IconInfo, func() { v.actions.Details(r.ID) }))
	if _, ok := r.ID.ID(); ok {
		items = append(items, item("copy_id", assets.IconCopy, func() {
			fyne.CurrentApp().Clipboard().SetContent(string(r.ID))
			v.Notice(text.T("chats.copied_id"))
		}))
	}
	items = append(items, item("hide", assets.IconEyeOff, func() {
		v.vm.Hide(r.ID)
		v.toast(text.T("chats.hidden"), text.T("chats.undo"), func() { v.vm.Unhide(r.ID) })
	}), widget.MenuItem{})
	v.showMenu(owner, at, append(items, v.harsh(r)...))
}

// harsh are the items that take something away.
func (v *View) harsh(r vm.ChatRow) []widget.MenuItem {
	item := func(name string, icon assets.IconName, action func()) widget.MenuItem {
		return widget.MenuItem{Name: "menu." + name, Label: text.T("chats.menu." + name), Icon: icon, Danger: true, Action: action}
	}
	var items []widget.MenuItem
	switch {
	case r.Self || r.Group:
	case r.Blocked:
		unblock := item("unblock", assets.IconBlock, func() { v.vm.Block(r.ID, false) })
		unblock.Danger = false
		items = append(items, unblock)
	default:
		items = append(items, item("block", assets.IconBlock, func() {
			v.confirm("block", r, func() { v.vm.Block(r.ID, true) })
		}))
	}
	return append(items,
		item("clear", assets.IconReset, func() { v.confirm("clear", r, func() { v.vm.Clear(r.ID) }) }),
		item("delete", assets.IconDelete, func() { v.confirm("delete", r, func() { v.vm.Delete(r.ID) }) }))
}

func (v *View) showMenu(owner fyne.CanvasObject, at fyne.Position, items []widget.MenuItem) {
	widget.ShowMenu(owner, at, items, nil)
}

func (v *View) confirm(what string, r vm.ChatRow, do func()) {
	c := fyne.CurrentApp().Driver().CanvasForObject(v.ground)
	if c == nil {
		return
	}
	widget.Confirm(c, text.F("chats."+what+"_title", "who", r.Title), text.F("chats."+what+"_body", "who", r.Title), text.T("chats."+what), true, do)
}
