package chat

import (
	"sotto/assets"
	"sotto/ui/moderate"
	"sotto/ui/text"
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
	add(mod.Ban, "ban", assets.IconBlock, true, func() {
		moderate.AskBan(v.canvas(), m.Sender, func(length vm.BanLength, messages bool) { v.vm.Ban(mod, length, messages) })
	})
	add(mod.Ban, "delete_all", assets.IconDelete, true, func() {
		v.confirm("chat.delete_all_of", m.Sender, true, func() { v.vm.DeleteAllOf(mod) })
	})
	return out
}

func (v *View) confirm(key, who string, danger bool, do func()) {
	widget.Confirm(v.canvas(), text.F(key+"_title", "who", who), text.F(key+"_body", "who", who), text.T(key+"_do"), danger, do)
}
