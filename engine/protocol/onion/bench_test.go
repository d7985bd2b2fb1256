package onion

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"testing"
	"time"
)

// What building a request costs beside the cheapest way to its cryptography:
//
//	go test -run - -bench 'Build' ./engine/protocol/onion
//
// BenchmarkBuild must stay below 1.15 × BenchmarkBuildPrimitives: "fresh" (four
// key pairs, four agreements), "pairs" (agreements only) and "stock" (nothing
// asymmetric), each with four key derivations, nonces and AES-GCM of the same
// sizes. BenchmarkBuildRatio runs both alternately, so that the load of the
// machine falls on both, and reports the ratio.

const benchPayload = 3000

func benchPath(b *testing.B) ([]Node, NodeDestination) {
	b.Helper()
	var path []Node
	for range 3 {
		path = append(path, newTestNode(b, AESGCM).Node)
	}
	return path, NodeDestination{Node: newTestNode(b, AESGCM).Node}
}

// benchModes are the three ways to come by keys, each as the real build and as
// its bare cryptography.
func benchModes(b *testing.B) []struct {
	name              string
	build, primitives func()
} {
	b.Helper()
	path, dest := benchPath(b)
	payload := bytes.Repeat([]byte("x"), benchPayload)
	build := func(keys KeySource) {
		if _, err := Build(path, dest, payload, Options{Rand: rand.Reader, Keys: keys}); err != nil {
			b.Fatal(err)
		}
	}
	stock := NewKeyStock(rand.Reader)
	pair, err := NewKeyPair(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	all := append([]Node{dest.Node}, path...)
	keys := make([]LayerKey, len(all))
	peers := make([]*ecdh.PublicKey, len(all))
	for i, n := range all {
		if keys[i], err = FreshKeys(rand.Reader).LayerKey(n.X25519); err != nil {
			b.Fatal(err)
		}
		if peers[i], err = ecdh.X25519().NewPublicKey(n.X25519[:]); err != nil {
			b.Fatal(err)
		}
	}
	return []struct {
		name              string
		build, primitives func()
	}{
		{"fresh", func() { build(nil) }, func() { primitives(b, peers, true, true) }},
		{"pairs", func() {
			for range all {
				stock.AddPair(pair) // the same again, to keep its making out of the figure
			}
			build(stock)
		}, func() { primitives(b, peers, false, true) }},
		{"stock", func() {
			for i, n := range all {
				stock.Add(n.X25519, keys[i])
			}
			build(stock)
		}, func() { primitives(b, peers, false, false) }},
	}
}

var (
	benchKey = func() *ecdh.PrivateKey {
		k, err := ecdh.X25519().NewPrivateKey(bytes.Repeat([]byte{1}, 32))
		if err != nil {
			panic(err)
		}
		return k
	}()
	benchShared = bytes.Repeat([]byte{2}, 32)
)

// primitives does the cryptography of one request with the standard library
// and nothing else. Its one buffer is allocated, since a request is.
func primitives(b *testing.B, peers []*ecdh.PublicKey, pairs, agreements bool) {
	buf := make([]byte, 0, benchPayload+1024)
	for i, peer := range peers {
		k, shared := benchKey, benchShared
		if pairs {
			var secret [32]byte
			if _, err := rand.Read(secret[:]); err != nil {
				b.Fatal(err)
			}
			var err error
			if k, err = ecdh.X25519().NewPrivateKey(secret[:]); err != nil {
				b.Fatal(err)
			}
			k.PublicKey()
		}
		if agreements {
			var err error
			if shared, err = k.ECDH(peer); err != nil {
				b.Fatal(err)
			}
		}
		mac := hmac.New(sha256.New, []byte("LOKI"))
		mac.Write(shared)
		block, err := aes.NewCipher(mac.Sum(nil))
		if err != nil {
			b.Fatal(err)
		}
		gcm, err := cipher.NewGCM(block)
		if err != nil {
			b.Fatal(err)
		}
		var nonce [12]byte
		if _, err := rand.Read(nonce[:]); err != nil {
			b.Fatal(err)
		}
		size := benchPayload + 18 + 200*i
		gcm.Seal(buf, nonce[:], buf[:size], nil)
	}
}

func BenchmarkBuild(b *testing.B) {
	for _, m := range benchModes(b) {
		b.Run(m.name, func(b *testing.B) {
			for b.Loop() {
				m.build()
			}
		})
	}
}

func BenchmarkBuildPrimitives(b *testing.B) {
	for _, m := range benchModes(b) {
		b.Run(m.name, func(b *testing.B) {
			for b.Loop() {
				m.primitives()
			}
		})
	}
}

func BenchmarkBuildRatio(b *testing.B) {
	for _, m := range benchModes(b) {
		b.Run(m.name, func(b *testing.B) {
			var ours, bare time.Duration
			for b.Loop() {
				start := time.Now()
				m.build()
				middle := time.Now()
				m.primitives()
				ours += middle.Sub(start)
				bare += time.Since(middle)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(ours)/float64(b.N), "whole-ns")
			b.ReportMetric(float64(bare)/float64(b.N), "primitives-ns")
			b.ReportMetric(float64(ours)/float64(bare), "ratio")
		})
	}
}

func BenchmarkPeel(b *testing.B) {
	n := newTestNode(b, AESGCM)
	body := sealFor(b, n, frameOf(string(make([]byte, benchPayload)), `{"headers":{}}`))
	for b.Loop() {
		if _, err := Peel(body, n.key); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpenAnswer opens a poll's answer of a thousand messages, 330 bytes each.
func BenchmarkOpenAnswer(b *testing.B) {
	n := newTestNode(b, AESGCM)
	r, err := Build(nil, NodeDestination{Node: n.Node}, []byte("{}"), Options{Rand: rand.Reader})
	if err != nil {
		b.Fatal(err)
	}
	p, err := Peel(r.Body, n.key)
	if err != nil {
		b.Fatal(err)
	}
	doc := []byte(`{"messages":[`)
	for i := range 1000 {
		if i > 0 {
			doc = append(doc, ',')
		}
		doc = append(doc, `{"data":"`...)
		doc = append(doc, bytes.Repeat([]byte("QUJD"), 110)...)
		doc = append(doc, `","expiration":1795467786147,"hash":"29WVgRJYII46e1aXpRRnxktwMcWfCkCd26pejfbyBjo","timestamp":1795381386147}`...)
	}
	doc = append(doc, `],"more":false}`...)
	if !json.Valid(doc) {
		b.Fatal("bad document")
	}
	sealed, err := p.(*Final).Reply.SealNode(rand.Reader, 200, doc, true)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(sealed)))
	for b.Loop() {
		if _, err := r.OpenAnswer(sealed); err != nil {
			b.Fatal(err)
		}
	}
}
