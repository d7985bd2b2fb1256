package settings

import (
	"strconv"

	"fyne.io/fyne/v2"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

func (v *View) privacy() []fyne.CanvasObject {
	s := v.Settings.Now
	kind := v.window.Protection()
	protection := v.row("privacy.protection", v.protect)
	protection.Detail, protection.Chevron = text.T("settings.protection_"+protectionKey(kind)), true
	phrase := v.row("privacy.phrase", v.window.ShowRecovery)
	phrase.Chevron = true
	rows := []fyne.CanvasObject{v.place("privacy.protection", protection)}
	if kind == vm.ByPassphrase {
		now := v.row("privacy.lock_now", v.window.Lock)
		now.Tail = widget.NewKeyCap("Ctrl L")
		factor := v.row("privacy.factor", v.factor)
		factor.Detail, factor.Chevron = text.T("privacy.factor_"+factorKey(v.window.Second())), true
		rows = append(rows, v.place("privacy.factor", factor), v.lockAfter(),
			v.toggle("privacy.lock_sleep", !s.StayOpen, v.set(func(s *model.Settings, on bool) { s.StayOpen = !on })),
			v.place("privacy.lock_now", now))
	}
	rows = append(rows, v.place("privacy.phrase", phrase))
	blocked := v.row("privacy.blocked", v.blocked)
	blocked.Value, blocked.Chevron = strconv.Itoa(len(v.Settings.Blocked)), true
	return []fyne.CanvasObject{
		section("settings.this_computer", rows...),
		section("settings.others_see",
			v.toggle("privacy.receipts", s.ReadReceipts, v.set(func(s *model.Settings, on bool) { s.ReadReceipts = on })),
			v.toggle("privacy.typing", s.TypingIndicators, v.set(func(s *model.Settings, on bool) { s.TypingIndicators = on })),
			v.toggle("privacy.previews", s.LinkPreviews, v.set(func(s *model.Settings, on bool) { s.LinkPreviews = on }))),
		section("settings.who_writes",
			v.toggle("privacy.requests", !s.HideRequestsBanner, v.set(func(s *model.Settings, on bool) { s.HideRequestsBanner = !on })),
			v.toggle("privacy.community_requests", s.CommunityRequests == model.Yes,
				v.set(func(s *model.Settings, on bool) { s.CommunityRequests = model.ChoiceOf(on) })),
			v.place("privacy.blocked", blocked)),
	}
}

// set makes what a switch does of what it changes.
func (v *View) set(f func(s *model.Settings, on bool)) func(bool) {
	return func(on bool) { v.Settings.Change(func(s *model.Settings) { f(s, on) }) }
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

func factorKey(k engine.SecondKind) string {
	if k == engine.NoSecond {
		return "none"
	}
	return string(k)
}

func lockText(minutes int) string {
	switch {
	case minutes == 0:
		return text.T("settings.lock_never")
	case minutes%60 == 0:
		return text.N("timer.hours", minutes/60)
	}
	return text.N("timer.minutes", minutes)
}

func (v *View) lockAfter() fyne.CanvasObject {
	row := v.row("privacy.lock_after", nil)
	row.Value, row.Chevron = lockText(v.Settings.Now.LockAfter), true
	row.OnTapped = func() {
		var items []widget.MenuItem
		for _, m := range vm.LockMinutes {
			items = append(items, widget.MenuItem{
				Name: "lock_after." + strconv.Itoa(m), Label: lockText(m), Checked: m == v.Settings.Now.LockAfter,
				Action: func() { v.Settings.Change(func(s *model.Settings) { s.LockAfter = m }) },
			})
		}
		v.menu(row, items)
	}
	return v.place("privacy.lock_after", row)
}

// menu opens a menu at the end of a row.
func (v *View) menu(row *widget.PressRow, items []widget.MenuItem) {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(row)
	x := row.Size().Width - 240
	if text.RightToLeft() {
		x = 240 // menus hang from their right corner
	}
	widget.ShowMenu(row, at.AddXY(x, row.Size().Height-4), items, nil)
}
