package app

import (
	"context"

	"fyne.io/fyne/v2/container"

	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// maxLabel is how many characters a label may have.
const maxLabel = 40

// renameAccount asks what an account is to be called on this computer. The label
// stands in the profile, sealed; where a passphrase closes that, it can also be
// told while it is closed, which is the user's own choice.
func (w *Window) renameAccount(a *account) {
	if a.engine == nil { // it was locked while the menu was open
		return
	}
	const width float32 = 420
	body := container.New(widget.Column{Gap: theme.Space12},
		widget.NewParagraph(text.T("accounts.rename_hint"), widget.Small, theme.Text2, width-2*theme.Space24))
	field := widget.Name(widget.NewTextField(a.me.Profile.Name).Large().WithLimit(maxLabel), "rename.text")
	field.SetText(a.settings.Now.AccountLabel)
	body.Add(field)
	tell := a.told != ""
	if a.protection == vm.ByPassphrase && w.keeper != nil {
		r := widget.NewSwitchRow(text.T("accounts.tell"), tell, func(on bool) { tell = on })
		r.Detail, r.Wrap = text.T("accounts.tell_detail"), true
		body.Add(widget.Name(r, "rename.tell"))
	}
	sheet := widget.NewSheet(text.T("accounts.rename"), body)
	sheet.Width = width
	save := func() {
		sheet.Dismiss()
		a.rename(field.Text(), tell)
	}
	field.OnSubmitted = func(string) { save() }
	field.OnEscape = sheet.Dismiss
	sheet.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, sheet.Dismiss),
		widget.Name(widget.NewButton(text.T("app.save"), widget.Primary, save), "rename.ok"))
	sheet.SetInitialFocus(field.FocusTarget())
	sheet.Open(w.Canvas())
	field.SelectAll()
}

// rename keeps a label, empty for none, and whether it is told while the profile
// is closed.
func (a *account) rename(label string, tell bool) {
	if a.engine == nil {
		return // it was locked meanwhile
	}
	a.settings.Change(func(m *model.Settings) { m.AccountLabel = label })
	told := ""
	if tell {
		told = a.name()
	}
	if k := a.w.keeper; k != nil && told != a.told {
		a.told = told
		a.w.desk.Do(func(context.Context) error { return k.Tell(a.host, told) }, func(err error) {
			if err != nil {
				a.w.Toast(vm.Sentence(err), "", nil, nil)
			}
		})
	}
	a.w.accountsChanged()
}
