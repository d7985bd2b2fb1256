package app

import (
	"context"

	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// askToRemove asks whether an account is to go from this computer. One that is
// open is removed in its settings, where its passphrase is asked for. One that is
// closed goes without it: the passphrase guards what is in the profile, which
// whoever sits at the computer could delete as a folder too, and who has forgotten
// it has no other way out.
func (a *account) askToRemove() {
	if a.engine != nil {
		a.w.showThen(a, (*session).askToRemove)
		return
	}
	w := a.w
	const width, inner float32 = 460, 460 - 2*theme.Space24
	title := text.T("accounts.forget_title")
	if w.several() {
		title = text.F("accounts.forget_named", "name", shortened(a.name()))
	}
	body := container.New(widget.Column{},
		widget.NewParagraph(text.T("accounts.forget_body"), widget.Body, theme.Text2, inner), widget.Gap(theme.Space16),
		widget.NewBanner(widget.WarnTone, assets.IconWarning, widget.Text(text.T("accounts.forget_warning"))), widget.Gap(theme.Space8))
	s := widget.NewSheet(title, body)
	s.Width = width
	yes := widget.Name(widget.NewButton(text.T("accounts.remove"), widget.Danger, func() {
		s.Dismiss()
		if a.engine != nil { // it was unlocked meanwhile
			a.askToRemove()
			return
		}
		a.remove()
	}), "forget.yes")
	yes.SetDisabled(true)
	sure := widget.NewSwitchRow(text.T("accounts.forget_sure"), false, func(on bool) { yes.SetDisabled(!on) })
	sure.Wrap = true
	body.Add(widget.Name(sure, "forget.sure"))
	s.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss), yes)
	s.Open(w.Canvas())
}

// askToRemove asks the same of an account that is open and shown, as its settings
// do.
func (s *session) askToRemove() {
	s.openSettings("clear")
	s.prefs.AskToClear()
}

// remove removes the profile of an account, which is closed in the window. What a
// lock or an unlocking has under way comes to its end first.
func (a *account) remove() {
	if a.removing {
		return
	}
	w, shut := a.w, a.shut()
	a.removing = true
	a.removals++
	// What another account has in its place is nothing of this one.
	a.told, a.keyFile, a.language, a.back, a.then = "", "", "", nil, nil
	if w.shown == a {
		a.blank()
		w.look = theme.Options{}
		theme.Apply(w.app, w.look)
	}
	vm.Ask(w.desk, func(ctx context.Context) (struct{}, error) {
		select {
		case <-shut:
		case <-ctx.Done():
			return struct{}{}, ctx.Err()
		}
		return struct{}{}, a.host.Clear(ctx)
	}, func(_ struct{}, err error) {
		a.removing = false
		if err != nil {
			if w.shown != a { // its page is not the one to say so
				w.Toast(text.T("trouble.clear"), "", nil, nil)
			}
			a.trouble(&Trouble{TroubleClear, err}, engine.Credentials{})
			return
		}
		a.locking, a.broken = nil, false
		a.removed()
		w.Toast(text.T("clear.done"), "", nil, nil)
	})
}

// blank shows nothing of an account that is being removed.
func (a *account) blank() { a.page(widget.NewSurface(theme.Paper, nil), func() {}) }
