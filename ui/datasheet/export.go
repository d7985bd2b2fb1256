package datasheet

import (
	"strings"
	"time"

	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/export"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Export asks how and where to. An empty conversation is everything.
func Export(w Window, m *vm.Data, conv model.ConversationID, title string) {
	const inner = width - 2*theme.Space24
	wish := vm.ExportWish{Conversation: conv, Format: export.HTML, Media: true}
	heading, place, icon := text.F("data.export_title", "name", title), "data.path", assets.IconFile
	if conv == "" {
		heading, place, icon = text.T("data.export_all_title"), "data.folder", assets.IconFolder
	}
	path := widget.Name(widget.NewTextField(text.T(place)).Large().WithIcon(icon), "data.path")
	path.SetText(vm.ExportName(w.Downloads(), title, wish.Format, time.Now()))
	var asPages, asData *widget.Check
	choose := func(f export.Format) {
		wish.Format = f
		asPages.SetOn(f == export.HTML)
		asData.SetOn(f == export.JSON)
		path.SetText(vm.WithFormat(path.Text(), f))
	}
	asPages = widget.Name(widget.NewRadio(text.T("data.html"), true, func() { choose(export.HTML) }), "data.html")
	asData = widget.Name(widget.NewRadio(text.T("data.json"), false, func() { choose(export.JSON) }), "data.json")
	media := widget.Name(widget.NewCheck(text.T("data.media"), true, func(on bool) { wish.Media = on }), "data.media")
	body := container.New(widget.Column{Gap: theme.Space16},
		widget.NewParagraph(text.T("data.export_body"), widget.Body, theme.Text2, inner),
		container.New(widget.Column{Gap: theme.Space12}, asPages, asData), media, path)
	s := widget.NewSheet(heading, body)
	s.Width = width
	save := widget.Name(widget.NewButton(text.T("data.export_do"), widget.Primary, nil), "data.export_do")
	do := func() {
		if wish.Path = strings.TrimSpace(path.Text()); wish.Path == "" {
			return
		}
		m.Export(wish)
		s.Dismiss()
	}
	save.OnTapped = do
	path.OnChanged = func(t string) { save.SetDisabled(strings.TrimSpace(t) == "") }
	path.OnSubmitted = func(string) { do() }
	s.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss), save)
	s.SetInitialFocus(save)
	s.Open(w.Canvas())
}
