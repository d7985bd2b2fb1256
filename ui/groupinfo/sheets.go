package groupinfo

import (
	"fyne.io/fyne/v2/container"

	"sotto/engine"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/timersheet"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

const sheetWidth float32 = 440

// describe asks for the name and the description.
func (v *View) describe() {
	g := v.model.Group
	name := widget.Name(widget.NewTextField(text.T("newgroup.name")).Large().WithLimit(vm.MaxGroupName), "group.name")
	name.SetText(g.Name)
	about := widget.NewBoxedTextArea(text.T("group.description"), 3, 6)
	about.Name = "group.description"
	about.SetLimit(engine.MaxDescription)
	about.SetText(g.Description)
	body := container.New(widget.Column{Gap: theme.Space12}, name, about,
		widget.NewParagraph(text.T("group.edit_hint"), widget.Small, theme.Text2, sheetWidth-2*theme.Space24))
	s := widget.NewSheet(text.T("group.edit"), body)
	s.Width = sheetWidth
	save := func() { v.model.Describe(name.Text(), about.Text(), s.Dismiss) }
	name.OnSubmitted = func(string) { save() }
	name.OnEscape = s.Dismiss
	s.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss),
		widget.Name(widget.NewButton(text.T("app.save"), widget.Primary, save), "group.save"))
	s.SetInitialFocus(name.FocusTarget())
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
		list.Add(widget.Name(widget.NewRadio(l, i == on, func() {
			s.Dismiss()
			chosen(i)
		}), "group.choice"))
	}
	s.Open(v.window.Canvas())
}

func (v *View) askTimer() {
	c := v.model.Conversation
	timersheet.Open(v.window.Canvas(), c.Kind, v.model.TimerChoices(), c.Timer, v.model.SetTimer)
}

func (v *View) askNotice() {
	choices := v.model.Notices()
	var labels []string
	on := -1
	for i, c := range choices {
		labels = append(labels, c.Label)
		if c.On {
			on = i
		}
	}
	v.choose(text.T("group.notify"), "", labels, on, func(i int) { v.model.SetNotice(choices[i]) })
}

// confirm asks first and says what will happen.
func (v *View) confirm(key string, do func()) {
	name := v.model.Conversation.Title()
	widget.Confirm(v.window.Canvas(), text.F(key+"_title", "name", name), text.F(key+"_body", "name", name), text.T(key+"_do"), true, do)
}

func (v *View) clear() {
	v.confirm("group.clear", func() {
		v.model.Clear(func() { v.window.Toast(text.T("contact.cleared"), "", nil, nil) })
	})
}

func (v *View) clearAll() {
	v.confirm("group.clear_all", func() {
		v.model.ClearForAll(func() { v.window.Toast(text.T("contact.cleared"), "", nil, nil) })
	})
}

func (v *View) leave() { v.confirm(v.model.Leaving(), v.model.Leave) }

func (v *View) deleteAll() { v.confirm("group.delete", v.model.DeleteForAll) }
