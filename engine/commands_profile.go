package engine

import (
	"context"

	"sotto/engine/model"
	"sotto/store"
)

// SetName changes the own display name. Contacts learn it with the next message.
func (e *Engine) SetName(ctx context.Context, name string) error {
	name, err := cleanName(name)
	if err != nil {
		return err
	}
	return e.update(ctx, func(w *work) error {
		record, ok := w.tx.Account()
		if !ok {
			return model.Fail(model.ReasonDamaged, "the profile has no account", store.ErrDamaged)
		}
		defer record.Zero()
		if record.Name == name {
			return nil
		}
		record.Name = name
		record.ProfileUpdated = max(int64(w.now)/1000, record.ProfileUpdated+1)
		w.emit(ProfileChanged{})
		w.profileChanged = true
		return w.tx.PutAccount(record)
	})
}

// UpdateSettings lets f change the settings, in one transaction with reading
// them. f runs on the engine's goroutine and must not call the engine.
func (e *Engine) UpdateSettings(ctx context.Context, f func(*model.Settings)) error {
	return e.update(ctx, func(w *work) error {
		s := w.tx.Settings()
		before := s
		f(&s)
		if s == before {
			return nil
		}
		w.emit(SettingsChanged{})
		if s.ShowNoteToSelf != before.ShowNoteToSelf {
			w.emit(ConversationsChanged{})
			w.profileChanged = true
			if c := w.find(w.self); c != nil && s.ShowNoteToSelf && c.Hidden {
				c.Hidden = false
				w.touch(c)
			}
		}
		if s.CommunityRequests != before.CommunityRequests {
			w.profileChanged = true
		}
		if reach := reachOf(s); reach != reachOf(before) {
			w.then(func() { w.net.setReach(reach) })
			w.emit(StatusChanged{})
		}
		w.settings = &s
		return w.tx.PutSettings(s)
	})
}

// CheckPassphrase reports whether a passphrase opens the profile, for the lock
// screen. It takes about half a second.
func (e *Engine) CheckPassphrase(passphrase []byte) bool { return e.store.CheckPassphrase(passphrase) }

// ChangeProtection wraps the key of the profile anew.
func (e *Engine) ChangeProtection(ctx context.Context, p Protection) error {
	if err := ctx.Err(); err != nil {
		return contextError(ctx)
	}
	return storeError("change the protection", e.store.ChangeProtection(p))
}
