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

// link opens what was pressed in a text: a person, or after a question a page.
func (v *View) link(s widget.Span) {
	if s.Kind != widget.Link {
		if id, err := model.ParseID(s.Data); err == nil {
			v.actions.Profile(id)
		}
		return
	}
	if url := vm.CommunityAddress(s.Data); url != "" {
		v.actions.Join(url)
		return
	}
	l, ok := vm.LookAtLink(s.Data)
	if !ok || v.canvas() == nil {
		return
	}
	const width = 420
	body := container.New(widget.Column{Gap: 12},
		container.New(widget.Column{},
			widget.NewParagraph(l.Host, widget.BodyBold, theme.Text, width-48),
			widget.NewParagraph(shortAddress(s.Data), widget.Small, theme.Text2, width-48)))
	if l.Warning != "" {
		body.Add(widget.NewBanner(widget.WarnTone, assets.IconWarning, widget.Text(l.Warning)))
	}
	body.Add(widget.NewParagraph(text.T("chat.link_body"), widget.Small, theme.Text2, width-48))
	sheet := widget.NewSheet(text.T("chat.link_title"), body)
	sheet.Width = width
	open := widget.Name(widget.NewButton(text.T("chat.link_open"), widget.Primary, func() {
		sheet.Dismiss()
		if err := fyne.CurrentApp().OpenURL(l.Address); err != nil {
			v.copy(s.Data, "chat.copied_link") // there is no browser: the next best thing
		}
	}), "link.open")
	copied := widget.Name(widget.NewButton(text.T("chat.link_copy"), widget.Secondary, func() {
		sheet.Dismiss()
		v.copy(s.Data, "chat.copied_link")
	}), "link.copy")
	sheet.SetFooter(nil, copied, open)
	sheet.SetInitialFocus(open)
	if l.Warning != "" {
		sheet.SetInitialFocus(copied) // Enter must not be what opens it
	}
	sheet.Open(v.canvas())
}

// shortAddress bounds what a sheet shows of an address.
func shortAddress(s string) string {
	const most = 300
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
