package transport_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"sotto/engine/localnet"
	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
	"sotto/engine/transport"
)

// world is a client in a local network, in real time.
type world struct {
	t       *testing.T
	net     *localnet.Network
	client  *transport.Client
	changed chan struct{}

	mu    sync.Mutex
	dials map[string]bool
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, changed: make(chan struct{}, 1), dials: map[string]bool{}}
	var err error
	w.net, err = localnet.Start(context.Background(), localnet.Options{Dir: t.TempDir(), Seed: 7, NoEcho: true,
		Timings: localnet.Timings{Hop: 2 * time.Second, Peer: 2 * time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.net.Close() })
	network, err := transport.ParseNetwork(w.net.File())
	if err != nil {
		t.Fatal(err)
	}
	var dialer net.Dialer
	w.client, err = transport.New(transport.Config{
		Network: network,
		Dial: func(ctx context.Context, kind, addr string) (net.Conn, error) {
			w.mu.Lock()
			w.dials[addr] = true
			w.mu.Unlock()
			return dialer.DialContext(ctx, kind, addr)
		},
		Changed: func() {
			select {
			case w.changed <- struct{}{}:
			default:
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = w.client.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	w.until("online", func(s transport.Status) bool { return s.Connection == model.Online })
	return w
}

func (w *world) until(what string, ok func(transport.Status) bool) {
	w.t.Helper()
	limit := time.After(time.Minute)
	for !ok(w.client.Status()) {
		select {
		case <-w.changed:
		case <-limit:
			w.t.Fatalf("never: %s; %+v", what, w.client.Status())
		}
	}
}

func TestLocalNetwork(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	account, err := identity.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer := snode.NewAccountSigner(account)
	id := signer.Account()

	// Who is asked, and that nobody else is.
	members, err := w.client.Swarm(ctx, id)
	if err != nil || len(members) != 3 {
		t.Fatalf("%d members, %v", len(members), err)
	}
	store := func(text string) func(int64) (snode.Request, error) {
		return func(now int64) (snode.Request, error) {
			return &snode.StoreRequest{Auth: snode.Auth{Pubkey: id}, Timestamp: now, TTL: 60_000, Data: []byte(text)}, nil
		}
	}
	fetch := func(now int64) (snode.Request, error) {
		r := &snode.RetrieveRequest{Timestamp: now}
		return r, snode.Sign(r, signer)
	}
	for i := range 5 {
		if _, err := w.client.Do(ctx, id, store(fmt.Sprint("message ", i)), transport.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range members {
		res, err := w.client.DoAt(ctx, id, m, fetch, transport.Options{})
		if err != nil {
			t.Fatal(err)
		}
		answer, err := snode.DecodeRetrieve(res.Body)
		if err != nil || len(answer.Messages) != 5 || string(answer.Messages[4].Data) != "message 4" {
			t.Fatalf("%v %+v", err, answer)
		}
	}
	guards := map[string]bool{w.net.Ready().Seed[len("https://"):]: true}
	for _, p := range w.client.Status().Paths {
		guards[fmt.Sprintf("%s:%d", p.Hops[0].IP, p.Hops[0].Port)] = true
	}
	w.mu.Lock()
	for addr := range w.dials {
		if !guards[addr] {
			t.Errorf("dialled %s", addr)
		}
	}
	w.mu.Unlock()

	// A name, and a file there and back.
	if err := w.net.RegisterONS("anna", id); err != nil {
		t.Fatal(err)
	}
	if got, err := w.client.ResolveONS(ctx, "anna"); err != nil || got != id {
		t.Errorf("name: %v", err)
	}
	network, err := transport.ParseNetwork(w.net.File())
	if err != nil {
		t.Fatal(err)
	}
	blob := make([]byte, 1<<20)
	_, _ = rand.Read(blob)
	up, err := w.client.Server(ctx, network.FileServer, onion.V4Request{Method: "POST", Endpoint: "/file",
		Headers: []onion.Header{{Name: "Content-Type", Value: "application/octet-stream"}}, Body: blob}, transport.Options{})
	if err != nil || up.Code != 200 {
		t.Fatalf("upload: %d %v", up.Code, err)
	}
	var stored struct{ ID string }
	if err := json.Unmarshal(up.Body, &stored); err != nil {
		t.Fatal(err)
	}
	down, err := w.client.Server(ctx, network.FileServer, onion.V4Request{Method: "GET", Endpoint: "/file/" + stored.ID}, transport.Options{})
	if err != nil || !bytes.Equal(down.Body, blob) {
		t.Errorf("download: %d, %d bytes, %v", down.Code, len(down.Body), err)
	}
}

func TestLocalNetworkInTrouble(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	account, err := identity.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer := snode.NewAccountSigner(account)
	fetch := func(now int64) (snode.Request, error) {
		r := &snode.RetrieveRequest{Timestamp: now}
		return r, snode.Sign(r, signer)
	}
	index := map[[32]byte]int{}
	for _, n := range w.net.Ready().Nodes {
		k, err := hex.DecodeString(n.Ed25519)
		if err != nil {
			t.Fatal(err)
		}
		index[[32]byte(k)] = n.Index
	}
	// A guard dies. Requests go on, and it is replaced.
	guard := w.client.Status().Paths[0].Hops[0]
	if err := w.net.SetFaults(localnet.Faults{Dead: true}, index[guard.Ed25519]); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if _, err := w.client.Do(ctx, signer.Account(), fetch, transport.Options{Timeout: 5 * time.Second, Attempts: 6}); err != nil {
			t.Fatal(err)
		}
	}
	w.client.Wake() // perhaps no request needed that path
	w.until("guard replaced", func(s transport.Status) bool {
		for _, p := range s.Paths {
			if p.Hops[0] == guard {
				return false
			}
		}
		return s.Connection == model.Online
	})
	// The clock of the whole network goes ten minutes ahead.
	if err := w.net.AdvanceClock(10 * time.Minute); err != nil {
		t.Fatal(err)
	}
	if _, err := w.client.Do(ctx, signer.Account(), fetch, transport.Options{Timeout: 5 * time.Second, Attempts: 6}); err != nil {
		t.Fatal(err)
	}
	if !w.client.Status().ClockWrong {
		t.Error("nobody would tell the user")
	}
}
