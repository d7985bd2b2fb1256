package chat

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

const forwardWidth float32 = 480

// forwardMost is how many conversations are shown; typing finds the others.
const forwardMost = 40

// OpenForward opens the sheet that asks where messages shall go. sent gets whom
// they went to.
func OpenForward(c fyne.Canvas, desk vm.Desk, e vm.ForwardEngine, list []*vm.ChatMessage, sent func(to []model.Conversation, problem string)) {
	f := vm.NewForward(desk, e, list)
	field := widget.Name(widget.NewSearchField(text.T("chat.forward_search"), ""), "forward.search")
	comment := widget.Name(widget.NewTextField(text.T("chat.forward_comment")), "forward.comment")
	people := container.New(widget.Column{})
	none := widget.NewParagraph(text.T("chat.forward_none"), widget.Small, theme.Text2, forwardWidth-2*theme.Space24)
	column := container.New(widget.Column{}, field, widget.Gap(theme.Space8), people, none, widget.Gap(theme.Space12), comment)
	sheet := widget.NewSheet(text.N("chat.forward_title", f.Count()), column)
	sheet.Width = forwardWidth
	send := widget.Name(widget.NewButton(text.T("chat.forward_send"), widget.Primary, func() {
		if !f.Any() {
			return
		}
		sheet.Dismiss()
		f.Send(comment.Text(), sent)
	}), "forward.send")
	f.Changed = func() {
		send.SetDisabled(!f.Any())
		people.Objects = nil
		list := f.List()
		for i, conv := range list {
			if i == forwardMost {
				break
			}
			row := widget.NewPressRow("", vm.ForwardTitle(conv), func() { f.Toggle(conv.ID) })
			avatar := widget.AvatarModel{ID: string(conv.ID), Name: conv.Title(), Square: conv.Kind == model.KindGroup || conv.Kind == model.KindCommunity}
			if conv.Kind == model.KindSelf {
				avatar.Icon, avatar.Solid = assets.IconNote, true
			}
			row.Lead = widget.NewAvatar(32, avatar)
			if f.Chosen(conv.ID) {
				row.Tail = widget.NewIcon(assets.IconCheck, 20, theme.AccentInk)
				row.Bold, row.Ground = true, theme.AccentSoft
			}
			people.Add(widget.Name(row, "forward.row:"+vm.ForwardTitle(conv)))
		}
		show(none, len(list) == 0)
		people.Refresh()
		column.Refresh()
		if sheet.IsOpen() {
			sheet.Refresh()
		}
	}
	field.OnChanged = f.Search
	field.OnSubmitted = func(string) {
		// Enter takes the first one found, and sends when there is nothing to search.
		if list := f.List(); field.Text() != "" && len(list) > 0 {
			f.Toggle(list[0].ID)
			field.SetText("")
			f.Search("")
			return
		}
		send.OnTapped()
	}
	comment.OnSubmitted = func(string) { send.OnTapped() }
	sheet.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, sheet.Dismiss), send)
	sheet.SetInitialFocus(field.FocusTarget())
	f.Changed()
	sheet.Open(c)
}

// ForwardedTo says whom messages went to.
func ForwardedTo(to []model.Conversation) string {
	if len(to) == 1 {
		return text.F("chat.forwarded", "who", vm.ForwardTitle(to[0]))
	}
	return text.N("chat.forwarded_many", len(to))
}
