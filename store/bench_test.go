package store

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"sotto/engine/model"
)

// BenchmarkAddMessages stores batches of 500 over 50 conversations, as the
// receive pipeline does, with sealing, dedup, counters and the index.
func BenchmarkAddMessages(b *testing.B) {
	s := newStore(b)
	var names []string
	for i := range 50 {
		names = append(names, fmt.Sprint("p", i))
	}
	meet(b, s, names...)
	rnd := rand.New(rand.NewPCG(1, 1))
	words := vocabulary(20000)
	at := model.Millis(1700000000000)
	b.ResetTimer()
	b.ReportAllocs()
	for n := 0; n < b.N; {
		err := s.Update(func(tx *Tx) error {
			for range min(500, b.N-n) {
				n++
				at += 10
				name := names[rnd.IntN(len(names))]
				m := model.Message{
					Conversation: conversationWith(name), Sender: person(name), Timestamp: at, Received: at,
					Text: sentence(rnd, words), Unread: true, Hash: "0123456789012345678901234567890123456789012",
				}
				if _, err := tx.AddMessage(&m); err != nil {
					return err
				}
				if err := tx.MarkSeen(person("me"), 0, fmt.Sprint("hash", n), SeenRecord{Expiry: at + 1}); err != nil {
					return err
				}
			}
			return nil
		})
		must(b, err)
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
