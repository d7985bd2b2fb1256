package chat

import (
	"net/url"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/widget"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

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
