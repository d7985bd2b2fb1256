package engine

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/seal"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
	"sotto/internal/clock"
	"sotto/store"
)

// benchWords make texts of about twelve words of a vocabulary of 400.
func benchText(i int) string {
	text := ""
	for j := range 12 {
		text += fmt.Sprintf("word%d ", (i*7+j*j*31)%400)
	}
	return text
}

// benchPages seals messages of a contact and encodes them as a node answers:
// pages of the size that the poller asks for.
func benchPages(b *testing.B, me *identity.Account, n int) (pages [][]byte) {
	b.Helper()
	sender, err := identity.New(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	const perPage = 4400 // messages of 490 bytes in a third of 7.8 MB
	now := clock.System.Now().UnixMilli()
	messages := make([]snode.Message, n)
	var sealers sync.WaitGroup
	for part := range runtime.GOMAXPROCS(0) {
		sealers.Go(func() {
			for i := part; i < n; i += runtime.GOMAXPROCS(0) {
				content := wire.NewText(benchText(i)).Stamp(uint64(now - int64(n) + int64(i)))
				data, err := seal.CloseContent(sender, me.ID(), content, seal.Options{Rand: rand.Reader})
				if err != nil {
					panic(err)
				}
				messages[i] = snode.Message{
					Hash: snode.MessageHash(me.ID(), snode.Default, data), Timestamp: now, Expiration: now + int64(lifetime), Data: data,
				}
			}
		})
	}
	sealers.Wait()
	for len(messages) > 0 {
		k := min(perPage, len(messages))
		a := snode.RetrieveAnswer{Messages: messages[:k], More: len(messages) > k}
		pages = append(pages, a.Encode())
		messages = messages[k:]
	}
	return pages
}

// BenchmarkReceive measures the way in: bytes of retrieve answers to messages
// that are stored, indexed and announced. Compare its time for a message with
// that of BenchmarkPrimitives in the same run.
func BenchmarkReceive(b *testing.B) {
	o := Options{Dir: b.TempDir(), Clock: clock.System}
	o.defaults()
	st, err := store.Create(o.Dir, "memory", store.Protection{None: true}, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	account, err := identity.New(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	if err := st.Update(func(tx *store.Tx) error {
		return tx.PutAccount(store.AccountRecord{Seed: account.SeedBytes(), Name: "Bench"})
	}); err != nil {
		b.Fatal(err)
	}
	e, err := newEngine(o, st, account)
	if err != nil {
		b.Fatal(err)
	}
	l := &link{world: newWorld(clock.System), changed: func() {}}
	l.state.offline = true
	e.core.net = l
	ctx := b.Context()
	go func() { _ = e.Run(ctx) }()
	if err := e.UpdateSettings(ctx, func(*model.Settings) {}); err != nil { // the loop runs
		b.Fatal(err)
	}
	e.Subscribe()
	pages := benchPages(b, account, b.N)
	b.ReportAllocs()
	b.ResetTimer()
	c := e.core
	added, err := c.ingest(ctx, [32]byte{1}, feed{
		account: c.me, space: snode.Default, open: c.openOne,
		fetch: func(string) ([]byte, error) {
			page := pages[0]
			pages = pages[1:]
			return page, nil
		},
		apply: func(page []incoming, last string) (int, error) { return c.apply([32]byte{1}, page, last) },
	})
	b.StopTimer()
	if err != nil || added != b.N {
		b.Fatalf("added %d of %d: %v", added, b.N, err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
}

// BenchmarkPrimitives is what a message costs at least: one X25519 and one
// Ed25519 verification, on all processors.
func BenchmarkPrimitives(b *testing.B) {
	mine, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	other, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	text := make([]byte, 160+64)
	signature := ed25519.Sign(private, text)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := mine.ECDH(other.PublicKey()); err != nil || !ed25519.Verify(public, text, signature) {
				b.Error("primitive failed")
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
}
