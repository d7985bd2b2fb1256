package settings

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/engine"
	"sotto/ui/ownid"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// nameBytes is how long a name may be in the network, in bytes of UTF-8.
const nameBytes = 100

func (v *View) profile() []fyne.CanvasObject {
	me := v.Me.Profile
	field := widget.Name(widget.NewTextField("").Large().WithLimit(nameBytes), "profile.name")
	field.SetText(me.Name)
	count := widget.NewLabel("", widget.Small, theme.Text3)
	save := widget.Name(widget.NewButton(text.T("app.save"), widget.Primary, nil), "profile.save")
	do := func() {
		v.Me.Rename(field.Text(), func() {
			save.Disable()
			field.SetDone(true)
			v.window.Toast(text.T("settings.name_saved"), "", nil, nil)
		})
	}
	save.OnTapped = do
	box := container.New(widget.Column{})
	typed := func(s string) {
		problem := ""
		err := engine.CheckName(s)
		switch {
		case len(s) > nameBytes:
			problem = text.T("profile.name_long")
		case err != nil && s != "":
			problem = vm.Sentence(err)
		}
		field.SetError(problem)
		field.SetDone(s == v.Me.Profile.Name)
		save.SetDisabled(err != nil || s == v.Me.Profile.Name)
		// The limit is in bytes; worth a word only when it comes near.
		left := ""
		if len(s) > nameBytes*7/10 {
			left = text.F("profile.bytes", "n", strconv.Itoa(len(s)), "limit", strconv.Itoa(nameBytes))
		}
		count.SetText(left)
		box.Refresh()
		v.page.Refresh()
	}
	field.OnChanged = typed
	field.OnSubmitted = func(string) {
		if !save.Disabled() {
			do()
		}
	}
	box.Objects = []fyne.CanvasObject{
		container.New(widget.Inset{Left: theme.Space4, Bottom: theme.Space8},
			container.New(widget.Row{}, widget.NewLabel(text.T("profile.name"), widget.SmallBold, theme.Text2), widget.NewSpacer(nil), count)),
		container.New(grow{}, field, save),
	}
	typed(me.Name)
	return []fyne.CanvasObject{
		v.picture(), widget.Gap(theme.Space24),
		v.mark("profile.name", box, field.FocusTarget()), widget.Gap(theme.Space8),
		note(text.T("profile.name_hint")), widget.Gap(theme.Space24),
		v.mark("profile.id", ownid.NewCard(me.ID, v.window), nil), widget.Gap(theme.Space12),
		note(text.T("ownid.hint")),
	}
}
