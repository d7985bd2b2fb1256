package chat

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

const infoWidth float32 = 460

// showInfo shows what is known of a message; what only helps to find the cause
// of something is behind "Details".
func (v *View) showInfo(m *vm.ChatMessage) {
	v.vm.Facts(m, func(facts []vm.ChatFact) {
		c := v.canvas()
		if c == nil {
			return
		}
		rows, details := container.New(widget.Column{Gap: theme.Space12}), container.New(widget.Column{Gap: theme.Space12})
		for _, f := range facts {
			if f.Detail {
				details.Add(v.fact(f))
			} else {
				rows.Add(v.fact(f))
			}
		}
		details.Hide()
		page := container.New(widget.Column{Gap: theme.Space12}, rows, details)
		sheet := widget.NewSheet(text.T("chat.info_title"), page)
		sheet.Width = infoWidth
		var more *widget.Button
		more = widget.Name(widget.NewButton(text.T("chat.info_details"), widget.Ghost, func() {
			details.Show()
			more.Hide()
			sheet.Refresh()
		}), "info.details")
		var aside fyne.CanvasObject = container.New(widget.Row{}, more, widget.NewSpacer(nil))
		if len(details.Objects) == 0 {
			aside = nil
		}
		done := widget.NewButton(text.T("widget.close"), widget.Secondary, sheet.Dismiss)
		sheet.SetFooter(aside, done)
		sheet.SetInitialFocus(done)
		sheet.Open(c)
	})
}

// fact is one line: what it is over what it says, with a button that copies it.
func (v *View) fact(f vm.ChatFact) fyne.CanvasObject {
	const room = infoWidth - 2*theme.Space24
	label := widget.NewLabel(f.Label, widget.Caption, theme.Text3)
	if !f.Code {
		return container.New(widget.Column{}, label, widget.NewParagraph(f.Value, widget.Body, theme.Text, room))
	}
	button := widget.Name(widget.NewDenseIconButton(assets.IconCopy, text.T("app.copy"), func() { v.copy(f.Value, "chat.copied") }), "info.copy")
	return container.New(beside{40}, container.New(widget.Column{}, label, widget.NewParagraph(f.Value, widget.Code, theme.Text, room-40)), button)
}

// beside sets an object in the space left of a button.
type beside struct{ button float32 }

func (b beside) MinSize(o []fyne.CanvasObject) fyne.Size {
	return o[0].MinSize().AddWidthHeight(b.button, 0)
}

func (b beside) Layout(o []fyne.CanvasObject, size fyne.Size) {
	defer widget.Turn(o, size)
	put(o[0], 0, 0, size.Width-b.button, size.Height)
	m := o[1].MinSize()
	put(o[1], size.Width-m.Width, (size.Height-m.Height)/2, m.Width, m.Height)
}

// showReactions lists who reacted; pressing an own one takes it back.
func (v *View) showReactions(m *vm.ChatMessage) {
	v.vm.Reactions(m, func(list []vm.WhoReacted) {
		c := v.canvas()
		if c == nil {
			return
		}
		rows := container.New(widget.Column{})
		n := 0
		for _, r := range m.Reacts {
			n += r.Count // a community does not name all of them
		}
		sheet := widget.NewSheet(text.N("chat.reactions_title", max(n, len(list))), rows)
		sheet.Width = 400
		for _, r := range list {
			var take func()
			if r.Mine {
				take = func() {
					sheet.Dismiss()
					v.vm.React(m, r.Emoji)
				}
			}
			row := widget.NewPressRow("", r.Name, take)
			if r.Mine {
				row.Detail = text.T("chat.reaction_mine")
			}
			row.Lead = widget.NewAvatar(32, avatarModel(r.Avatar))
			row.Tail = newEmojiText(r.Emoji)
			rows.Add(widget.Name(row, "reactions.row:"+r.Name))
		}
		sheet.Open(c)
	})
}
