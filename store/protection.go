package store

import (
	"fmt"
	"io"
)

func newSecretKey(rand io.Reader) (*secretKey, error) {
	var k secretKey
	if _, err := io.ReadFull(rand, k[:]); err != nil {
		return nil, fmt.Errorf("store: read entropy: %w", err)
	}
	return &k, nil
}

// ChangeProtection wraps the database key anew and drops the old slots, in one
// step: after a crash either the old or the new protection opens the profile.
// The database is not touched. A copy of the old profile.json keeps opening
// with the old passphrase: the key is the same.
func (s *Store) ChangeProtection(p Protection) error {
	s.writer.Lock()
	defer s.writer.Unlock()
	s.gate.RLock()
	defer s.gate.RUnlock()
	if s.closed {
		return ErrClosed
	}
	next := *s.prof
	sl, err := newSlot(&next, p, s.master, s.options)
	if err != nil {
		return err
	}
	next.Slots = []slot{sl}
	if err := next.write(s.dir); err != nil {
		forget(s.options.Keyring, next.Slots)
		return err
	}
	old := s.prof.Slots
	s.prof.Slots = next.Slots
	forget(s.options.Keyring, old)
	return nil
}

// forget drops the key ring entries of slots that are gone. A key ring that
// does not answer keeps an entry which opens nothing any more.
func forget(k Keyring, slots []slot) {
	for _, sl := range slots {
		for _, f := range sl.Factors {
			if f.Kind == string(SlotKeyring) {
				_ = k.Delete(f.Account)
			}
		}
	}
}

// CheckPassphrase reports whether pass is the passphrase of the profile, at the
// price of one Argon2id; false when it has none. With a second factor the
// passphrase alone cannot be checked: use CheckUnlock.
func (s *Store) CheckPassphrase(pass []byte) bool {
	return s.CheckUnlock(Unlock{Passphrase: pass})
}

// CheckUnlock reports whether u would open the profile by a slot that has a
// passphrase.
func (s *Store) CheckUnlock(u Unlock) bool {
	s.gate.RLock()
	prof := *s.prof
	s.gate.RUnlock()
	for _, sl := range prof.Slots {
		if !sl.has(string(SlotPassphrase)) {
			continue
		}
		key, err := sl.unwrap(&prof, secrets{u.Passphrase, u.Second, s.options.Keyring})
		if err == nil {
			key.Zero()
			return true
		}
	}
	return false
}

// Protection tells how the profile is protected.
func (s *Store) Protection() Info {
	s.gate.RLock()
	defer s.gate.RUnlock()
	return s.prof.info()
}
