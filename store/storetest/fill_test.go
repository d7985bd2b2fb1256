package storetest

import (
	"testing"

	"sotto/engine/model"
	"sotto/store"
)

// What Fill writes are the texts of Texts, and the index finds them.
func TestFill(t *testing.T) {
	st, err := store.Create(t.TempDir(), "local", store.Protection{None: true}, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	shape := Shape{Conversations: 5, Messages: 1200, Words: 300}
	last := 0
	shape.Progress = func(done int) { last = done }
	if err := Fill(st, Person(-1), shape); err != nil {
		t.Fatal(err)
	}
	if err := Settle(st); err != nil {
		t.Fatal(err)
	}
	if last != shape.Messages {
		t.Errorf("progress ends at %d", last)
	}
	err = st.View(func(tx *store.Tx) error {
		if n := len(tx.Conversations()); n != 5 {
			t.Errorf("%d conversations", n)
		}
		return Texts(shape, func(n, conversation int, outgoing bool, text string) error {
			k := model.MessageKey{Sender: Person(conversation), Timestamp: Start + model.Millis(n)*Step}
			if outgoing {
				k.Sender = Person(-1)
			}
			m, ok := tx.FindMessage(model.ConversationOf(Person(conversation)), k)
			if !ok || m.Text != text || m.Outgoing != outgoing {
				t.Fatalf("message %d is %+v", n, m)
			}
			if n%100 == 0 {
				hits, err := tx.Search(model.Query{Text: `"` + text + `"`})
				if err != nil || len(hits) == 0 || hits[len(hits)-1].Message > m.ID {
					t.Errorf("message %d is not found: %v", n, err)
				}
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}
