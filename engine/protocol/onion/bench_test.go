package onion

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/json"
	"testing"
)

// What building a request costs beside the cheapest way to its cryptography:
//
//	go test -run - -bench 'Build' ./engine/protocol/onion
//
// BenchmarkBuild/fresh must stay below 1.15 × BenchmarkBuildPrimitives/fresh
// (four key pairs, four agreements, four AES-GCM of the same sizes), and so for
// "pairs" (agreements only) and "stock" (nothing asymmetric).

const benchPayload = 3000

func benchPath(b *testing.B) ([]Node, NodeDestination) {
	b.Helper()
	var path []Node
	for range 3 {
		path = append(path, newTestNode(b, AESGCM).Node)
	}
	return path, NodeDestination{Node: newTestNode(b, AESGCM).Node}
}

func BenchmarkBuild(b *testing.B) {
	path, dest := benchPath(b)
	payload := bytes.Repeat([]byte("x"), benchPayload)
	b.Run("fresh", func(b *testing.B) {
		for b.Loop() {
			if _, err := Build(path, dest, payload, Options{Rand: rand.Reader}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("pairs", func(b *testing.B) {
		stock := NewKeyStock(rand.Reader)
		pair, err := NewKeyPair(rand.Reader)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			for range 4 {
				stock.AddPair(pair) // the same again, to keep its making out of the figure
			}
			if _, err := Build(path, dest, payload, Options{Rand: rand.Reader, Keys: stock}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("stock", func(b *testing.B) {
		stock := NewKeyStock(rand.Reader)
		all := append([]Node{dest.Node}, path...)
		keys := make([]LayerKey, len(all))
		for i, n := range all {
			k, err := FreshKeys(rand.Reader).LayerKey(n.X25519)
			if err != nil {
				b.Fatal(err)
			}
			keys[i] = k
		}
		for b.Loop() {
			for i, n := range all {
				stock.Add(n.X25519, keys[i])
			}
			if _, err := Build(path, dest, payload, Options{Rand: rand.Reader, Keys: stock}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkBuildPrimitives(b *testing.B) {
	path, dest := benchPath(b)
	var peers []*ecdh.PublicKey
	for _, n := range append([]Node{dest.Node}, path...) {
		p, err := ecdh.X25519().NewPublicKey(n.X25519[:])
		if err != nil {
			b.Fatal(err)
		}
		peers = append(peers, p)
	}
	makePair := func() *ecdh.PrivateKey {
		var secret [32]byte
		if _, err := rand.Read(secret[:]); err != nil {
			b.Fatal(err)
		}
		k, err := ecdh.X25519().NewPrivateKey(secret[:])
		if err != nil {
			b.Fatal(err)
		}
		k.PublicKey()
		return k
	}
	buf := make([]byte, benchPayload+4*250)
	seal := func(key []byte, size int) {
		block, err := aes.NewCipher(key)
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
		gcm.Seal(buf[:0], nonce[:], buf[:size], nil)
	}
	// Sizes of the four plaintexts.
	sizes := []int{benchPayload + 18, benchPayload + 218, benchPayload + 418, benchPayload + 618}
	run := func(name string, pairs, agreements bool) {
		b.Run(name, func(b *testing.B) {
			ready := makePair()
			key := make([]byte, 32)
			for b.Loop() {
				for i, p := range peers {
					k := ready
					if pairs {
						k = makePair()
					}
					if agreements {
						shared, err := k.ECDH(p)
						if err != nil {
							b.Fatal(err)
						}
						key = shared
					}
					seal(key, sizes[i])
				}
			}
		})
	}
	run("fresh", true, true)
	run("pairs", false, true)
	run("stock", false, false)
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
