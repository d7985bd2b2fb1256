package store

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"sotto/engine/model"
)

// BenchmarkAddMessages stores batches of 500 over 50 conversations: sealing,
// dedup, counters, index and the sync of each transaction.
func BenchmarkAddMessages(b *testing.B) { benchmarkAdd(b, false) }

// BenchmarkReceive is what the receive pipeline asks for: also the storage hash
// of each message is remembered.
func BenchmarkReceive(b *testing.B) { benchmarkAdd(b, true) }

func benchmarkAdd(b *testing.B, seen bool) {
	s := newStore(b)
	var names []string
	for i := range 50 {
		names = append(names, fmt.Sprint("p", i))
	}
	meet(b, s, names...)
	rnd := rand.New(rand.NewPCG(1, 1))
	words := vocabulary(20000)
	at := model.Millis(1700000000000)
	batch := make([]model.Message, 0, 500)
	b.ReportAllocs()
	for n := 0; n < b.N; n += len(batch) {
		b.StopTimer()
		batch = batch[:0]
		for range min(500, b.N-n) {
			at += 10
			name := names[rnd.IntN(len(names))]
			batch = append(batch, model.Message{
				Conversation: conversationWith(name), Sender: person(name), Timestamp: at, Received: at,
				Text: sentence(rnd, words), Unread: true, Hash: fmt.Sprintf("%043d", at),
			})
		}
		b.StartTimer()
		must(b, s.Update(func(tx *Tx) error {
			for i := range batch {
				if _, err := tx.AddMessage(&batch[i]); err != nil {
					return err
				}
				if !seen {
					continue
				}
				if err := tx.MarkSeen(person("me"), 0, batch[i].Hash, SeenRecord{Expiry: at + 1}); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}

func vocabulary(n int) []string {
	rnd := rand.New(rand.NewPCG(7, 7))
	words := make([]string, n)
	for i := range words {
		w := make([]byte, 2+rnd.IntN(8))
		for j := range w {
			w[j] = "etaoinshrdlucmfwypvbgkqjxz"[min(rnd.IntN(26), rnd.IntN(26))]
		}
		words[i] = string(w)
	}
	return words
}

// sentence draws words with a long-tailed distribution.
func sentence(rnd *rand.Rand, words []string) string {
	b := make([]byte, 0, 80)
	for range 3 + rnd.IntN(15) {
		f := rnd.Float64()
		b = append(b, words[int(f*f*f*float64(len(words)))]...)
		b = append(b, ' ')
	}
	return string(b[:len(b)-1])
}
