package localnet

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
)

// The figures to beat are those of eight official nodes on two cores
// (service-nodes-observed.md §8): store 296/428 a second with 1/8 connections,
// retrieve 1314/1784, store through 3 hops 201/232, retrieve 359/471. As there,
// messages have 1000 bytes, swarms four members, requests are made before the
// clock starts and answers of onion requests are not opened.
func BenchmarkNodes(b *testing.B) {
	for _, connections := range []int{1, 8} {
		for _, kind := range []string{"store-direct", "retrieve-direct", "store-onion", "retrieve-onion"} {
			b.Run(fmt.Sprintf("%s/%d", kind, connections), func(b *testing.B) {
				benchmarkNodes(b, kind, connections)
			})
		}
	}
}

func benchmarkNodes(b *testing.B, kind string, connections int) {
	n := startNet(b, Options{Nodes: 8, SwarmSize: 4, NoEcho: true, NoRateLimit: true})
	alice := person(b, "alice")
	members, others := n.members(alice.ID())
	c := browser(b)
	for i := range 5 {
		mustStore(b, rpc(b, n, c, members[0], storeOf(alice.ID(), n.Now(), strings.Repeat("x", 1000)+itoa(i))))
	}
	type shot struct {
		url  string
		body []byte
	}
	var shots []shot
	for i := range b.N {
		var req snode.Request
		if strings.HasPrefix(kind, "store") {
			data := make([]byte, 1000)
			if _, err := rand.Read(data); err != nil {
				b.Fatal(err)
			}
			r := &snode.StoreRequest{Timestamp: n.Now(), TTL: snode.PublicMaxTTL, Data: data}
			r.Pubkey = alice.ID()
			req = r
		} else {
			r := retrieveOf(b, alice, n.Now(), 0)
			r.MaxCount = 5
			sign(b, r, alice)
			req = r
		}
		to := n.nodeAt(members[i%len(members)])
		if strings.HasSuffix(kind, "direct") {
			shots = append(shots, shot{to.url() + "/storage_rpc/v1", snode.Encode(req)})
			continue
		}
		path := []int{others[i%len(others)], others[(i+1)%len(others)]}
		o, err := onion.Build(n.hops(path), onion.NodeDestination{Node: onionNode(to)}, snode.Encode(req), onion.Options{Rand: rand.Reader})
		if err != nil {
			b.Fatal(err)
		}
		shots = append(shots, shot{n.nodeURL(path[0]) + "/onion_req/v2", o.Body})
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range connections {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(shots) {
					return
				}
				g, err := tryAsk(c, http.MethodPost, shots[i].url, nil, shots[i].body)
				if err != nil || g.status != http.StatusOK {
					b.Errorf("%v %d %.200s", err, g.status, g.body)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}
