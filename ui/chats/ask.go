package chats

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/widget"
)

// question asks for a name.
type question struct {
	title, hint string
	value       string // what is there now
	placeholder string
	empty       bool // may be the answer
	done        func(string)
}

const askWidth float32 = 420

// ask opens a sheet with a question. An answer that changes nothing is none.
func (v *View) ask(q question) {
	c := fyne.CurrentApp().Driver().CanvasForObject(v.ground)
	if c == nil {
		return
	}
	body := container.New(widget.Column{Gap: theme.Space12})
	if q.hint != "" {
		body.Add(widget.NewParagraph(q.hint, widget.Small, theme.Text2, askWidth-2*theme.Space24))
	}
	field := widget.Name(widget.NewTextField(q.placeholder).Large().WithLimit(100), "ask.text")
	field.SetText(q.value)
	body.Add(field)
	s := widget.NewSheet(q.title, body)
	s.Width = askWidth
	do := func() {
		if answer := field.Text(); answer != q.value && (answer != "" || q.empty) {
			q.done(answer)
		}
		s.Dismiss()
	}
	field.OnSubmitted = func(string) { do() }
	field.OnEscape = s.Dismiss
	s.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss),
		widget.Name(widget.NewButton(text.T("app.save"), widget.Primary, do), "ask.ok"))
	s.SetInitialFocus(field.FocusTarget())
	s.Open(c)
	field.SelectAll()
}
