package app

import (
	"net/url"
	"path/filepath"

	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/ui/text"
	"sotto/ui/vm"
)

// housework makes what tidies the profile up and copies it. It goes on behind
// another account, and says how it ended then, too.
func (a *account) housework() {
	w := a.w
	tell := func(sentence string) { w.Toast(sentence, "", nil, nil) }
	a.storage = vm.NewStorage(a.desk, a.engine, a.host.Logs())
	a.storage.Failed, a.storage.Told = tell, tell
	a.trim = vm.NewTrim(a.desk, a.engine)
	a.trim.Failed, a.trim.Told = tell, tell
	a.data = vm.NewData(a.desk, a.engine)
	a.data.Told = func(sentence, path string) {
		if path == "" {
			tell(sentence)
			return
		}
		w.Toast(sentence, text.T("data.show"), func() {
			if !w.OpenFolder(filepath.Dir(path)) {
				tell(text.F("help.not_opened", "path", path))
			}
		}, nil)
	}
}

// houseworkChanged lets whoever shows the housework follow it.
func (a *account) houseworkChanged(changed func()) {
	a.storage.Changed, a.trim.Changed, a.data.Changed = changed, changed, changed
}

// housework shows the account's, and makes what concerns the program.
func (s *session) housework(w *Window) {
	tell := func(sentence string) { w.Toast(sentence, "", nil, nil) }
	changed := func() {
		if s.prefs != nil {
			s.prefs.Update()
		}
	}
	s.storage, s.trim, s.data = s.account.storage, s.account.trim, s.account.data
	s.account.houseworkChanged(changed)
	s.updates = vm.NewUpdates(s.desk, s.engine, s.settings, s.account.host.About().Version, clock.System)
	s.updates.Changed = changed
	s.updates.Found = func(u model.Update) { tell(text.F("update.newer", "version", u.Version, "date", u.Published)) }
	s.autostart = vm.NewAutostart(s.desk, s.account.host.Autostart())
	s.autostart.Changed, s.autostart.Failed = changed, tell
}

// ClearData prepares clearing everything. When that comes to its end, the
// session ends, the program removes the profile, and the window begins anew.
func (s *session) ClearData(network bool) *vm.ClearData {
	c := vm.NewClearData(s.desk, s.engine, network, s.account.protection == vm.ByPassphrase, clock.System)
	c.Wipe = s.wipe
	return c
}

func (s *session) wipe() {
	w, a := s.Window, s.account
	s.end()
	w.session = nil
	a.closed()
	w.forgetSecret()
	a.remove()
}

// OpenFolder shows a folder in the system's file manager.
func (w *Window) OpenFolder(path string) bool {
	return w.app.OpenURL(&url.URL{Scheme: "file", Path: path}) == nil
}

// Downloads is the folder for what is saved.
func (w *Window) Downloads() string { return downloads() }
