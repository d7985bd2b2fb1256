package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/store/fts"
)

func hits(t testing.TB, s *Store, q model.Query) []model.MessageID {
	t.Helper()
	var ids []model.MessageID
	view(t, s, func(tx *Tx) {
		found, err := tx.Search(q)
		must(t, err)
		for _, h := range found {
			ids = append(ids, h.Message)
		}
	})
	return ids
}

func idle(t testing.TB, s *Store) (steps int) {
	t.Helper()
	for {
		more, err := s.IndexStep()
		must(t, err)
		if !more {
			return steps
		}
		if steps++; steps > 100000 {
			t.Fatal("index upkeep does not end")
		}
	}
}

func TestSearchInProfile(t *testing.T) {
	s := newStore(t)
	meet(t, s, "a", "b")
	var hello, world, reply model.MessageID
	update(t, s, func(tx *Tx) {
		hello = say(t, tx, "a", 100, "Hello there, General")
		world = say(t, tx, "b", 200, "hello world")
		m := model.Message{
			Conversation: conversationWith("b"), Sender: person("me"), Outgoing: true, Timestamp: 300,
			Attachments: []model.Attachment{{Name: "World map.pdf", Caption: "the hello map"}},
		}
		_, err := tx.AddMessage(&m)
		must(t, err)
		reply = m.ID
	})
	yes, no := true, false
	for _, c := range []struct {
		q    model.Query
		want []model.MessageID
	}{
		{model.Query{Text: "hel"}, []model.MessageID{reply, world, hello}},
		{model.Query{Text: "hello wor"}, []model.MessageID{reply, world}},
		{model.Query{Text: `"hello world"`}, []model.MessageID{world}},
		{model.Query{Text: "hello", Conversation: conversationWith("a")}, []model.MessageID{hello}},
		{model.Query{Text: "hello", Conversation: conversationWith("nobody")}, nil},
		{model.Query{Text: "hello", Outgoing: &yes}, []model.MessageID{reply}},
		{model.Query{Text: "hello", Outgoing: &no}, []model.MessageID{world, hello}},
		{model.Query{Text: "hello", From: 150, To: 250}, []model.MessageID{world}},
		{model.Query{Text: "hello", Limit: 1}, []model.MessageID{reply}},
		{model.Query{Text: "hello", Before: &model.Hit{Message: reply, Timestamp: 300}}, []model.MessageID{world, hello}},
		{model.Query{Text: "pdf"}, []model.MessageID{reply}},
		{model.Query{Text: "  "}, nil},
	} {
		if got := hits(t, s, c.q); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.q, got, c.want)
		}
	}
}

// TestSearchThroughALife compares searches with a plain look at all messages
// while messages come, change and go and the index is flushed, merged, purged
// and compacted.
func TestSearchThroughALife(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 3))
	s := newStore(t)
	people := []string{"a", "b", "c"}
	meet(t, s, people...)
	words := vocabulary(60)
	texts := map[model.MessageID]model.Message{}
	at := model.Millis(1000)
	text := func() string {
		var b strings.Builder
		for range 1 + rnd.IntN(6) {
			b.WriteString(words[rnd.IntN(len(words))] + " ")
		}
		return b.String()
	}
	var ids []model.MessageID // of all that ever were
	any := func() model.Message {
		for len(texts) > 0 {
			if m, there := texts[ids[rnd.IntN(len(ids))]]; there {
				return m
			}
		}
		return model.Message{}
	}
	for round := range 40 {
		update(t, s, func(tx *Tx) {
			for range rnd.IntN(700) {
				at += model.Millis(rnd.IntN(3))
				who := people[rnd.IntN(3)]
				m := model.Message{
					Conversation: conversationWith(who), Sender: person(who), Timestamp: at - model.Millis(rnd.IntN(2)*rnd.IntN(300)),
					Text: text(), Outgoing: rnd.IntN(2) == 0,
				}
				added, err := tx.AddMessage(&m)
				must(t, err)
				if added {
					texts[m.ID] = m
					ids = append(ids, m.ID)
				}
				if rnd.IntN(10) == 0 {
					gone := any()
					_, err := tx.DeleteMessage(gone.ID)
					must(t, err)
					delete(texts, gone.ID)
				}
				if rnd.IntN(10) == 0 && len(texts) > 0 {
					m := any()
					if m.Text = text(); rnd.IntN(5) == 0 {
						m.Text = ""
					}
					must(t, tx.PutMessage(m))
					texts[m.ID] = m
				}
			}
		})
		drop := func(who string) {
			for id, m := range texts {
				if m.Conversation == conversationWith(who) {
					delete(texts, id)
				}
			}
		}
		switch rnd.IntN(12) {
		case 0:
			update(t, s, func(tx *Tx) { must(t, tx.ClearMessages(conversationWith("a"))) })
			drop("a")
		case 1:
			update(t, s, func(tx *Tx) { must(t, tx.DeleteConversation(conversationWith("b"))) })
			drop("b")
			meet(t, s, "b")
		case 2:
			s = reopen(t, s) // perhaps in the middle of a merge
		case 3:
			must(t, s.Compact(context.Background(), nil))
		default:
			for range rnd.IntN(10) {
				_, err := s.IndexStep()
				must(t, err)
			}
		}
		for range 15 {
			q := model.Query{Text: words[rnd.IntN(len(words))], Limit: 1 + rnd.IntN(200)}
			switch rnd.IntN(4) {
			case 0:
				q.Text = q.Text[:1]
			case 1:
				q.Text = `"` + q.Text + " " + words[rnd.IntN(len(words))] + `"`
			case 2:
				q.Text += " " + words[rnd.IntN(len(words))][:1]
			}
			if rnd.IntN(3) == 0 {
				q.Conversation = conversationWith(people[rnd.IntN(3)])
			}
			parsed := fts.Parse(q.Text)
			var want []model.Message
			for _, m := range texts {
				if parsed.Matches(fts.Tokenize(m.Text)) && (q.Conversation == "" || q.Conversation == m.Conversation) {
					want = append(want, m)
				}
			}
			slices.SortFunc(want, func(a, b model.Message) int {
				if a.Timestamp != b.Timestamp {
					return int(b.Timestamp - a.Timestamp)
				}
				return int(b.ID) - int(a.ID)
			})
			var ids []model.MessageID
			for _, m := range want[:min(len(want), q.Limit)] {
				ids = append(ids, m.ID)
			}
			if got := hits(t, s, q); !slices.Equal(got, ids) {
				t.Fatalf("round %d, %+v:\ngot  %v\nwant %v", round, q, got, ids)
			}
		}
	}
	idle(t, s)
	// After a Compact nothing dead is left to be marked.
	must(t, s.Compact(context.Background(), nil))
	idle(t, s)
	view(t, s, func(tx *Tx) {
		if k, _ := tx.bucket(bucketIndexDead).Cursor().First(); k != nil {
			t.Error("marks of dead messages are left")
		}
		for _, seg := range tx.index().segments {
			if seg.dead != 0 {
				t.Errorf("segment %d still counts %d dead", seg.number, seg.dead)
			}
		}
	})
}

// The words of a deleted message are out of the index after a day at most.
func TestDeletedWordsLeaveTheIndex(t *testing.T) {
	now := clock.NewManual(time.Unix(1700000000, 0))
	dir := t.TempDir()
	s, err := Create(dir, "local", Protection{None: true}, Options{Clock: now})
	must(t, err)
	defer s.Close()
	meet(t, s, "a")
	var secret model.MessageID
	update(t, s, func(tx *Tx) {
		for i := range 2 * tailMax {
			say(t, tx, "a", model.Millis(i+1), "plain talk")
		}
		secret = say(t, tx, "a", 5000, "burnafterreading")
		for i := range 2 * tailMax {
			say(t, tx, "a", model.Millis(i+6000), "plain talk")
		}
	})
	idle(t, s)
	update(t, s, func(tx *Tx) {
		_, err := tx.DeleteMessage(secret)
		must(t, err)
	})
	inIndex := func() (found bool) {
		view(t, s, func(tx *Tx) {
			tx.each(bucketIndex, func(_, plain []byte) bool {
				found = found || strings.Contains(string(plain), "burnafterreading")
				return true
			})
		})
		return found
	}
	idle(t, s)
	if !inIndex() {
		t.Fatal("the test looks in the wrong place")
	}
	if h := hits(t, s, model.Query{Text: "burn"}); len(h) != 0 {
		t.Fatal("found after deletion")
	}
	now.Advance(25 * time.Hour)
	idle(t, s)
	if inIndex() {
		t.Fatal("the word is still in the index")
	}
	if h := hits(t, s, model.Query{Text: "plain", Limit: 1000}); len(h) != 1000 {
		t.Fatalf("%d hits", len(h))
	}
}

func TestTailStaysShort(t *testing.T) {
	s := newStore(t)
	meet(t, s, "a")
	for i := range 3000 {
		if i%500 == 0 {
			continue
		}
		update(t, s, func(tx *Tx) { say(t, tx, "a", model.Millis(i), fmt.Sprint("number ", i)) })
		if i > 1200 {
			break
		}
	}
	view(t, s, func(tx *Tx) {
		if n := tx.bucket(bucketMessages).Sequence() - tx.index().watermark; n >= tailMax {
			t.Errorf("%d messages outside of segments", n)
		}
		if len(tx.index().segments) == 0 {
			t.Error("no segment")
		}
	})
	if h := hits(t, s, model.Query{Text: "number 77"}); len(h) == 0 {
		t.Error("nothing found")
	}
}
