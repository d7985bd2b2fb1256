package contact

import (
	"fyne.io/fyne/v2/container"

	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/timersheet"
	"sotto/ui/widget"
)

const sheetWidth float32 = 420

func (v *View) nickname() {
	c := v.model.Conversation
	field := widget.Name(widget.NewTextField(c.Name).Large().WithLimit(100), "nickname.text")
	field.SetText(c.Nickname)
	body := container.New(widget.Column{Gap: theme.Space12},
		widget.NewParagraph(text.T("contact.nickname_hint"), widget.Small, theme.Text2, sheetWidth-2*theme.Space24), field)
	s := widget.NewSheet(text.T("contact.nickname"), body)
	s.Width = sheetWidth
	save := func() { v.model.SetNickname(field.Text(), s.Dismiss) }
	field.OnSubmitted = func(string) { save() }
	field.OnEscape = s.Dismiss
	s.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss),
		widget.Name(widget.NewButton(text.T("app.save"), widget.Primary, save), "nickname.save"))
	s.SetInitialFocus(field.FocusTarget())
	s.Open(v.window.Canvas())
}

// choose shows a list of choices of which one is on.
func (v *View) choose(title, hint string, labels []string, on int, chosen func(int)) {
	list := container.New(widget.Column{Gap: theme.Space12})
	if hint != "" {
		list.Add(widget.NewParagraph(hint, widget.Small, theme.Text2, sheetWidth-2*theme.Space24))
	}
	s := widget.NewSheet(title, list)
	s.Width = sheetWidth
	for i, l := range labels {
		list.Add(widget.NewRadio(l, i == on, func() {
			s.Dismiss()
			chosen(i)
		}))
	}
	s.Open(v.window.Canvas())
}

func (v *View) timer() {
	c := v.model.Conversation
	timersheet.Open(v.window.Canvas(), c.Kind, v.model.TimerChoices(), c.Timer, v.model.SetTimer)
}

func (v *View) mute() {
	choices := v.model.MuteChoices()
	var labels []string
	for _, c := range choices {
		labels = append(labels, c.Label)
	}
	on := -1
	if !v.model.Muted {
		on = 0
	}
	v.choose(text.T("contact.notifications"), "", labels, on, func(i int) { v.model.Mute(choices[i]) })
}

func (v *View) confirm(key string, do func()) {
	name := v.name()
	body := "contact." + key + "_body"
	if v.model.Conversation.Kind == model.KindSelf {
		body += "_self"
	}
	widget.Confirm(v.window.Canvas(), text.F("contact."+key+"_title", "name", name), text.F(body, "name", name),
		text.T("contact."+key+"_do"), true, do)
}

func (v *View) block() { v.confirm("block", func() { v.model.SetBlocked(true) }) }

func (v *View) clear() {
	v.confirm("clear", func() {
		v.model.Clear(func() { v.window.Toast(text.T("contact.cleared"), "", nil, nil) })
	})
}

func (v *View) deleteMessages() { v.confirm("delete_messages", v.model.DeleteMessages) }

func (v *View) delete() { v.confirm("delete", v.model.Delete) }
