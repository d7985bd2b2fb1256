package vm

import (
	"context"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/clock"
)

// SettingsEngine is what settings need of the engine.
type SettingsEngine interface {
	Subscriber
	ProxyEngine
	Settings() model.Settings
	UpdateSettings(ctx context.Context, f func(*model.Settings)) error
	ChangeProtection(ctx context.Context, p engine.Protection) error
	CheckPassphrase(passphrase []byte) bool
	WrongTries() int
	Blocked() []model.Conversation
	Unblock(ctx context.Context, conv model.ConversationID) error
}

// Settings are the choices of the profile's owner. A change is shown at once
// and stored behind it.
type Settings struct {
	Changed func() // on the interface's goroutine
	Failed  func(sentence string)

	Now     model.Settings
	Loaded  bool
	Blocked []model.Conversation

	// TriesChanged is called when the pause after wrong passphrases moves on.
	TriesChanged func()
	tries        slowdown

	desk    Desk
	engine  SettingsEngine
	storing int // changes that are on their way to the store
}

// NewSettings reads the settings and follows their changes.
func NewSettings(desk Desk, e SettingsEngine) *Settings {
	s := &Settings{desk: desk, engine: e, Changed: func() {}, Failed: func(string) {}, TriesChanged: func() {}}
	s.tries = slowdown{desk: desk, clock: clock.System, changed: func() { s.TriesChanged() }}
	desk.Watch(e, func(events []engine.Event) {
		for _, ev := range events {
			switch ev.(type) {
			case engine.SettingsChanged, engine.ConversationChanged, engine.ConversationsChanged, engine.Resync:
				s.load()
				return
			}
		}
	})
	s.load()
	return s
}

func (s *Settings) load() {
	type both struct {
		settings model.Settings
		blocked  []model.Conversation
	}
	Ask(s.desk, func(context.Context) (both, error) {
		return both{s.engine.Settings(), s.engine.Blocked()}, nil
	}, func(b both, _ error) {
		if s.storing == 0 { // else what is shown is newer
			s.Now = b.settings
		}
		s.Blocked, s.Loaded = b.blocked, true
		s.Changed()
	})
}

// Change changes settings.
func (s *Settings) Change(f func(*model.Settings)) {
	f(&s.Now)
	s.Changed()
	s.storing++
	s.desk.Do(func(ctx context.Context) error { return s.engine.UpdateSettings(ctx, f) }, func(err error) {
		s.storing--
		if err != nil {
			s.Failed(Sentence(err))
			s.load()
		}
	})
}

// Unblock ends blocks.
func (s *Settings) Unblock(ids ...model.ConversationID) {
	s.desk.Do(func(ctx context.Context) error {
		for _, id := range ids {
			if err := s.engine.Unblock(ctx, id); err != nil {
				return err
			}
		}
		return nil
	}, func(err error) {
		if err != nil {
			s.Failed(Sentence(err))
		}
		s.load()
	})
}

// NewProxyForm begins to choose another proxy.
func (s *Settings) NewProxyForm(desk Desk) *ProxyForm {
	return NewProxyForm(desk, s.engine, s.Now.Proxy)
}

// AskPassphrase prepares asking for the passphrase until now: it looks how often
// somebody was wrong.
func (s *Settings) AskPassphrase() { s.tries.countTries(s.engine.WrongTries) }

// Wait is how many seconds Protect lets nobody pass.
func (s *Settings) Wait() int { return s.tries.Wait }

// Protect changes how the profile is protected. old is asked for when a
// passphrase is set. A new passphrase keeps the second factor. done gets a
// sentence when it did not work. Nothing happens while somebody has to wait.
func (s *Settings) Protect(choice ProtectionChoice, hadPassphrase bool, old string, done func(problem string)) {
	if hadPassphrase && (s.tries.Wait > 0 || s.tries.early(func() { s.Protect(choice, hadPassphrase, old, done) })) {
		return
	}
	secret := []byte(old)
	Ask(s.desk, func(ctx context.Context) (bool, error) {
		defer clear(secret)
		if hadPassphrase && !s.engine.CheckPassphrase(secret) {
			return false, nil
		}
		return true, s.engine.ChangeProtection(ctx, choice.Protection())
	}, func(right bool, err error) {
		switch {
		case !right:
			s.tries.failed()
			done(wrongPassphrase())
		case err != nil:
			done(sentenceIn("create", err))
		default:
			done("")
		}
	})
}

// NotifyContent is what a notification tells.
type NotifyContent int

// The choices, the most telling first.
const (
	NotifyText    NotifyContent = iota // name and text
	NotifyName                         // name
	NotifyNothing                      // that there is a message
)

// NotifyContentOf reads the choice.
func NotifyContentOf(s model.Settings) NotifyContent {
	switch {
	case s.HidePreviews:
		return NotifyNothing
	case s.HideText:
		return NotifyName
	}
	return NotifyText
}

// SetNotifyContent changes the choice.
func SetNotifyContent(s *model.Settings, c NotifyContent) {
	s.HidePreviews, s.HideText = c == NotifyNothing, c == NotifyName
}

// LockMinutes are the pauses after which the window locks; 0 is never.
var LockMinutes = []int{0, 1, 5, 15, 60}
