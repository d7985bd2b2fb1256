package settings

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/ownid"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

func (v *View) profile() []fyne.CanvasObject {
	me := v.me.Profile
	field := widget.Name(widget.NewTextField("").Large().WithLimit(100), "profile.name")
	field.SetText(me.Name)
	save := widget.Name(widget.NewButton(text.T("app.save"), widget.Primary, nil), "profile.save")
	save.Disable()
	do := func() {
		v.me.Rename(field.Text(), func() {
			save.Disable()
			v.window.Toast(text.T("settings.name_saved"), "", nil, nil)
		})
	}
	save.OnTapped = do
	field.OnChanged = func(s string) {
		problem := ""
		if err := engine.CheckName(s); err != nil && s != "" {
			problem = vm.Sentence(err)
		}
		field.SetError(problem)
		save.SetDisabled(engine.CheckName(s) != nil || s == v.me.Profile.Name)
	}
	field.OnSubmitted = func(string) {
		if !save.Disabled() {
			do()
		}
	}
	return []fyne.CanvasObject{
		container.New(widget.Inset{Left: theme.Space4, Bottom: theme.Space8}, widget.NewLabel(text.T("create.name"), widget.SmallBold, theme.Text2)),
		container.New(grow{}, field, save), widget.Gap(theme.Space8),
		container.New(widget.Inset{Left: theme.Space4}, widget.NewParagraph(text.T("create.name_hint"), widget.Small, theme.Text3, 600)),
		widget.Gap(theme.Space24), ownid.NewCard(me.ID, v.window), widget.Gap(theme.Space12),
		container.New(widget.Inset{Left: theme.Space4}, widget.NewParagraph(text.T("ownid.hint"), widget.Small, theme.Text3, 600)),
	}
}

// grow gives the first object what the second leaves of the width.
type grow struct{}

func (grow) Layout(o []fyne.CanvasObject, s fyne.Size) {
	m := o[1].MinSize()
	o[0].Resize(fyne.NewSize(s.Width-m.Width-theme.Space12, o[0].MinSize().Height))
	o[1].Move(fyne.NewPos(s.Width-m.Width, (theme.ButtonLarge-m.Height)/2))
	o[1].Resize(m)
}

func (grow) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(200, max(o[0].MinSize().Height, o[1].MinSize().Height))
}

func (v *View) privacy() []fyne.CanvasObject {
	s := v.model.Now
	kind := v.window.Protection()
	protection := widget.NewPressRow("", text.T("settings.protection"), v.protect)
	protection.Detail, protection.Chevron = text.T("settings.protection_"+protectionKey(kind)), true
	phrase := widget.NewPressRow("", text.T("settings.phrase"), v.window.ShowRecovery)
	phrase.Detail, phrase.Chevron = text.T("settings.phrase_hint"), true
	rows := []fyne.CanvasObject{widget.Name(protection, "privacy.protection")}
	if kind == vm.ByPassphrase {
		rows = append(rows, v.lockAfter(), v.lockNow())
	}
	rows = append(rows, widget.Name(phrase, "privacy.phrase"))
	blocked := widget.NewPressRow("", text.T("settings.blocked"), v.blocked)
	blocked.Value, blocked.Chevron = strconv.Itoa(len(v.model.Blocked)), true
	return []fyne.CanvasObject{
		section("settings.this_computer", rows...),
		section("settings.others_see",
			toggleRow("privacy.receipts", s.ReadReceipts, func(on bool) {
				v.model.Change(func(s *model.Settings) { s.ReadReceipts = on })
			}),
			toggleRow("privacy.typing", s.TypingIndicators, func(on bool) {
				v.model.Change(func(s *model.Settings) { s.TypingIndicators = on })
			})),
		section("settings.who_writes", widget.Name(blocked, "privacy.blocked")),
	}
}

func protectionKey(k vm.ProtectionKind) string {
	switch k {
	case vm.ByPassphrase:
		return "passphrase"
	case vm.ByKeyring:
		return "keyring"
	}
	return "nothing"
}

func lockText(minutes int) string {
	if minutes == 0 {
		return text.T("settings.lock_never")
	}
	return text.N("timer.minutes", minutes)
}

func (v *View) lockAfter() fyne.CanvasObject {
	row := widget.NewPressRow("", text.T("settings.lock_after"), nil)
	row.Value, row.Chevron = lockText(v.model.Now.LockAfter), true
	row.OnTapped = func() {
		var items []widget.MenuItem
		for _, m := range vm.LockMinutes {
			items = append(items, widget.MenuItem{Label: lockText(m), Checked: m == v.model.Now.LockAfter, Action: func() {
				v.model.Change(func(s *model.Settings) { s.LockAfter = m })
				v.show()
			}})
		}
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(row)
		widget.ShowMenu(row, at.AddXY(row.Size().Width-240, row.Size().Height-4), items, nil)
	}
	return widget.Name(row, "privacy.lock_after")
}

func (v *View) lockNow() fyne.CanvasObject {
	row := widget.NewPressRow("", text.T("settings.lock_now"), v.window.Lock)
	row.Tail = widget.NewKeyCap("Ctrl L")
	return widget.Name(row, "privacy.lock_now")
}

func (v *View) writing() []fyne.CanvasObject {
	s := v.model.Now
	enter := func(newline bool) func() {
		return func() {
			v.model.Change(func(s *model.Settings) { s.NewlineOnEnter = newline })
			v.show()
		}
	}
	radio := func(key string, on bool, f func()) fyne.CanvasObject {
		return container.New(widget.Inset{Left: theme.Space12, Top: theme.Space12, Bottom: theme.Space12},
			widget.Name(widget.NewRadio(text.T(key), on, f), key))
	}
	return []fyne.CanvasObject{
		section("settings.enter_key", radio("writing.enter_sends", !s.NewlineOnEnter, enter(false)), radio("writing.enter_breaks", s.NewlineOnEnter, enter(true))),
		section("settings.list", toggleRow("writing.note_to_self", s.ShowNoteToSelf, func(on bool) {
			v.model.Change(func(s *model.Settings) { s.ShowNoteToSelf = on })
		})),
	}
}

func (v *View) notifications() []fyne.CanvasObject {
	return []fyne.CanvasObject{
		section("", toggleRow("notifications.previews", !v.model.Now.HidePreviews, func(on bool) {
			v.model.Change(func(s *model.Settings) { s.HidePreviews = !on })
		})),
	}
}

func (v *View) shortcuts() []fyne.CanvasObject { return []fyne.CanvasObject{Shortcuts()} }

func (v *View) help() []fyne.CanvasObject {
	fact := func(key, value string) fyne.CanvasObject {
		r := widget.NewPressRow("", text.T(key), func() { v.window.Copy(value) })
		r.Value = value
		return r
	}
	network := text.T("help.network_" + v.about.Network)
	if !text.Has("help.network_" + v.about.Network) {
		network = v.about.Network
	}
	logo := container.New(widget.Row{Gap: theme.Space16}, widget.NewLogo(assets.LogoApp, 64),
		container.New(widget.Column{}, widget.NewLabel("Sotto", widget.Title, theme.Text),
			widget.NewLabel(text.T("help.about"), widget.Small, theme.Text2)))
	return []fyne.CanvasObject{
		logo, widget.Gap(theme.Space24),
		section("", fact("help.version", v.about.Version), fact("help.network", network), fact("help.folder", v.about.Folder)),
		container.New(widget.Inset{Left: theme.Space4}, widget.NewParagraph(text.T("help.licence"), widget.Small, theme.Text3, 600)),
	}
}

func (v *View) blocked() {
	list := container.New(widget.Column{})
	s := widget.NewSheet(text.T("settings.blocked"), list)
	s.Width = 420
	fill := func() {
		list.Objects = nil
		for _, c := range v.model.Blocked {
			row := widget.NewPressRow("", c.Title(), nil)
			row.Lead = widget.NewAvatar(32, widget.AvatarModel{ID: string(c.ID), Name: c.Title()})
			row.Tail = widget.Name(widget.NewButton(text.T("settings.unblock"), widget.Secondary, func() {
				v.model.Unblock(c.ID)
				s.Dismiss()
			}).Sized(widget.Compact), "blocked.unblock")
			list.Add(row)
		}
		if len(v.model.Blocked) == 0 {
			list.Add(widget.NewParagraph(text.T("settings.blocked_none"), widget.Body, theme.Text2, 372))
		}
	}
	fill()
	s.Open(v.window.Canvas())
}
