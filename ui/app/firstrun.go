package app

import (
	"context"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/onboarding"
	"sotto/ui/vm"
)

// welcome begins the first run, of the first account or of another one.
func (a *account) welcome() {
	w := a.w
	desk, leave := w.desk.Sub()
	first := onboarding.New(desk, starter{a, a.language}, w)
	a.page(first.Object(), func() {
		leave()
		w.first = nil
	})
	w.first = first
}

// starter makes the profile of the first run and goes on with it.
type starter struct {
	a        *account
	language string // that the first run speaks
}

// Keyring implements vm.Starter.
func (s starter) Keyring() bool { return s.a.host.Keyring() }

// Create implements vm.Starter.
func (s starter) Create(ctx context.Context, p engine.Protection, origin engine.Origin, name string) error {
	e, err := s.a.host.Create(ctx, p, origin, name)
	if err != nil {
		return err
	}
	if s.language != "" {
		// The next start speaks the system's language without it, no harm.
		_ = s.a.host.SetLanguage(s.language)
	}
	if origin.Phrase != "" {
		// Who restores has the phrase written down. Losing this note shows the
		// banner once more, no harm.
		_ = e.UpdateSettings(ctx, func(m *model.Settings) { m.PhraseSeen = true })
	}
	kind := vm.ByNothing
	switch {
	case p.Keyring:
		kind = vm.ByKeyring
	case len(p.Passphrase) > 0:
		kind = vm.ByPassphrase
	}
	// Also when the user has gone back meanwhile: the account is made.
	s.a.w.desk.Post(func() {
		s.a.added()
		s.a.opened(e, kind)
		s.a.enter()
	})
	return nil
}
