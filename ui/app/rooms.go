package app

import (
	"fyne.io/fyne/v2"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/ui/ownid"
	"sotto/ui/pathview"
	"sotto/ui/picker"
	"sotto/ui/recovery"
	"sotto/ui/settings"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// ShowID shows the own Session ID.
func (s *session) ShowID() { s.showID() }

func (s *session) showID() { ownid.Open(s.Canvas(), s.me.Profile.Name, s.me.Profile.ID, s) }

// ShowPath shows the onion path, kept up to date while it is open.
func (s *session) ShowPath() { s.showPath() }

func (s *session) showPath() {
	s.path = pathview.Open(s.Canvas(), s.me.Status, s.engine.Wake)
	s.path.OnClose = func() { s.path = nil }
}

// ShowRecovery shows the recovery phrase.
func (s *session) ShowRecovery() {
	recovery.Open(s.Canvas(), s.desk, s.engine, s.account.protection == vm.ByPassphrase, s.CopySecret)
}

// ShowShortcuts shows the keys.
func (s *session) ShowShortcuts() { s.showShortcuts() }

func (s *session) showShortcuts() {
	const width float32 = 520
	sheet := widget.NewSheet(text.T("settings.shortcuts"), settings.Shortcuts())
	sheet.Width = width
	sheet.Open(s.Canvas())
}

// Protection tells settings how the profile is protected.
func (s *session) Protection() vm.ProtectionKind { return s.account.protection }

// Second is the kind of the second factor that is set.
func (s *session) Second() engine.SecondKind { return s.engine.Protection().Second.Kind }

// NewFactor makes what sets and removes the second factor.
func (s *session) NewFactor(desk vm.Desk) *vm.Factor {
	return vm.NewFactor(desk, s.engine, s.account.host.SecurityKeys(), clock.System)
}

// Desk is where settings work.
func (s *session) Desk() vm.Desk { return s.desk }

// PickFile lets the user choose a file of any kind.
func (s *session) PickFile(chosen func(path string)) { picker.OpenAny(s.Canvas(), s.desk, chosen) }

// Keyring reports whether the system has a key ring.
func (s *session) Keyring() bool { return s.keyring }

// ProtectionChanged takes over what settings have stored.
func (s *session) ProtectionChanged(kind vm.ProtectionKind) {
	s.account.protection = kind
	s.account.idle.set(s.settings.Now.LockAfter)
	s.updateTray() // it can be locked, or not any more
}

// openSettings shows the settings, at a page if one is named.
func (s *session) openSettings(page string) {
	if s.prefs == nil {
		s.prefs = settings.New(settings.Models{Settings: s.settings, Me: s.me, Storage: s.storage, Trim: s.trim, Devices: s.devices, Picture: s.picture, Data: s.data, Updates: s.updates, Autostart: s.autostart}, s, s.account.host.About(), s.closeSettings)
	}
	s.inSet = true
	s.attend()
	s.show()
	if page != "" {
		s.prefs.Open(page)
	}
}

func (s *session) closeSettings() {
	s.inSet, s.prefs = false, nil
	s.show()
	s.attend()
	if s.chat != nil {
		s.chat.Focus()
	}
}

// openRequests shows the message requests in the place of the list.
func (s *session) openRequests() {
	s.inReq = true
	s.split.SetLeft(s.requests.Object())
}

func (s *session) closeRequests() {
	if !s.inReq {
		return
	}
	s.inReq = false
	s.split.SetLeft(s.left.object)
	s.split.SetLeftWidth(max(s.split.LeftWidth(), theme.LeftMin))
}

// requestsWindow is the window as the list of requests knows it.
type requestsWindow struct{ s *session }

// Toast implements requests.Window.
func (r requestsWindow) Toast(sentence, action string, tapped, expired func()) (dismiss func()) {
	return r.s.Toast(sentence, action, tapped, expired)
}

// Read implements requests.Window.
func (r requestsWindow) Read(conv model.ConversationID) { r.s.openAt(conv, 0) }

// Close implements requests.Window.
func (r requestsWindow) Close() { r.s.closeRequests() }

// Left implements requests.Window.
func (r requestsWindow) Left(conv model.ConversationID) { r.s.gone(conv) }

// BannerHidden implements requests.Window.
func (r requestsWindow) BannerHidden() bool { return r.s.settings.Now.HideRequestsBanner }

// HideBanner implements requests.Window.
func (r requestsWindow) HideBanner(hide bool) { r.s.hideBanner(hide) }

// Copy implements requests.Window.
func (r requestsWindow) Copy(words string) { r.s.Copy(words) }

// Canvas implements requests.Window.
func (r requestsWindow) Canvas() fyne.Canvas { return r.s.Canvas() }
