package snode

import (
	"bytes"
	"testing"
)

// retrieveAnswer is an answer of n messages whose JSON takes about 330 bytes each.
func retrieveAnswer(n int) []byte {
	a := &RetrieveAnswer{More: true, Stamp: Stamp{T: 1795381386229, HF: HardFork{19, 4}}}
	for i := range n {
		a.Messages = append(a.Messages, Message{Hash: "29WVgRJYII46e1aXpRRnxktwMcWfCkCd26pejfbyBjo",
			Timestamp: 1795381386147, Expiration: 1795554186166, Data: bytes.Repeat([]byte{byte(i), 1, 2}, 56)})
	}
	return a.Encode()
}

func BenchmarkDecodeRetrieve(b *testing.B) {
	const n = 1000
	body := retrieveAnswer(n)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := DecodeRetrieve(body); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/message")
	b.ReportMetric(float64(len(body))/n, "bytes/message")
}

func BenchmarkEncodeRetrieve(b *testing.B) {
	a, err := DecodeRetrieve(retrieveAnswer(1000))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		a.Encode()
	}
}

func BenchmarkParseStore(b *testing.B) {
	body := Encode(&StoreRequest{Auth: Auth{}, Timestamp: 1795381386147, TTL: 86400000, Data: make([]byte, 1000)})
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := Parse(body); err != nil {
			b.Fatal(err)
		}
	}
}
