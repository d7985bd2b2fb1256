package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/widget"
)

// sightingsShown is how many sightings the page lists.
const sightingsShown = 12

// devices shows what can be told of other devices, and how to add one.
func (v *View) devices() []fyne.CanvasObject {
	d := v.Devices
	var page []fyne.CanvasObject
	if d.News {
		page = append(page, v.deviceNews(), widget.Gap(theme.Space24))
	}
	here := v.row("devices.this", nil)
	here.Lead = v.deviceIcon(assets.IconDevice, theme.AccentInk)
	here.Height = 64
	rows := []fyne.CanvasObject{v.place("devices.this", here)}
	for i, s := range d.Sightings {
		if i == sightingsShown {
			break
		}
		r := widget.NewPressRow("", text.T("devices.other"), nil)
		r.Lead = v.deviceIcon(assets.IconDevicePhone, theme.Text2)
		r.Detail, r.Value, r.Wrap = d.What(s), d.When(s), true
		rows = append(rows, r)
	}
	code := v.row("devices.add", v.window.ShowRecovery)
	code.Icon, code.Chevron = assets.IconQR, true
	return append(page,
		heading("devices.seen"), card(rows...), widget.Gap(theme.Space8), note(text.T("devices.note")), widget.Gap(theme.Space24),
		section("devices.add_title", v.place("devices.add", code)))
}

func (v *View) deviceIcon(icon assets.IconName, color theme.Name) fyne.CanvasObject {
	return widget.NewIcon(icon, 24, color)
}

// deviceNews asks whether a device that appeared is the user's.
func (v *View) deviceNews() fyne.CanvasObject {
	d := v.Devices
	mine := widget.Name(widget.NewButton(text.T("devices.mine"), widget.Secondary, d.Mine).Sized(widget.Compact), "devices.mine")
	what := widget.Name(widget.NewButton(text.T("devices.what"), widget.Ghost, v.whatNow).Sized(widget.Compact), "devices.what")
	return widget.NewBanner(widget.WarnTone, assets.IconWarning, []widget.Span{
		{Text: text.T("devices.news"), Kind: widget.Strong},
		{Text: "\n" + text.F("devices.news_body", "when", d.When(d.Sightings[0]))},
	}, mine, what)
}

// whatNow says what helps when it was somebody else.
func (v *View) whatNow() {
	body := container.New(widget.Column{},
		widget.NewParagraph(text.T("devices.what_1"), widget.Body, theme.Text, 432), widget.Gap(theme.Space12),
		widget.NewParagraph(text.T("devices.what_2"), widget.Body, theme.Text, 432), widget.Gap(theme.Space12),
		widget.NewParagraph(text.T("devices.what_3"), widget.Body, theme.Text, 432))
	s := widget.NewSheet(text.T("devices.what"), body)
	s.Width = 480
	s.SetFooter(nil, widget.NewButton(text.T("app.understood"), widget.Primary, s.Dismiss))
	s.OpenFor(v.Object())
}
