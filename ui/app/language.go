package app

import (
	"context"

	"fyne.io/fyne/v2/lang"

	"sotto/ui/settings"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
)

// systemLanguage is the code of the language that the system speaks. Tests and
// pictures replace it.
var systemLanguage = func() string { return lang.SystemLocale().LanguageString() }

// SpeakInstead lets windows take another language for the system's.
func SpeakInstead(code string) { systemLanguage = func() string { return code } }

// speak chooses the language of what is built from now on; empty is that of the
// system.
func (w *Window) speak(code string) {
	if code == "" {
		code = systemLanguage()
	}
	text.SetLanguage(code)
}

// Language implements settings.Window.
func (s *session) Language() string { return s.account.language }

// SetLanguage implements settings.Window. The window is built anew around the
// engine: every model holds sentences. What was open is open again, with its
// draft and its place; what plays or is being recorded goes on.
func (s *session) SetLanguage(code string) {
	w, a := s.Window, s.account
	if code == a.language {
		return
	}
	a.media, a.back = s.media, s.place()
	finish := s.leaveViews()
	w.session = nil
	a.mind()
	settled := make(chan struct{})
	a.settled = settled
	vm.Ask(w.desk, func(ctx context.Context) (struct{}, error) {
		defer close(settled)
		finish(ctx) // drafts and places are read again by what comes
		return struct{}{}, a.host.SetLanguage(code)
	}, func(_ struct{}, err error) {
		a.language = code
		if w.shown != a {
			return // another account was asked for meanwhile
		}
		w.speak(code)
		theme.Apply(w.app, settings.Look(s.settings.Now.Appearance))
		a.enter()
		if w.session != nil {
			w.session.split.SetLeftWidth(s.split.LeftWidth())
		}
		if err != nil {
			w.Toast(vm.Sentence(err), "", nil, nil)
		}
	})
}
