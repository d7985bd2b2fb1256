package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"sotto/engine/model"
)

func TestCompact(t *testing.T) {
	s := newStore(t)
	meet(t, s, "a", "b")
	for n := 0; n < 6000; n += 500 {
		update(t, s, func(tx *Tx) {
			for i := range 500 {
				say(t, tx, []string{"a", "b"}[i%2], model.Millis(1+n+i), "some text that is not very short, so that it counts")
			}
		})
	}
	update(t, s, func(tx *Tx) { must(t, tx.ClearMessages(conversationWith("a"))) })
	before, err := s.Usage()
	must(t, err)
	if before.Free < before.File/8 {
		t.Errorf("half of the messages are gone, yet %d of %d bytes are free", before.Free, before.File)
	}
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Compact(canceled, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	midway, cancel := context.WithCancel(context.Background())
	if err := s.Compact(midway, func(done, total int64) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled midway: %v", err)
	}
	if _, err := os.Stat(filepath.Join(s.Dir(), databaseName+compactSuffix)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the unfinished file stays: %v", err)
	}

	// Others read and write meanwhile.
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := s.View(func(tx *Tx) error { tx.Page(conversationWith("b"), model.Anchor{}, 5, 5); return nil }); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	var last model.Millis
	wg.Go(func() {
		for at := model.Millis(10000); ; at++ {
			select {
			case <-stop:
				return
			default:
			}
			err := s.Update(func(tx *Tx) error {
				m := model.Message{Conversation: conversationWith("b"), Sender: person("b"), Timestamp: at}
				_, err := tx.AddMessage(&m)
				return err
			})
			if err != nil {
				t.Error(err)
				return
			}
			last = at
		}
	})
	done, total := int64(0), int64(0)
	must(t, s.Compact(context.Background(), func(d, n int64) { done, total = d, n }))
	close(stop)
	wg.Wait()
	if done == 0 || done > total {
		t.Errorf("progress %d of %d", done, total)
	}
	after, err := s.Usage()
	must(t, err)
	if after.File > before.File*4/5 {
		t.Errorf("%d bytes before, %d after", before.File, after.File)
	}
	s = reopen(t, s)
	view(t, s, func(tx *Tx) {
		if n := tx.CountMessages(conversationWith("b")); n < 3000 {
			t.Errorf("%d messages", n)
		}
		p := tx.Page(conversationWith("b"), model.Anchor{}, 0, 0)
		if last != 0 && p.Messages[0].Timestamp != last {
			t.Errorf("last message is of %d, want %d", p.Messages[0].Timestamp, last)
		}
	})
	// Message numbers are not given again.
	var id model.MessageID
	update(t, s, func(tx *Tx) { id = say(t, tx, "b", 99999, "new") })
	if id <= 6000 {
		t.Errorf("message number %d again", id)
	}
}

// What a process left that ended in the middle of Compact is cleared away.
func TestLeftoverOfCompact(t *testing.T) {
	s := newStore(t)
	leftover := filepath.Join(s.Dir(), databaseName+compactSuffix)
	must(t, os.WriteFile(leftover, []byte("half"), 0o600))
	s = reopen(t, s)
	if _, err := os.Stat(leftover); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("leftover: %v", err)
	}
	must(t, s.Compact(context.Background(), nil))
}
