package chats

import (
	"fyne.io/fyne/v2"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// menu is what one can do with a conversation from the list.
func (v *View) menu(owner fyne.CanvasObject, at fyne.Position, r vm.ChatRow) {
	items := append(v.placing(r), widget.MenuItem{})
	items = append(items, v.reading(owner, at, r)...)
	items = append(items, widget.MenuItem{})
	items = append(items, v.knowing(r)...)
	items = append(items, widget.MenuItem{})
	items = append(items, v.aside(owner, at, r)...)
	items = append(items, widget.MenuItem{})
	v.showMenu(owner, at, append(items, v.harsh(r)...))
}

func menuItem(name string, icon assets.IconName, action func()) widget.MenuItem {
	return widget.MenuItem{Name: "menu." + name, Label: text.T("chats.menu." + name), Icon: icon, Action: action}
}

// placing are the items about the place in the list.
func (v *View) placing(r vm.ChatRow) []widget.MenuItem {
	items := []widget.MenuItem{menuItem(choice(r.Pinned, "unpin", "pin"), assets.IconPin, func() { v.vm.Pin(r.ID, !r.Pinned) })}
	i, ok := v.vm.Find(r.ID)
	if !r.Pinned || !ok || v.vm.Results != nil || v.vm.Pinned() < 2 {
		return items
	}
	move := func(name string, by int, keys string) widget.MenuItem {
		m := menuItem(name, choice(by < 0, assets.IconChevronUp, assets.IconChevronDown), func() {
			if at, ok := v.vm.Find(r.ID); ok && v.vm.MovePin(r.ID, at+by) {
				v.vm.KeepPins()
			}
		})
		m.Shortcut, m.Disabled = keys, i+by < 0 || i+by >= v.vm.Pinned()
		return m
	}
	return append(items, move("pin_up", -1, "Alt Shift ↑"), move("pin_down", 1, "Alt Shift ↓"))
}

func choice[T any](on bool, yes, no T) T {
	if on {
		return yes
	}
	return no
}

// reading are the items about what is new, and what is told of it.
func (v *View) reading(owner fyne.CanvasObject, at fyne.Position, r vm.ChatRow) []widget.MenuItem {
	unread := r.Unread > 0 || r.MarkedNew
	items := []widget.MenuItem{menuItem(choice(unread, "read", "unread"), assets.IconDoubleCheck, func() { v.vm.MarkRead(r.ID, unread) })}
	if r.Self {
		return items
	}
	notify := menuItem("notify", choice(r.Muted, assets.IconMute, assets.IconBell), func() { v.notifyMenu(owner, at, r) })
	notify.Opens = true
	return append(items, notify)
}

// notifyMenu chooses what a conversation tells of what comes in.
func (v *View) notifyMenu(owner fyne.CanvasObject, at fyne.Position, r vm.ChatRow) {
	var items []widget.MenuItem
	for _, n := range v.vm.Notifies(r.ID) {
		icon := choice(n.Silent(), assets.IconMute, assets.IconBell)
		items = append(items, widget.MenuItem{
			Name: "notify:" + n.Label, Label: n.Label, Icon: icon, Checked: n.On, Disabled: n.Kept,
			Action: func() { v.vm.SetNotify(r.ID, n) },
		})
	}
	v.showMenu(owner, at, items)
}

// knowing are the items about who it is.
func (v *View) knowing(r vm.ChatRow) []widget.MenuItem {
	var items []widget.MenuItem
	if !r.Self && !r.Group {
		items = append(items, menuItem("nickname", assets.IconEdit, func() { v.nickname(r) }))
	}
	items = append(items, menuItem("details", assets.IconInfo, func() { v.actions.Details(r.ID) }))
	if _, ok := r.ID.ID(); ok {
		items = append(items, menuItem("copy_id", assets.IconCopy, func() {
			fyne.CurrentApp().Clipboard().SetContent(string(r.ID))
			v.Notice(text.T("chats.copied_id"))
		}))
	}
	return items
}

func (v *View) nickname(r vm.ChatRow) {
	name, nickname := v.vm.Names(r.ID)
	v.ask(question{
		title: text.T("chats.nickname"), hint: text.T("chats.nickname_hint"), value: nickname, placeholder: name, empty: true,
		done: func(s string) { v.vm.SetNickname(r.ID, s) },
	})
}

// aside are the items that put the conversation somewhere else.
func (v *View) aside(owner fyne.CanvasObject, at fyne.Position, r vm.ChatRow) []widget.MenuItem {
	folder := menuItem("folder", assets.IconFolder, func() { v.folderMenu(owner, at, r) })
	folder.Opens = true
	archive := menuItem(choice(r.Archived, "unarchive", "archive"), assets.IconArchive, func() { v.archive(r) })
	hide := menuItem("hide", assets.IconEyeOff, func() {
		back := v.vm.Place(r.ID)
		v.vm.Hide(r.ID)
		v.toast(text.T("chats.hidden"), text.T("chats.undo"), func() {
			v.vm.Unhide(r.ID)
			back()
		})
	})
	return []widget.MenuItem{folder, archive, hide}
}

func (v *View) archive(r vm.ChatRow) {
	back := v.vm.Place(r.ID)
	v.vm.Archive(r.ID, !r.Archived)
	v.toast(text.T(choice(r.Archived, "chats.unarchived", "chats.archived")), text.T("chats.undo"), func() {
		v.vm.Archive(r.ID, r.Archived)
		back()
	})
}

// brief is a name as a menu shows it.
func brief(name string) string {
	const most = 32
	if r := []rune(name); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return name
}

// folderMenu moves a conversation to a folder, also to a new one.
func (v *View) folderMenu(owner fyne.CanvasObject, at fyne.Position, r vm.ChatRow) {
	var items []widget.MenuItem
	for _, name := range v.vm.Folders() {
		items = append(items, widget.MenuItem{
			Name: "folder:" + name, Label: brief(name), Icon: assets.IconFolder, Checked: name == r.Folder,
			Action: func() { v.vm.SetFolder(r.ID, name) },
		})
	}
	if len(items) > 0 {
		none := menuItem("no_folder", assets.IconClose, func() { v.vm.SetFolder(r.ID, "") })
		none.Checked = r.Folder == ""
		items = append(items, none, widget.MenuItem{})
	}
	items = append(items, menuItem("new_folder", assets.IconPlus, func() {
		v.ask(question{
			title: text.T("chats.folder_new"), hint: text.T("chats.folder_hint"), placeholder: text.T("chats.folder_name"),
			done: func(s string) { v.vm.SetFolder(r.ID, s) },
		})
	}))
	v.showMenu(owner, at, items)
}

// harsh are the items that take something away.
func (v *View) harsh(r vm.ChatRow) []widget.MenuItem {
	item := func(name string, icon assets.IconName, action func()) widget.MenuItem {
		m := menuItem(name, icon, action)
		m.Danger = true
		return m
	}
	var items []widget.MenuItem
	contact := !r.Self && !r.Group
	switch {
	case !contact:
	case r.Blocked:
		items = append(items, menuItem("unblock", assets.IconBlock, func() { v.vm.Block(r.ID, false) }))
	default:
		items = append(items, item("block", assets.IconBlock, func() {
			v.confirm("block", r, func() { v.vm.Block(r.ID, true) })
		}))
	}
	items = append(items, item("clear", assets.IconReset, func() { v.confirm("clear", r, func() { v.vm.Clear(r.ID) }) }))
	switch r.Kind {
	case model.KindCommunity:
		return append(items, item("leave", assets.IconLeave, func() { v.leave(r) }))
	case model.KindGroup:
		return append(items, item("leave_group", assets.IconLeave, func() { v.leave(r) }))
	case model.KindLegacyGroup:
		return append(items, item("delete", assets.IconDelete, func() { v.leave(r) }))
	}
	items = append(items, item("delete", assets.IconDelete, func() { v.confirm("delete_messages", r, func() { v.vm.DeleteHistory(r.ID) }) }))
	if contact {
		items = append(items, item("delete_contact", assets.IconUser, func() { v.confirm("delete", r, func() { v.vm.Delete(r.ID) }) }))
	}
	return items
}

// leave asks whether a group or community shall be left, and says what that means.
func (v *View) leave(r vm.ChatRow) {
	v.vm.Leaving(r, func(key string) {
		if c := fyne.CurrentApp().Driver().CanvasForObject(v.ground); c != nil {
			widget.Confirm(c, text.F(key+"_title", "name", r.Title), text.F(key+"_body", "name", r.Title), text.T(key+"_do"), true, func() { v.vm.Leave(r) })
		}
	})
}

func (v *View) showMenu(owner fyne.CanvasObject, at fyne.Position, items []widget.MenuItem) {
	widget.ShowMenu(owner, at, items, nil)
}

// confirm asks first and says what will happen, in the words of the details of
// that conversation.
func (v *View) confirm(what string, r vm.ChatRow, do func()) {
	c := fyne.CurrentApp().Driver().CanvasForObject(v.ground)
	if c == nil {
		return
	}
	key := "contact." + what
	if r.Group {
		key = "group." + what
	}
	body := key + "_body"
	if r.Self {
		body += "_self"
	}
	widget.Confirm(c, text.F(key+"_title", "name", r.Title), text.F(body, "name", r.Title), text.T(key+"_do"), true, do)
}
