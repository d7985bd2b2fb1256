package chat

import (
	"net/url"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
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
	if m.Body != "" {
		items = append(items, item("copy", assets.IconCopy, "C", func() { v.copyText(m) }))
	}
	if link := firstLink(m.Body); link != "" {
		items = append(items, item("copy_link", assets.IconLink, "", func() { v.copy(link, "chat.copied_link") }))
	}
	items = append(items, item("info", assets.IconInfo, "", func() { v.showInfo(m) }), widget.MenuItem{})
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
	strip := newStrip(m, func(emoji string) {
		open.Dismiss()
		v.vm.React(m, emoji)
	}, func() {
		open.Dismiss()
		openPicker(owner, at, func(emoji string) { v.vm.React(m, emoji) }, nil)
	})
	open = widget.ShowMenuWith(owner, at, items, strip, nil)
}

func (v *View) reply(m *vm.ChatMessage) {
	v.vm.ReplyTo(m.ID)
	v.Focus()
}

// copyText copies a message as it is shown.
func (v *View) copyText(m *vm.ChatMessage) {
	s := ""
	for _, span := range widget.ParseText(m.Body, mentions(m)) {
		if span.Kind == widget.Mention || span.Kind == widget.MentionMe {
			s += span.Text
		}
	}
	if s == "" {
		v.copy(m.Body, "chat.copied")
		return
	}
	v.copy(namedText(m), "chat.copied")
}

// namedText is the text with names for mentions.
func namedText(m *vm.ChatMessage) string {
	return mentionToken.ReplaceAllStringFunc(m.Body, func(s string) string {
		if n, ok := m.Mentions[s[1:]]; ok {
			return n.Label
		}
		return s
	})
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

// link opens what was pressed in a text: a person, or after a question a page.
func (v *View) link(s widget.Span) {
	if s.Kind != widget.Link {
		if id, err := model.ParseID(s.Data); err == nil {
			v.actions.Profile(id)
		}
		return
	}
	address, err := url.Parse(s.Data)
	if err != nil || v.canvas() == nil {
		return
	}
	const width = 420
	sheet := widget.NewSheet(text.T("chat.link_title"), container.New(widget.Column{Gap: 12},
		widget.NewParagraph(s.Data, widget.BodyBold, theme.Text, width-48),
		widget.NewParagraph(text.T("chat.link_body"), widget.Small, theme.Text2, width-48)))
	sheet.Width = width
	open := widget.Name(widget.NewButton(text.T("chat.link_open"), widget.Primary, func() {
		sheet.Dismiss()
		if err := fyne.CurrentApp().OpenURL(address); err != nil {
			v.copy(s.Data, "chat.copied_link") // there is no browser: the next best thing
		}
	}), "link.open")
	copied := widget.Name(widget.NewButton(text.T("chat.link_copy"), widget.Secondary, func() {
		sheet.Dismiss()
		v.copy(s.Data, "chat.copied_link")
	}), "link.copy")
	sheet.SetFooter(nil, copied, open)
	sheet.SetInitialFocus(open)
	sheet.Open(v.canvas())
}

// deleteMessage deletes somebody else's message here, and asks where an own
// one shall go.
func (v *View) deleteMessage(m *vm.ChatMessage) {
	if !v.vm.CanDeleteForEveryone(m) {
		v.deleteHere(m)
		return
	}
	c := v.canvas()
	if c == nil {
		return
	}
	const width = 420
	everyone := false
	all, line := text.T("chat.delete_all"), text.T("chat.delete_all_line")
	if v.vm.Head.Kind == model.KindSelf {
		all, line = text.T("chat.delete_mine"), text.T("chat.delete_mine_line")
	}
	var here, there *widget.Check
	choose := func(on bool) func() {
		return func() {
			everyone = on
			here.SetOn(!on)
			there.SetOn(on)
		}
	}
	here = widget.NewRadio(text.T("chat.delete_here"), true, choose(false))
	there = widget.NewRadio(all, false, choose(true))
	widget.Name(here, "delete.here")
	widget.Name(there, "delete.everyone")
	note := func(s string) fyne.CanvasObject {
		return container.New(widget.Inset{Left: 32, Bottom: 12}, widget.NewParagraph(s, widget.Small, theme.Text2, width-48-32))
	}
	sheet := widget.NewSheet(text.T("chat.delete_title"), container.New(widget.Column{Gap: 2},
		here, note(text.T("chat.delete_here_line")), there, note(line)))
	sheet.Width = width
	do := widget.Name(widget.NewButton(text.T("chat.delete"), widget.Danger, func() {
		sheet.Dismiss()
		if everyone {
			v.vm.DeleteForEveryone(m.ID)
		} else {
			v.deleteHere(m)
		}
	}), "delete.ok")
	sheet.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, sheet.Dismiss), do)
	sheet.SetInitialFocus(do)
	sheet.Open(c)
}

// deleteHere deletes a message on this device, with a moment to think again.
func (v *View) deleteHere(m *vm.ChatMessage) {
	if v.undo != nil {
		v.undo()
	}
	id := m.ID
	v.vm.Hold(id)
	dismiss := v.toast(text.T("chat.deleted_here"), text.T("chat.undo"),
		func() {
			v.undo = nil
			v.vm.Restore(id)
		},
		func() {
			v.undo = nil
			v.vm.DeleteHeld(id)
		})
	v.undo = func() {
		v.undo = nil
		dismiss()
		v.vm.DeleteHeld(id)
	}
}

// showInfo shows what is known of a message.
func (v *View) showInfo(m *vm.ChatMessage) {
	v.vm.Facts(m, func(facts []vm.ChatFact) {
		if c := v.canvas(); c != nil {
			const width = 440
			rows := container.New(widget.Column{Gap: 12})
			add := func(label, value string, style widget.Style) {
				rows.Add(container.New(widget.Column{},
					widget.NewLabel(label, widget.Caption, theme.Text3),
					widget.NewParagraph(value, style, theme.Text, width-48)))
			}
			for _, f := range facts {
				add(f.Label, f.Value, widget.Body)
			}
			for _, r := range m.Reacts {
				who := ""
				for i, n := range r.Who {
					if i > 0 {
						who += ", "
					}
					who += n
				}
				add(r.Emoji, who, widget.Body)
			}
			sheet := widget.NewSheet(text.T("chat.info_title"), rows)
			sheet.Width = width
			sheet.Open(c)
		}
	})
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
