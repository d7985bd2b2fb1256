package transport

import (
	"context"
	"crypto/rand"
	"log/slog"
	"testing"

	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
)

// A poll over three hops in memory, servers' work included.
func BenchmarkDo(b *testing.B) {
	f := newFakeNet(b, 12)
	a := anna(b, f, 4)
	p := f.run(func(c *Config) { c.Logger = slog.New(slog.DiscardHandler) })
	p.until("online", online(p))
	b.Run("one", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.Do(context.Background(), a.id, a.poll, Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("many", func(b *testing.B) {
		b.SetParallelism(16)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := p.Do(context.Background(), a.id, a.poll, Options{}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
}

// What building a request costs with keys made ahead, and without.
func BenchmarkBuild(b *testing.B) {
	f := newFakeNet(b, 12)
	p := f.run(func(c *Config) { c.Logger = slog.New(slog.DiscardHandler) })
	p.until("online", online(p))
	p.mu.Lock()
	hops := p.k.slots[0].hops
	p.mu.Unlock()
	dest := f.nodes[0].info
	payload := snode.Encode(&snode.InfoRequest{})
	b.Run("fresh", func(b *testing.B) {
		for b.Loop() {
			if _, err := onion.Build(layers(hops), nodeDestination(&dest), payload, onion.Options{Rand: p.cfg.Rand}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("prepared", func(b *testing.B) {
		stock := onion.NewKeyStock(p.cfg.Rand)
		fill := func() {
			for _, n := range hops {
				_ = stock.Prepare(n.X25519, 1000)
			}
			for stock.Pairs() < 1000 {
				pair, err := onion.NewKeyPair(p.cfg.Rand)
				if err != nil {
					b.Fatal(err)
				}
				stock.AddPair(pair)
			}
		}
		for i := 0; b.Loop(); i++ {
			if i%1000 == 0 {
				b.StopTimer()
				fill()
				b.StartTimer()
			}
			if _, err := onion.Build(layers(hops), nodeDestination(&dest), payload, onion.Options{Rand: p.cfg.Rand, Keys: stock}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// The list of a network of two thousand nodes: choosing a path, keeping it.
func BenchmarkPool(b *testing.B) {
	list := make([]snode.Node, 0, 2000)
	for i := range cap(list) {
		n := testNode(i, i%250)
		n.IP = n.IP.Next()
		list = append(list, n)
	}
	net := &Network{MinPool: 12, DistinctSubnets: true}
	k := newKeeper(net, dice{rand.Reader})
	k.replacePool(list, start)
	b.Run("begin", func(b *testing.B) {
		for b.Loop() {
			k.clearSlot(0)
			if _, ok := k.begin(0); !ok {
				b.Fatal("no path")
			}
		}
	})
	b.Run("cache", func(b *testing.B) {
		for b.Loop() {
			nodes, _ := decodeList(net, encodeList(list, start))
			if len(nodes) != len(list) {
				b.Fatal(len(nodes))
			}
		}
	})
}
