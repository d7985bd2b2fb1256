package store

import (
	"bytes"
	"errors"
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
// with the old passphrase and factor: the key is the same.
func (s *Store) ChangeProtection(p Protection) error {
	s.writer.Lock()
	defer s.writer.Unlock()
	s.gate.RLock()
	defer s.gate.RUnlock()
	if s.closed {
		return ErrClosed
	}
	next := *s.prof
	if p.KeepSecond {
		p.Second = s.second
	}
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
	// Readers of Protection and CheckPassphrase hold the gate for reading, as
	// this does: they get the whole new profile or the whole old one.
	s.protect.Lock()
	s.prof.Slots = next.Slots
	s.remember(p.Second)
	s.protect.Unlock()
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

// remember keeps the second factor that the profile was opened with: so its
// passphrase can be asked for again, or changed, without the factor at hand. It
// stands in memory beside the database key, which tells more, and goes with it.
func (s *Store) remember(two *Second) {
	kept := (*Second)(nil)
	if two != nil {
		kept = &Second{SecondInfo: two.SecondInfo, Secret: bytes.Clone(two.Secret)}
	}
	if s.second != nil {
		clear(s.second.Secret)
	}
	s.second = kept
}

// CheckPassphrase reports whether pass is the passphrase of the profile, at the
// price of one Argon2id; false when it has none. Wrong ones are counted like
// those of Open.
func (s *Store) CheckPassphrase(pass []byte) bool {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if s.closed {
		return false
	}
	s.protect.Lock()
	prof := *s.prof
	known := secrets{passphrase: pass, keyring: s.options.Keyring}
	if s.second != nil {
		known.second = bytes.Clone(s.second.Secret)
		defer clear(known.second)
	}
	s.protect.Unlock()
	for _, sl := range prof.Slots {
		if !sl.has(string(SlotPassphrase)) {
			continue
		}
		key, err := sl.unwrap(&prof, known)
		if err == nil {
			key.Zero()
			clearTries(s.dir)
			return true
		}
		if errors.Is(err, ErrPassphrase) {
			countTry(s.dir)
		}
	}
	return false
}

// Protection tells how the profile is protected.
func (s *Store) Protection() Info {
	s.gate.RLock()
	defer s.gate.RUnlock()
	s.protect.Lock()
	defer s.protect.Unlock()
	return s.prof.info()
}
