package chat

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// deleteMessage deletes somebody else's message here, and asks where an own
// one shall go.
func (v *View) deleteMessage(m *vm.ChatMessage) { v.askDelete([]*vm.ChatMessage{m}, nil) }

// askDelete deletes messages here, and asks first where that is a choice. done
// is called once it is decided.
func (v *View) askDelete(list []*vm.ChatMessage, done func()) {
	ids := make([]model.MessageID, len(list))
	for i, m := range list {
		ids[i] = m.ID
	}
	if done == nil {
		done = func() {}
	}
	if !v.vm.CanDeleteAllForEveryone(list) {
		v.deleteHere(ids)
		done()
		return
	}
	c := v.canvas()
	if c == nil {
		return
	}
	const width = 420
	everyone := false
	all, line, stays := text.T("chat.delete_all"), text.T("chat.delete_all_line"), text.T("chat.delete_here_line")
	switch v.vm.Head.Kind {
	case model.KindSelf:
		all, line, stays = text.T("chat.delete_mine"), text.T("chat.delete_mine_line"), text.T("chat.delete_here_line_self")
	case model.KindGroup, model.KindCommunity:
		line, stays = text.T("chat.delete_all_line_group"), text.T("chat.delete_here_line_group")
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
	sheet := widget.NewSheet(text.N("chat.delete_title", len(list)), container.New(widget.Column{Gap: 2},
		here, note(stays), there, note(line)))
	sheet.Width = width
	do := widget.Name(widget.NewButton(text.T("chat.delete"), widget.Danger, func() {
		sheet.Dismiss()
		if everyone {
			v.vm.DeleteForEveryone(ids...)
		} else {
			v.deleteHere(ids)
		}
		done()
	}), "delete.ok")
	sheet.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, sheet.Dismiss), do)
	sheet.SetInitialFocus(do)
	sheet.Open(c)
}

// deleteHere deletes messages on this device, with a moment to think again.
func (v *View) deleteHere(ids []model.MessageID) {
	if v.undo != nil {
		v.undo()
	}
	v.vm.Hold(ids...)
	dismiss := v.toast(text.N("chat.deleted_here", len(ids)), text.T("chat.undo"),
		func() {
			v.undo = nil
			v.vm.Restore(ids...)
		},
		func() {
			v.undo = nil
			v.vm.DeleteHeld(ids...)
		})
	v.undo = func() {
		v.undo = nil
		dismiss()
		v.vm.DeleteHeld(ids...)
	}
}
