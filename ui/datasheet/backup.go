package datasheet

import (
	"strings"
	"time"

	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Backup asks for a place and a passphrase.
func Backup(w Window, m *vm.Data) {
	const inner = width - 2*theme.Space24
	path := widget.Name(widget.NewTextField(text.T("data.path")).Large().WithIcon(assets.IconFile), "data.path")
	path.SetText(vm.BackupName(w.Downloads(), time.Now()))
	first := widget.Name(widget.NewSecretField(text.T("data.passphrase")).Large().WithIcon(assets.IconKey), "data.passphrase")
	again := widget.Name(widget.NewSecretField(text.T("protect.again")).Large().WithIcon(assets.IconKey), "data.again")
	strength := widget.NewParagraph("", widget.Small, theme.Text2, inner)
	body := container.New(widget.Column{Gap: theme.Space12},
		widget.NewBanner(widget.WarnTone, assets.IconWarning, widget.Text(text.T("data.backup_body"))), path, first, strength, again)
	s := widget.NewSheet(text.T("data.backup_title"), body)
	s.Width = width
	save := widget.Name(widget.NewButton(text.T("data.backup_do"), widget.Primary, nil), "data.backup_do")
	choice := func() vm.ProtectionChoice {
		return vm.ProtectionChoice{Kind: vm.ByPassphrase, Passphrase: first.Text(), Again: again.Text()}
	}
	typed := func(string) {
		c := choice()
		again.SetError("")
		words := ""
		if c.Passphrase != "" {
			how, _ := vm.StrengthOf(c.Passphrase)
			words = how.Words()
		}
		if c.Again != "" && c.Again != c.Passphrase {
			again.SetError(text.T("protect.differs"))
		}
		strength.SetText(words)
		save.SetDisabled(!c.Complete() || strings.TrimSpace(path.Text()) == "")
		body.Refresh()
		if s.IsOpen() {
			s.Refresh()
		}
	}
	do := func() {
		if save.Disabled() {
			return
		}
		m.Backup(strings.TrimSpace(path.Text()), first.Text())
		s.Dismiss()
	}
	save.OnTapped = do
	path.OnChanged, first.OnChanged, again.OnChanged = typed, typed, typed
	again.OnSubmitted = func(string) { do() }
	first.OnSubmitted = func(string) { w.Canvas().Focus(again.FocusTarget()) }
	s.OnClose = func() {
		first.SetText("")
		again.SetText("")
	}
	s.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss), save)
	s.SetInitialFocus(first.FocusTarget())
	typed("")
	s.Open(w.Canvas())
}
