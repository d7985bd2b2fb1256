package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/store"
)

// crowd is the profile of somebody who knows many people: the first has written
// longest, the next few have written much that is unread.
type crowd struct {
	profile, network string
	people           []*identity.Account
	me               model.ID
}

const (
	crowdSize     = 1000
	crowdLong     = 100_000 // messages of the first conversation
	crowdUnread   = 10_000  // at the end of those that are jumped through
	crowdUnreads  = 8       // so many conversations after the first
	crowdMessages = 30      // of all others
)

func crowdName(i int) string { return fmt.Sprintf("Person %03d", i) }

// fillCrowd makes the profile, or takes the one of an earlier run.
func (b *bench) fillCrowd(ctx context.Context, profile, network string) (*crowd, error) {
	c := &crowd{profile: profile, network: network}
	// Always the same people, so that their keys need not be kept.
	seed := rand.NewChaCha8([32]byte([]byte("the people of the feel benchmark")))
	for range crowdSize {
		account, err := identity.New(seed)
		if err != nil {
			return nil, err
		}
		c.people = append(c.people, account)
	}
	if _, err := os.Stat(profile); err != nil {
		part := profile + ".part" // until it is whole
		if err := os.RemoveAll(part); err != nil {
			return nil, err
		}
		c.profile = part
		if err := b.newAccount(ctx, part, network); err != nil {
			return nil, err
		}
		if err := c.store(func(s *store.Store) error { return c.fill(ctx, s) }); err != nil {
			return nil, err
		}
		if err := os.Rename(part, profile); err != nil {
			return nil, err
		}
	}
	// Reading changes what is unread: a run has a copy to itself.
	c.profile = profile + "-used"
	if err := os.RemoveAll(c.profile); err != nil {
		return nil, err
	}
	if err := os.CopyFS(c.profile, os.DirFS(profile)); err != nil {
		return nil, err
	}
	return c, c.store(func(*store.Store) error { return nil })
}

// newAccount makes a profile with an account in it.
func (b *bench) newAccount(ctx context.Context, profile, network string) error {
	out, err := exec.CommandContext(ctx, filepath.Join(b.bin, "sotto-cli"), "--profile", profile, "--network", network,
		"--insecure-no-passphrase", "account", "create", "--name", "Robin").CombinedOutput()
	if err != nil {
		return fmt.Errorf("create an account: %w: %s", err, out)
	}
	return nil
}

// store opens the profile's store for f.
func (c *crowd) store(f func(*store.Store) error) error {
	s, err := store.Open(c.profile, store.Unlock{}, store.Options{})
	if err != nil {
		return err
	}
	err = s.View(func(tx *store.Tx) error {
		record, ok := tx.Account()
		if !ok {
			return fmt.Errorf("%s has no account", c.profile)
		}
		account, err := identity.FromSeed(record.Seed)
		if err == nil {
			c.me = account.ID()
		}
		return err
	})
	if err == nil {
		err = f(s)
	}
	if cerr := s.Close(); err == nil {
		err = cerr
	}
	return err
}

// fill writes people and messages. Person 0 is the newest in the list, and so on.
func (c *crowd) fill(ctx context.Context, s *store.Store) error {
	words := newProse(3)
	now := time.Now().UnixMilli()
	if err := s.Update(func(tx *store.Tx) error {
		return tx.PutSettings(model.Settings{PhraseSeen: true, Appearance: model.Appearance{Theme: "light"}})
	}); err != nil {
		return err
	}
	for i, who := range c.people {
		n := crowdMessages
		switch {
		case i == 0:
			n = crowdLong
		case i <= crowdUnreads:
			n = crowdUnread + 200
		}
		conv := model.ConversationOf(who.ID())
		last := now - int64(i)*60_000
		err := s.Update(func(tx *store.Tx) error {
			return tx.PutConversation(model.Conversation{
				ID: conv, Name: crowdName(i), Approved: true, ApprovedMe: true,
				Created: model.Millis(last - int64(n)*40_000), LastActivity: model.Millis(last),
			})
		})
		for from := 0; err == nil && from < n; from += 2000 {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			err = s.Update(func(tx *store.Tx) error {
				for k := from; k < min(from+2000, n); k++ {
					at := model.Millis(last - int64(n-1-k)*40_000)
					m := model.Message{
						Conversation: conv, Sender: who.ID(), Timestamp: at, Received: at, State: model.StateReceived,
						Text: crowdText(words), Unread: i <= crowdUnreads && k >= n-crowdUnread,
					}
					if !m.Unread && words.pick(3) == 0 {
						m.Sender, m.Outgoing, m.State = c.me, true, model.StateSent
					}
					if _, err := tx.AddMessage(&m); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err != nil {
			return err
		}
	}
	for more := true; more; {
		var err error
		if more, err = s.IndexStep(); err != nil {
			return err
		}
	}
	return nil
}

// crowdText is one sentence mostly, sometimes a long message.
func crowdText(words *prose) string {
	text := []string{words.sentence()}
	if words.pick(10) == 0 {
		for range 1 + words.pick(8) {
			text = append(text, words.sentence())
		}
	}
	return strings.Join(text, ". ")
}
