package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"sort"
	"sync"
	"time"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
)

// official are the figures of the official storage server 2.8.0, eight nodes on
// two cores, 1 kB (protocol/service-nodes-observed.md §8). They were taken on
// another machine: a place to look, not a promise.
var official = map[string]float64{
	"store direct 1": 296, "store direct 8": 428, "retrieve direct 1": 1314, "retrieve direct 8": 1784,
	"store onion 1": 201, "store onion 8": 232, "retrieve onion 1": 359, "retrieve onion 8": 471,
}

// node is a service node as the local network's ready line describes it.
type node struct {
	IP      string `json:"ip"`
	Port    int    `json:"port"`
	Ed25519 string `json:"ed25519"`
	X25519  string `json:"x25519"`
	Swarm   string `json:"swarm"`
}

func (n node) layer() (l onion.Node, err error) {
	if _, err = hex.Decode(l.Ed25519[:], []byte(n.Ed25519)); err == nil {
		_, err = hex.Decode(l.X25519[:], []byte(n.X25519))
	}
	return l, err
}

func (b *bench) network(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd, ready, err := b.startLocalnet(ctx, filepath.Join(b.dir, "network"), "--nodes", "8", "--swarm-size", "4", "--no-rate-limit")
	if err != nil {
		return err
	}
	defer func() { cancel(); _ = cmd.Wait() }()
	load, err := newLoad(ready.Nodes)
	if err != nil {
		return err
	}
	direct := map[string]float64{}
	for _, way := range []string{"direct", "onion"} {
		for _, method := range []string{"store", "retrieve"} {
			for _, connections := range []int{1, 8} {
				rate, err := load.measure(ctx, way, method, connections, 3*time.Second)
				if err != nil {
					return fmt.Errorf("%s %s with %d connections: %w", method, way, connections, err)
				}
				name := fmt.Sprintf("%s %s %d", method, way, connections)
				b.table.beside("local network: "+method+" "+way+fmt.Sprintf(", %d connections, 1 kB", connections), rate, "official server 2.8.0 (another machine)", official[name], "/s")
				if connections == 1 && method == "store" {
					direct[way] = 1000 / rate
				}
			}
		}
	}
	b.table.beside("send 1 kB through 3 hops", direct["onion"], "the same store, direct", direct["direct"], "ms")
	return nil
}

// load sends requests of one account to its swarm.
type load struct {
	account *identity.Account
	signer  snode.Signer
	target  node   // a member of the account's swarm
	path    []node // three others
}

func newLoad(nodes []node) (*load, error) {
	account, err := identity.New(rand.Reader)
	if err != nil {
		return nil, err
	}
	var swarms []uint64
	for _, n := range nodes {
		id, err := snode.ParseSwarm(n.Swarm)
		if err != nil {
			return nil, err
		}
		swarms = append(swarms, id)
	}
	sort.Slice(swarms, func(i, j int) bool { return swarms[i] < swarms[j] })
	mine := snode.FormatSwarm(snode.SwarmOf(account.ID(), compact(swarms)))
	l := &load{account: account, signer: snode.NewAccountSigner(account)}
	for _, n := range nodes {
		switch {
		case n.Swarm == mine && l.target.IP == "":
			l.target = n
		case len(l.path) < 3:
			l.path = append(l.path, n)
		}
	}
	if l.target.IP == "" || len(l.path) < 3 {
		return nil, errors.New("the local network is too small")
	}
	return l, nil
}

func compact(sorted []uint64) []uint64 {
	var out []uint64
	for _, s := range sorted {
		if len(out) == 0 || out[len(out)-1] != s {
			out = append(out, s)
		}
	}
	return out
}

// measure sends for the given time over so many connections and returns the
// requests answered each second. Each connection waits for its answer before
// the next request and has an address of its own, since nodes limit the rate of
// one address.
func (l *load) measure(ctx context.Context, way, method string, connections int, length time.Duration) (float64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		total int
		first error
	)
	begin := time.Now()
	for c := range connections {
		wg.Go(func() {
			client := clientFrom(fmt.Sprintf("127.0.%d.%d", 1+c, 1+time.Now().Nanosecond()%250))
			defer client.CloseIdleConnections()
			n := 0
			var err error
			for time.Since(begin) < length && err == nil {
				if err = l.once(ctx, client, way, method); err == nil {
					n++
				}
			}
			mu.Lock()
			defer mu.Unlock()
			total += n
			if err != nil && first == nil {
				first = err
			}
		})
	}
	wg.Wait()
	return float64(total) / time.Since(begin).Seconds(), first
}

func clientFrom(local string) *http.Client {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(local)}, Timeout: 5 * time.Second}
	return &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
		DialContext:     dialer.DialContext,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // nodes sign themselves, as on the real network
	}}
}

func (l *load) request(method string) (snode.Request, error) {
	now := time.Now().UnixMilli()
	if method == "store" {
		data := make([]byte, 1000)
		if _, err := rand.Read(data); err != nil {
			return nil, err
		}
		r := &snode.StoreRequest{Timestamp: now, TTL: int64(24 * time.Hour / time.Millisecond), Data: data}
		r.Auth.Pubkey = l.account.ID()
		return r, nil
	}
	r := &snode.RetrieveRequest{Timestamp: now, MaxCount: 5}
	return r, snode.Sign(r, l.signer)
}

func (l *load) once(ctx context.Context, client *http.Client, way, method string) error {
	r, err := l.request(method)
	if err != nil {
		return err
	}
	body := snode.Encode(r)
	if way == "direct" {
		answer, status, err := post(ctx, client, l.target, "/storage_rpc/v1", body)
		if err != nil {
			return err
		}
		return snode.CheckStatus(status, answer)
	}
	var path []onion.Node
	for _, n := range l.path {
		layer, err := n.layer()
		if err != nil {
			return err
		}
		path = append(path, layer)
	}
	destination, err := l.target.layer()
	if err != nil {
		return err
	}
	request, err := onion.Build(path, onion.NodeDestination{Node: destination}, body, onion.Options{Rand: rand.Reader})
	if err != nil {
		return err
	}
	answer, status, err := post(ctx, client, l.path[0], "/onion_req/v2", request.Body)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return fmt.Errorf("the path answered %d: %.200s", status, answer)
	}
	inner, err := request.OpenAnswer(answer)
	if err != nil {
		return err
	}
	return snode.CheckStatus(inner.Status, inner.Body)
}

func post(ctx context.Context, client *http.Client, n node, path string, body []byte) ([]byte, int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, fmt.Sprintf("https://%s:%d%s", n.IP, n.Port, path), bytes.NewReader(body))
	if err != nil {
		return nil, 0, err
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 12<<20))
	return answer, res.StatusCode, err
}
