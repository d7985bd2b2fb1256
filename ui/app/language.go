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
	w.language = code
	if code == "" {
		code = systemLanguage()
	}
	text.SetLanguage(code)
}

// Language implements settings.Window.
func (s *session) Language() string { return s.Window.language }

// SetLanguage implements settings.Window. The window is built anew around the
// engine: every model holds sentences. What was open is open again, with its
// draft and its place; what plays or is being recorded goes on.
func (s *session) SetLanguage(code string) {
	w := s.Window
	if code == w.language {
		return
	}
	back := s.place()
	if s.prefs != nil {
		back.settings = s.prefs.Place()
	}
	media := s.media
	finish := s.leaveViews()
	s.Window.session = nil
	vm.Ask(w.desk, func(ctx context.Context) (struct{}, error) {
		finish(ctx) // drafts and places are read again by what comes
		return struct{}{}, w.host.SetLanguage(code)
	}, func(_ struct{}, err error) {
		if w.closing {
			media.leave()()
			return
		}
		w.speak(code)
		theme.Apply(w.app, settings.Look(s.settings.Now.Appearance))
		next := newSession(w, s.engine, s.protection, media)
		next.look, next.left.applied = s.look, true
		next.split.SetLeftWidth(s.split.LeftWidth())
		w.session = next
		next.begin(back)
		if err != nil {
			w.Toast(vm.Sentence(err), "", nil, nil)
		}
	})
}
