package store

import (
	"testing"

	"sotto/engine/model"
)

func TestMessagesBeforeATime(t *testing.T) {
	s := newStore(t)
	meet(t, s, "a", "b")
	const all = 700 // more than two chunks of the list
	update(t, s, func(tx *Tx) {
		for i := range all {
			say(t, tx, "a", model.Millis(1000+i), "old")
			say(t, tx, "b", model.Millis(1000+i), "old, too")
		}
	})
	conv := conversationWith("a")
	view(t, s, func(tx *Tx) {
		for _, c := range []struct {
			before model.Millis
			want   int
		}{{0, 0}, {1000, 0}, {1001, 1}, {1300, 300}, {1699, 699}, {5000, all}} {
			if got := tx.CountBefore(conv, c.before); got != c.want {
				t.Errorf("%d messages before %d, want %d", got, c.before, c.want)
			}
		}
		ids := tx.MessagesBefore(conv, 1500, 20)
		if len(ids) != 20 {
			t.Fatalf("%d messages, want the limit", len(ids))
		}
		for i, id := range ids {
			if m, ok := tx.Message(id); !ok || m.Timestamp != model.Millis(1000+i) || m.Conversation != conv {
				t.Fatalf("message %d is of %d in %s: not the oldest first", i, m.Timestamp, m.Conversation)
			}
		}
		if n := tx.CountBefore("nobody", 5000); n != 0 {
			t.Errorf("a conversation that is not there has %d messages", n)
		}
	})
}

func TestUsageKnowsTheIndex(t *testing.T) {
	s := newStore(t)
	meet(t, s, "a")
	before, err := s.Usage()
	must(t, err)
	update(t, s, func(tx *Tx) {
		for i := range 2 * tailMax {
			say(t, tx, "a", model.Millis(1+i), "words that stand in the index of the search")
		}
	})
	after, err := s.Usage()
	must(t, err)
	if after.Index <= before.Index || after.Index >= after.File {
		t.Errorf("the index takes %d of %d bytes, before there were messages %d", after.Index, after.File, before.Index)
	}
}
