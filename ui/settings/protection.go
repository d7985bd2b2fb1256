package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine"
	"sotto/ui/protect"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// protect changes how the profile is protected on this computer.
func (v *View) protect() {
	const width, inner float32 = 480, 480 - 2*theme.Space24
	had := v.window.Protection()
	choice := &vm.ProtectionChoice{Kind: had}
	old := widget.Name(widget.NewSecretField(text.T("protect.old")).Large().WithIcon(assets.IconLock), "protect.old")
	choices := protect.New(choice, inner)
	choices.Update(v.window.Keyring())
	body := container.New(widget.Column{})
	if had == vm.ByPassphrase {
		body.Objects = []fyne.CanvasObject{old, widget.Gap(theme.Space24)}
	}
	body.Add(choices.Object())
	drops := widget.NewBanner(widget.WarnTone, assets.IconWarning, widget.Text(text.T("factor.drops")))
	drops.Hide()
	body.Add(drops)
	s := widget.NewSheet(text.T("privacy.protection"), body)
	s.Width = width
	save := widget.Name(widget.NewButton(text.T("app.save"), widget.Primary, nil), "protect.save")
	ready := func() bool {
		return v.Settings.Wait() == 0 && choice.Complete() && (had != vm.ByPassphrase || old.Text() != "") && (choice.Kind != had || had == vm.ByPassphrase)
	}
	update := func() {
		if wait := v.Settings.Wait(); wait > 0 && had == vm.ByPassphrase {
			old.SetError(text.N("lock.wait", wait))
		}
		if v.window.Second() != engine.NoSecond && choice.Kind != vm.ByPassphrase {
			drops.Show()
		} else {
			drops.Hide()
		}
		save.SetDisabled(!ready())
		if s.IsOpen() {
			s.Refresh()
		}
	}
	do := func() {
		if !ready() || save.Disabled() {
			return
		}
		save.Disable()
		v.Settings.Protect(*choice, had == vm.ByPassphrase, old.Text(), func(problem string) {
			if problem == "" {
				v.window.ProtectionChanged(choice.Kind)
				s.Dismiss()
				v.show()
				v.window.Toast(text.T("privacy.protection_saved"), "", nil, nil)
				return
			}
			if had == vm.ByPassphrase {
				old.SetError(problem)
			} else {
				v.window.Toast(problem, "", nil, nil)
			}
			update()
		})
	}
	save.OnTapped = do
	old.OnChanged = func(string) {
		old.SetError("")
		update()
	}
	choices.OnChanged, choices.OnSubmitted = update, do
	s.OnClose = func() {
		v.Settings.TriesChanged = func() {}
		old.SetText("")
		choices.Clear()
		choice.Passphrase, choice.Again = "", ""
	}
	s.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss), save)
	if had == vm.ByPassphrase {
		v.Settings.TriesChanged = func() {
			if v.Settings.Wait() == 0 {
				old.SetError("")
			}
			update()
		}
		v.Settings.AskPassphrase()
		s.SetInitialFocus(old.FocusTarget())
	}
	update()
	s.Open(v.window.Canvas())
}
