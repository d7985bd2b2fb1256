// Package storetest fills profiles for tests and benchmarks, here and in other
// rooms: the same seed gives the same people, times and texts.
//
// Fill writes any number of conversations and messages; Texts gives the same
// texts without a store, to hold another index against.
package storetest

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"

	"sotto/engine/model"
	"sotto/store"
)

// Shape is how much Fill writes. The zero value of a field is its default.
type Shape struct {
	Conversations int    // 10
	Messages      int    // 1000, over all conversations
	Words         int    // size of the vocabulary, 50,000
	Batch         int    // messages in one transaction, 500
	Seed          uint64 // of everything random
	// Progress is told after each transaction how many messages are in.
	Progress func(done int)
}

func (s Shape) withDefaults() Shape {
	for _, d := range []struct {
		field *int
		value int
	}{{&s.Conversations, 10}, {&s.Messages, 1000}, {&s.Words, 50000}, {&s.Batch, 500}} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	return s
}

// Start is the sent time of the first message; the others follow at one per
// Step.
const (
	Start model.Millis = 1_700_000_000_000
	Step  model.Millis = 1_000
)

// Person is an account id made of a number.
func Person(n int) model.ID {
	var id model.ID
	id[0] = 0x05
	for i := 1; i < len(id); i += 8 {
		binary.BigEndian.PutUint64(id[i:], uint64(n)*0x9E3779B97F4A7C15+uint64(i))
	}
	return id
}

// Texts calls fn for each message of a shape: its number, the number of its
// conversation, whether it is the user's own, and its text.
func Texts(s Shape, fn func(n, conversation int, outgoing bool, text string) error) error {
	s = s.withDefaults()
	rnd := rand.New(rand.NewPCG(s.Seed, 1))
	words := Vocabulary(s.Words, s.Seed)
	var b []byte
	for n := range s.Messages {
		// A few conversations have most of the messages.
		f := rnd.Float64()
		conversation := int(f * f * float64(s.Conversations))
		b = b[:0]
		for i := range 2 + rnd.IntN(6) + rnd.IntN(12) {
			if i > 0 {
				b = append(b, ' ')
			}
			f := rnd.Float64()
			b = append(b, words[int(f*f*f*f*float64(len(words)))]...)
		}
		if err := fn(n, conversation, rnd.IntN(3) == 0, string(b)); err != nil {
			return err
		}
	}
	return nil
}

// Vocabulary makes n different words; the first ones are short, as the most
// frequent words of languages are.
func Vocabulary(n int, seed uint64) []string {
	rnd := rand.New(rand.NewPCG(seed, 2))
	const letters = "etaoinshrdlucmfwypvbgkqjxz"
	have := make(map[string]bool, n)
	words := make([]string, 0, n)
	for len(words) < n {
		length := 2 + rnd.IntN(3) + min(8, len(words)/40)*rnd.IntN(8)/7
		w := make([]byte, length)
		for i := range w {
			w[i] = letters[min(rnd.IntN(26), rnd.IntN(26))]
		}
		if !have[string(w)] {
			have[string(w)] = true
			words = append(words, string(w))
		}
	}
	return words
}

// Fill writes conversations with Person(0), Person(1), ... and their messages.
// The user is me.
func Fill(st *store.Store, me model.ID, s Shape) error {
	s = s.withDefaults()
	err := st.Update(func(tx *store.Tx) error {
		for i := range s.Conversations {
			err := tx.PutConversation(model.Conversation{
				ID: model.ConversationOf(Person(i)), Name: fmt.Sprint("Person ", i),
				Approved: true, ApprovedMe: true, Created: Start,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	batch := make([]model.Message, 0, s.Batch)
	done := 0
	write := func() error {
		err := st.Update(func(tx *store.Tx) error {
			for i := range batch {
				if _, err := tx.AddMessage(&batch[i]); err != nil {
					return err
				}
			}
			return nil
		})
		done += len(batch)
		batch = batch[:0]
		if s.Progress != nil {
			s.Progress(done)
		}
		return err
	}
	err = Texts(s, func(n, conversation int, outgoing bool, text string) error {
		at := Start + model.Millis(n)*Step
		m := model.Message{
			Conversation: model.ConversationOf(Person(conversation)), Sender: Person(conversation),
			Timestamp: at, Received: at + 100, Text: text,
			Hash: fmt.Sprintf("%043d", n),
		}
		if outgoing {
			m.Sender, m.Outgoing, m.State = me, true, model.StateSent
		}
		if batch = append(batch, m); len(batch) == s.Batch {
			return write()
		}
		return nil
	})
	if err == nil && len(batch) > 0 {
		err = write()
	}
	return err
}

// Settle does all upkeep of the index that is due.
func Settle(st *store.Store) error {
	for {
		if more, err := st.IndexStep(); err != nil || !more {
			return err
		}
	}
}
