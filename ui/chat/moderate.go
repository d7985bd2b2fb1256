package chat

import (
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// moderation are the rows of the menu for who moderates a community.
func (v *View) moderation(m *vm.ChatMessage) []widget.MenuItem {
	mod := v.vm.Moderation(m)
	var out []widget.MenuItem
	add := func(on bool, name string, icon assets.IconName, danger bool, action func()) {
		if on {
			item := menuItem(name, icon, "", action)
			item.Danger = danger
			out = append(out, item)
		}
	}
	add(v.vm.CanWhisper(m) && v.writable(m), "whisper", assets.IconEye, false, func() {
		v.vm.WhisperTo(m)
		v.Focus()
	})
	add(v.vm.CanWhisperToModerators() && v.writable(m), "whisper_moderators", assets.IconEye, false, func() {
		v.vm.WhisperTo(nil)
		v.Focus()
	})
	add(mod.Pin && !mod.Pinned, "pin", assets.IconPin, false, func() { v.vm.Pin(mod, true) })
	add(mod.Pin && mod.Pinned, "unpin", assets.IconPin, false, func() { v.vm.Pin(mod, false) })
	add(mod.Appoint, "appoint", assets.IconAdmin, false, func() {
		v.confirm("chat.appoint", m.Sender, false, func() { v.vm.SetModerator(mod, true) })
	})
	add(mod.Dismiss, "dismiss", assets.IconAdmin, false, func() {
		v.confirm("chat.dismiss", m.Sender, true, func() { v.vm.SetModerator(mod, false) })
	})
	add(mod.Ban, "unban", assets.IconUnlock, false, func() { v.vm.Unban(mod) })
	add(mod.Ban, "ban", assets.IconBlock, true, func() { v.askBan(mod, m.Sender) })
	add(mod.Ban, "delete_all", assets.IconDelete, true, func() {
		v.confirm("chat.delete_all_of", m.Sender, true, func() { v.vm.DeleteAllOf(mod) })
	})
	return out
}

func (v *View) confirm(key, who string, danger bool, do func()) {
	widget.Confirm(v.canvas(), text.F(key+"_title", "who", who), text.F(key+"_body", "who", who), text.T(key+"_do"), danger, do)
}

// askBan asks for how long somebody is shut out.
func (v *View) askBan(mod vm.Moderation, who string) {
	const width = 420
	lengths := vm.BanLengths()
	chosen, messages := len(lengths)-1, false
	var radios []*widget.Check
	body := container.New(widget.Column{Gap: 8}, widget.NewParagraph(text.F("chat.ban.body", "who", who), widget.Small, theme.Text2, width-48))
	for i, l := range lengths {
		r := widget.Name(widget.NewRadio(l.Label, i == chosen, func() {
			chosen = i
			for j, other := range radios {
				other.SetOn(j == i)
			}
		}), "ban.choice")
		radios = append(radios, r)
		body.Add(r)
	}
	body.Add(widget.NewSeparator())
	body.Add(widget.Name(widget.NewCheck(text.T("chat.ban.messages"), false, func(on bool) { messages = on }), "ban.messages"))
	sheet := widget.NewSheet(text.F("chat.ban.title", "who", who), body)
	sheet.Width = width
	do := widget.Name(widget.NewButton(text.T("chat.ban.do"), widget.Danger, func() {
		sheet.Dismiss()
		v.vm.Ban(mod, lengths[chosen], messages)
	}), "ban.ok")
	sheet.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, sheet.Dismiss), do)
	sheet.SetInitialFocus(do)
	sheet.Open(v.canvas())
}
