package store

import (
	"errors"
	"testing"

	"sotto/engine/model"
)

// A read transaction keeps seeing what was there when it began, also through
// what the store remembers between transactions.
func TestSnapshots(t *testing.T) {
	s := newStore(t)
	meet(t, s, "a")
	var id model.MessageID
	update(t, s, func(tx *Tx) {
		for i := range 2 * tailMax { // in a segment, and some in the tail
			id = say(t, tx, "a", model.Millis(i+1), "hello")
		}
	})
	found := func(tx *Tx) int {
		h, err := tx.Search(model.Query{Text: "hello", Limit: 1000})
		must(t, err)
		for _, x := range h {
			if x.Conversation != conversationWith("a") {
				t.Errorf("hit in %q", x.Conversation)
			}
		}
		return len(h)
	}
	view(t, s, func(tx *Tx) { found(tx) }) // caches are warm
	deleted, done := make(chan struct{}), make(chan error)
	view(t, s, func(old *Tx) {
		go func() {
			err := s.Update(func(tx *Tx) error { return tx.DeleteConversation(conversationWith("a")) })
			close(deleted)
			done <- err
		}()
		<-deleted
		if n := found(old); n != 1000 {
			t.Errorf("%d hits in the old snapshot", n)
		}
		if m, ok := old.Message(id); !ok || m.Conversation != conversationWith("a") {
			t.Error("message is gone from the old snapshot")
		}
		view(t, s, func(tx *Tx) {
			if n := found(tx); n != 0 {
				t.Errorf("%d hits after deletion", n)
			}
		})
		if n := found(old); n != 1000 {
			t.Errorf("%d hits in the old snapshot, later", n)
		}
	})
	must(t, <-done)
}

// What a transaction that is rolled back deleted is still there.
func TestRollbackOfDeletion(t *testing.T) {
	s := newStore(t)
	meet(t, s, "a", "b")
	update(t, s, func(tx *Tx) {
		for i := range 2 * tailMax {
			say(t, tx, "a", model.Millis(i+1), "hello")
		}
	})
	boom := errors.New("boom")
	err := s.Update(func(tx *Tx) error {
		must(t, tx.ClearMessages(conversationWith("a")))
		h, err := tx.Search(model.Query{Text: "hello"})
		if len(h) != 0 || err != nil {
			t.Errorf("%d hits after clearing, %v", len(h), err)
		}
		say(t, tx, "a", 1, "hello again")
		return boom
	})
	if err != boom {
		t.Fatal(err)
	}
	if h := hits(t, s, model.Query{Text: "hello", Limit: 1000}); len(h) != 1000 {
		t.Errorf("%d hits", len(h))
	}
	// The numbers that the failed transaction had given go to others now.
	meet(t, s, "c")
	update(t, s, func(tx *Tx) { say(t, tx, "c", 1, "mine") })
	view(t, s, func(tx *Tx) {
		h, err := tx.Search(model.Query{Text: "mine"})
		if err != nil || len(h) != 1 || h[0].Conversation != conversationWith("c") {
			t.Errorf("%+v, %v", h, err)
		}
	})
}
