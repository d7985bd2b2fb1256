package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/store"
)

// conversations is how many the profile that is opened has.
const conversations = 1000

// store fills a profile, opens it beside bbolt opening the same file, and
// searches it beside SQLite searching the same texts.
func (b *bench) store(ctx context.Context) error {
	dir := filepath.Join(b.dir, "profile")
	texts := filepath.Join(b.dir, "texts.tsv")
	if _, err := os.Stat(texts); err != nil {
		if err := b.fill(ctx, dir, texts); err != nil {
			return err
		}
	}
	if err := b.open(dir); err != nil {
		return err
	}
	return b.search(ctx, dir, texts)
}

// fill writes the messages into a profile in the order in which they would have
// come, conversations mixed, and the same texts into a file, a line each.
func (b *bench) fill(ctx context.Context, dir, texts string) error {
	f, err := os.Create(texts + ".part")
	if err != nil {
		return err
	}
	defer f.Close()
	out := bufio.NewWriterSize(f, 1<<20)
	s, err := store.Create(dir, "bench", store.Protection{None: true}, store.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	people := make([]model.ID, conversations)
	err = s.Update(func(tx *store.Tx) error {
		for i := range people {
			account, err := identity.New(rand.Reader)
			if err != nil {
				return err
			}
			people[i] = account.ID()
			c := model.Conversation{ID: model.ConversationOf(people[i]), Name: fmt.Sprintf("Person %d", i), Approved: true, ApprovedMe: true}
			if err := tx.PutConversation(c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	words := newProse(1)
	const batch = 2000
	begin := time.Now()
	at := model.Millis(1_700_000_000_000)
	for n := 0; n < b.messages; n += batch {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		err := s.Update(func(tx *store.Tx) error {
			for i := n; i < min(n+batch, b.messages); i++ {
				who := people[words.pick(conversations)]
				text := words.sentence()
				at += 1000
				m := model.Message{
					Conversation: model.ConversationOf(who), Sender: who, Timestamp: at, Received: at,
					Text: text, State: model.StateReceived,
				}
				if _, err := tx.AddMessage(&m); err != nil {
					return err
				}
				if _, err := fmt.Fprintf(out, "%d\t%s\n", i+1, text); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	added := time.Since(begin)
	for more := true; more; {
		if more, err = s.IndexStep(); err != nil {
			return err
		}
	}
	b.table.beside(fmt.Sprintf("store and index %d messages, batches of %d", b.messages, batch), float64(b.messages)/time.Since(begin).Seconds(),
		"of that, stored before the last index step", float64(b.messages)/added.Seconds(), "/s")
	if err := s.Close(); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return os.Rename(texts+".part", texts)
}

// open times the way from a closed profile to its first list of conversations
// beside bbolt opening the same file and beginning to read. The profile has no
// passphrase: Argon2id is slow on purpose and not what is measured.
func (b *bench) open(dir string) error {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	var ours, theirs []float64
	for range 9 {
		begin := time.Now()
		db, err := bbolt.Open(filepath.Join(dir, "sotto.db"), 0o600, &bbolt.Options{NoFreelistSync: true, FreelistType: bbolt.FreelistMapType})
		if err != nil {
			return err
		}
		if err := db.View(func(tx *bbolt.Tx) error { return nil }); err != nil {
			return err
		}
		theirs = append(theirs, ms(begin))
		if err := db.Close(); err != nil {
			return err
		}

		begin = time.Now()
		s, err := store.Open(dir, store.Unlock{}, store.Options{})
		if err != nil {
			return err
		}
		listed := 0
		if err := s.View(func(tx *store.Tx) error { listed = len(tx.Conversations()); return nil }); err != nil {
			return err
		}
		ours = append(ours, ms(begin))
		if listed != conversations {
			return fmt.Errorf("the list has %d conversations", listed)
		}
		if err := s.Close(); err != nil {
			return err
		}
	}
	b.table.within(fmt.Sprintf("open a profile of %d messages to its first list", b.messages), median(ours), "bbolt opening the same file", median(theirs), "ms", 300)
	return nil
}

func ms(begin time.Time) float64 { return float64(time.Since(begin).Microseconds()) / 1000 }
