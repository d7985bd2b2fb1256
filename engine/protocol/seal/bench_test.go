package seal

import (
	"bytes"
	"crypto/ed25519"
	"testing"

	"filippo.io/edwards25519"

	"sotto/engine/protocol/wire"
	"sotto/internal/beside"
)

// The Ratio benchmarks run the whole and the sum of its primitives in turns, so that a busy machine slows down both, and report the ratio of the
// medians. Run with
//
//	go test -bench . -run '^$' ./engine/protocol/seal

// benchContent is an encoded text message of 320 bytes.
func benchContent(b *testing.B, ms uint64) []byte {
	m := wire.NewText("").Stamp(ms)
	m.DataMessage.Profile = &wire.LokiProfile{
		DisplayName:              wire.Some("Alice"),
		LastProfileUpdateSeconds: wire.Some(uint64(1699999999)),
	}
	for n := 250; ; n++ {
		m.DataMessage.Body = wire.Some(string(bytes.Repeat([]byte("x"), n)))
		out, err := m.Marshal()
		if err != nil {
			b.Fatal(err)
		}
		if len(out) == 320 {
			return out
		}
		if len(out) > 320 {
			b.Fatal("no body gives 320 bytes")
		}
	}
}

const benchTime = 1700000000123

func BenchmarkOpenRatio(b *testing.B) {
	whole, parts := openPair(b)
	beside.Bench(b, nil, whole, parts)
}

func BenchmarkOpen(b *testing.B) {
	whole, _ := openPair(b)
	b.ReportAllocs()
	for b.Loop() {
		whole()
	}
}

func BenchmarkOpenPrimitives(b *testing.B) {
	_, parts := openPair(b)
	for b.Loop() {
		parts()
	}
}

// Opening needs one X25519, one Ed25519 verification and one Edwards →
// Montgomery.
func openPair(b *testing.B) (whole, parts func()) {
	alice, bob := person(b, 1), person(b, 2)
	data, err := Close(alice, bob.ID(), benchContent(b, benchTime), benchTime, Options{Rand: entropy(3)})
	if err != nil {
		b.Fatal(err)
	}
	signed := make([]byte, 480+64)
	signature := ed25519.Sign(alice.Ed25519(), signed)
	remote := alice.X25519().PublicKey()
	whole = func() {
		if _, err := Open(bob, data); err != nil {
			b.Fatal(err)
		}
	}
	parts = func() {
		if _, err := bob.X25519().ECDH(remote); err != nil {
			b.Fatal(err)
		}
		if !ed25519.Verify(alice.Ed25519Public(), signed, signature) {
			b.Fatal("signature")
		}
		p, err := new(edwards25519.Point).SetBytes(alice.Ed25519Public())
		if err != nil {
			b.Fatal(err)
		}
		p.BytesMontgomery()
	}
	return whole, parts
}

func BenchmarkCloseRatio(b *testing.B) {
	whole, parts := closePair(b)
	beside.Bench(b, nil, whole, parts)
}

func BenchmarkClose(b *testing.B) {
	whole, _ := closePair(b)
	b.ReportAllocs()
	for b.Loop() {
		whole()
	}
}

func BenchmarkClosePrimitives(b *testing.B) {
	_, parts := closePair(b)
	for b.Loop() {
		parts()
	}
}

// Closing needs one key generation, one X25519 and one signature. The fastest
// key generation at hand is a fixed-base multiplication on the Edwards curve.
func closePair(b *testing.B) (whole, parts func()) {
	alice, bob := person(b, 1), person(b, 2)
	content := benchContent(b, benchTime)
	random := entropy(3)
	signed := make([]byte, 480+64)
	remote := bob.X25519().PublicKey()
	whole = func() {
		if _, err := Close(alice, bob.ID(), content, benchTime, Options{Rand: random}); err != nil {
			b.Fatal(err)
		}
	}
	parts = func() {
		var k [32]byte
		random.Read(k[:])
		s, err := edwards25519.NewScalar().SetBytesWithClamping(k[:])
		if err != nil {
			b.Fatal(err)
		}
		new(edwards25519.Point).ScalarBaseMult(s).BytesMontgomery()
		if _, err := alice.X25519().ECDH(remote); err != nil {
			b.Fatal(err)
		}
		ed25519.Sign(alice.Ed25519(), signed)
	}
	return whole, parts
}

// With a key made ahead of time one X25519 and one signature are left.
func BenchmarkClosePreparedRatio(b *testing.B) {
	alice, bob := person(b, 1), person(b, 2)
	content := benchContent(b, benchTime)
	random := entropy(3)
	signed := make([]byte, 480+64)
	remote := bob.X25519().PublicKey()
	var next *Ephemeral
	beside.Bench(b, func() {
		var err error
		if next, err = NewEphemeral(random); err != nil {
			b.Fatal(err)
		}
	}, func() {
		if _, err := Close(alice, bob.ID(), content, benchTime, Options{Ephemeral: next}); err != nil {
			b.Fatal(err)
		}
	}, func() {
		if _, err := alice.X25519().ECDH(remote); err != nil {
			b.Fatal(err)
		}
		ed25519.Sign(alice.Ed25519(), signed)
	})
}
