package chat

import (
	"fyne.io/fyne/v2/container"

	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// showInfo shows what is known of a message.
func (v *View) showInfo(m *vm.ChatMessage) {
	v.vm.Facts(m, func(facts []vm.ChatFact) {
		if c := v.canvas(); c != nil {
			const width = 440
			rows := container.New(widget.Column{Gap: 12})
			add := func(label, value string, style widget.Style) {
				rows.Add(container.New(widget.Column{},
					widget.NewLabel(label, widget.Caption, theme.Text3),
					widget.NewParagraph(value, style, theme.Text, width-48)))
			}
			for _, f := range facts {
				add(f.Label, f.Value, widget.Body)
			}
			for _, r := range m.Reacts {
				who := ""
				for i, n := range r.Who {
					if i > 0 {
						who += ", "
					}
					who += n
				}
				add(r.Emoji, who, widget.Body)
			}
			sheet := widget.NewSheet(text.T("chat.info_title"), rows)
			sheet.Width = width
			sheet.Open(c)
		}
	})
}
