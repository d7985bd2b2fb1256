package settings

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

func (v *View) notifications() []fyne.CanvasObject {
	s := v.Settings.Now
	on := !s.NotificationsOff
	page := []fyne.CanvasObject{
		section("", v.toggle("notifications.on", on, v.set(func(s *model.Settings, on bool) { s.NotificationsOff = !on }))),
	}
	if !on {
		return page
	}
	content := container.New(widget.Column{})
	for c, key := range []string{"notifications.text", "notifications.name", "notifications.nothing"} {
		content.Add(radio(key, vm.NotifyContentOf(s) == vm.NotifyContent(c), func() {
			v.Settings.Change(func(s *model.Settings) { vm.SetNotifyContent(s, vm.NotifyContent(c)) })
		}))
	}
	preview := v.row("notifications.preview", func() {
		v.window.ShowNotification(text.T("notifications.sample_name"), text.T("notifications.sample_text"))
		v.window.Toast(text.T("notifications.sample_sent"), "", nil, nil)
	})
	preview.Icon = assets.IconBell
	rows := []fyne.CanvasObject{heading("notifications.content"), v.mark("notifications.content", card(content), nil)}
	if v.window.Protection() == vm.ByPassphrase {
		rows = append(rows, widget.Gap(theme.Space8), note(text.T("notifications.locked")))
	}
	return append(page, append(rows, widget.Gap(theme.Space24),
		section("",
			v.toggle("notifications.sound", !s.NotifySilently, v.set(func(s *model.Settings, on bool) { s.NotifySilently = !on })),
			v.toggle("notifications.requests", !s.RequestsQuiet, v.set(func(s *model.Settings, on bool) { s.RequestsQuiet = !on })),
			v.place("notifications.preview", preview)))...)
}
