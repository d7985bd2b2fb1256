package app

import (
	"context"
	"net/url"
	"path/filepath"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// housework makes what tidies the profile up. It says how it ended also when
// the settings were left meanwhile.
func (s *session) housework(w *Window) {
	tell := func(sentence string) { w.Toast(sentence, "", nil, nil) }
	changed := func() {
		if s.prefs != nil {
			s.prefs.Update()
		}
	}
	s.storage = vm.NewStorage(s.desk, s.engine, s.account.host.Logs())
	s.storage.Failed, s.storage.Told, s.storage.Changed = tell, tell, changed
	s.trim = vm.NewTrim(s.desk, s.engine)
	s.data = vm.NewData(s.desk, s.engine)
	s.data.Changed = changed
	s.data.Told = func(sentence, path string) {
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
	s.updates = vm.NewUpdates(s.desk, s.engine, s.settings, s.account.host.About().Version, clock.System)
	s.updates.Changed = changed
	s.updates.Found = func(u model.Update) { tell(text.F("update.newer", "version", u.Version, "date", u.Published)) }
	s.autostart = vm.NewAutostart(s.desk, s.account.host.Autostart())
	s.autostart.Changed, s.autostart.Failed = changed, tell
	s.trim.Failed, s.trim.Told, s.trim.Changed = tell, tell, changed
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
	// What another account has in its place is nothing of this one.
	a.told, a.keyFile, a.language = "", "", ""
	w.forgetSecret()
	a.page(widget.NewSurface(theme.Paper, nil), func() {})
	w.look = theme.Options{}
	theme.Apply(w.app, w.look)
	vm.Ask(w.desk, func(ctx context.Context) (struct{}, error) { return struct{}{}, a.host.Clear(ctx) }, func(_ struct{}, err error) {
		if err != nil {
			a.trouble(&Trouble{TroubleClear, err}, engine.Credentials{})
			return
		}
		a.removed()
		w.Toast(text.T("clear.done"), "", nil, nil)
	})
}

// OpenFolder shows a folder in the system's file manager.
func (w *Window) OpenFolder(path string) bool {
	return w.app.OpenURL(&url.URL{Scheme: "file", Path: path}) == nil
}

// Downloads is the folder for what is saved.
func (w *Window) Downloads() string { return downloads() }
