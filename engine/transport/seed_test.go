package transport

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"sotto/engine/protocol/snode"
)

func TestPins(t *testing.T) {
	f := newFakeNet(t, 12)
	year := func(n int) time.Time { return start.AddDate(n, 0, 0) }
	good := f.certificate("seed.test", year(-1), year(1))
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	commonName := f.sign(private, &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Seed.Test"}, NotBefore: year(-1), NotAfter: year(1),
	})
	forged := f.certificate("seed.test", year(-1), year(1))
	broken := bytes.Clone(forged.Certificate[0])
	broken[len(broken)-1] ^= 1 // inside the signature
	leaf, err := x509.ParseCertificate(broken)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		cert *x509.Certificate
		pins []string
		want error
	}{
		{"right", good.Leaf, []string{pinOf(good)}, nil},
		{"one of two", good.Leaf, []string{pinOf(commonName), pinOf(good)}, nil},
		{"common name only", commonName.Leaf, []string{pinOf(commonName)}, nil},
		{"another key", good.Leaf, []string{pinOf(commonName)}, ErrPinMismatch},
		{"expired", f.certificate("seed.test", year(-2), year(-1)).Leaf, nil, ErrCertificate},
		{"not yet valid", f.certificate("seed.test", year(1), year(2)).Leaf, nil, ErrCertificate},
		{"another host", f.certificate("other.test", year(-1), year(1)).Leaf, nil, ErrCertificate},
		{"broken signature", leaf, nil, ErrCertificate},
	}
	for _, tt := range tests {
		if tt.pins == nil {
			tt.pins = []string{pinOf(tls.Certificate{Leaf: tt.cert})}
		}
		pins, err := parsePins(tt.pins)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkPinned([]*x509.Certificate{tt.cert}, pins, "seed.test", start); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if err := checkPinned(nil, nil, "seed.test", start); !errors.Is(err, ErrCertificate) {
		t.Errorf("no certificate: %v", err)
	}
}

func TestWrongPinStopsTheHandshake(t *testing.T) {
	f := newFakeNet(t, 12)
	other := f.certificate("seed.test", start, start.AddDate(1, 0, 0))
	f.network.Seeds[0].Pins = []string{pinOf(other)}
	c, err := New(Config{Network: f.network, Dial: f.dial, Clock: f.clk})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.askSeeds(context.Background(), c.seeds, seedTimeout); !errors.Is(err, ErrPinMismatch) {
		t.Fatalf("error %v", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.asked != 0 {
		t.Error("the request was sent to a server with another key")
	}
}

func TestHTTPSSeedWithoutPinsNeedsAnAuthority(t *testing.T) {
	f := newFakeNet(t, 12)
	f.network.Seeds[0].Pins = nil
	c, err := New(Config{Network: f.network, Dial: f.dial, Clock: f.clk})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var unknown x509.UnknownAuthorityError
	if _, err := c.askSeeds(context.Background(), c.seeds, seedTimeout); !errors.As(err, &unknown) {
		t.Fatalf("error %v", err)
	}
}

func TestFirstSeedThatAnswersWins(t *testing.T) {
	f := newFakeNet(t, 12)
	silent, rude := f.certificate("silent.test", start, start.AddDate(1, 0, 0)), f.certificate("rude.test", start, start.AddDate(1, 0, 0))
	f.serve("silent.test:443", silent, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	f.serve("rude.test:443", rude, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no", 500) }))
	f.network.Seeds = append([]Seed{{"https://silent.test", []string{pinOf(silent)}}, {"https://rude.test", []string{pinOf(rude)}}}, f.network.Seeds...)
	c, err := New(Config{Network: f.network, Dial: f.dial, Clock: f.clk})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	nodes, err := c.askSeeds(context.Background(), c.seeds, seedTimeout)
	if err != nil || len(nodes) != 12 {
		t.Fatalf("%d nodes, %v", len(nodes), err)
	}
}

func TestSilentSeedsTimeOut(t *testing.T) {
	f := newFakeNet(t, 12)
	reached := make(chan struct{}, 1)
	c, err := New(Config{Network: f.network, Clock: f.clk, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		select {
		case reached <- struct{}{}:
		default:
		}
		<-ctx.Done()
		return nil, ctx.Err()
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	done := make(chan error, 1)
	go func() {
		_, err := c.askSeeds(context.Background(), c.seeds, seedTimeout)
		done <- err
	}()
	<-reached
	f.clk.Advance(seedTimeout)
	if err := <-done; err == nil {
		t.Error("no error")
	}
}

func TestSeedTries(t *testing.T) {
	f := newFakeNet(t, 12)
	tries := make(chan time.Time, 10)
	c, err := New(Config{Network: f.network, Clock: f.clk, Dial: func(context.Context, string, string) (net.Conn, error) {
		tries <- f.clk.Now()
		return nil, syscall.ECONNREFUSED
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.fetchSeeds(context.Background(), seedTries)
	}()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for waiting := true; waiting; {
		select {
		case <-done:
			waiting = false
		case <-tick.C:
			f.clk.Advance(250 * time.Millisecond)
		}
	}
	close(tries)
	var at []time.Time
	for try := range tries {
		at = append(at, try)
	}
	if len(at) != seedTries {
		t.Fatalf("%d tries", len(at))
	}
	for i, least := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
		if d := at[i+1].Sub(at[i]); d < least {
			t.Errorf("pause %d was %v", i+1, d)
		}
	}
}

func TestSeedAnswers(t *testing.T) {
	net := &Network{}
	node := `{"public_ip":"45.1.2.3","storage_port":22021,"pubkey_x25519":"` + strings.Repeat("09", 32) + `","pubkey_ed25519":"` + strings.Repeat("0a", 32) + `"}`
	tests := []struct {
		name, body string
		want       int // nodes; 0: an error
	}{
		{"one", `{"jsonrpc":"2.0","result":{"service_node_states":[` + node + `],"status":"OK"}}`, 1},
		{"unusable among them", `{"result":{"service_node_states":[` + node + `,{"public_ip":"0.0.0.0"},{},5]}}`, 1},
		{"inside somebody's house", `{"result":{"service_node_states":[` + strings.Replace(node, "45.1.2.3", "192.168.1.1", 1) + `]}}`, 0},
		{"none", `{"result":{"service_node_states":[]}}`, 0},
		{"error", `{"error":{"code":-1}}`, 0},
		{"not JSON", `<html>`, 0},
		{"empty", ``, 0},
	}
	for _, tt := range tests {
		nodes, err := parseSeedAnswer(net, []byte(tt.body))
		if len(nodes) != tt.want || (err != nil) != (tt.want == 0) || err != nil && !errors.Is(err, ErrSeedAnswer) {
			t.Errorf("%s: %d nodes, %v", tt.name, len(nodes), err)
		}
	}
}

func TestReadBounded(t *testing.T) {
	for _, tt := range []struct {
		size, announced, limit int64
		ok                     bool
	}{
		{0, 0, 10, true}, {10, 10, 10, true}, {10, -1, 10, true},
		{11, -1, 10, false}, {11, 11, 10, false}, {1, 1 << 40, 10, false}, {3, 1, 10, true},
	} {
		b, err := readBounded(bytes.NewReader(make([]byte, tt.size)), tt.announced, tt.limit)
		if tt.ok != (err == nil) || tt.ok && int64(len(b)) != tt.size || !tt.ok && !errors.Is(err, errAnswerTooLarge) {
			t.Errorf("%+v: %d bytes, %v", tt, len(b), err)
		}
	}
}

func FuzzSeedAnswer(f *testing.F) {
	f.Add([]byte(`{"result":{"service_node_states":[{"public_ip":"1.2.3.4","storage_port":1}]}}`))
	f.Add(snode.EncodeSeedAnswer(snode.EncodeNodeList([]snode.Node{testNode(1, 1), testNode(2, 2)}, 5, nil), nil))
	f.Fuzz(func(t *testing.T, body []byte) {
		net := &Network{}
		nodes, err := parseSeedAnswer(net, body)
		if (err == nil) != (len(nodes) > 0) {
			t.Fatal("neither nodes nor an error")
		}
		for i := range nodes {
			if !acceptable(net, &nodes[i]) {
				t.Fatalf("node at %v", nodes[i].IP)
			}
		}
	})
}

func FuzzCachedList(f *testing.F) {
	f.Add(encodeList([]snode.Node{testNode(1, 1), testNode(2, 2)}, start))
	f.Fuzz(func(t *testing.T, b []byte) {
		nodes, at := decodeList(&Network{}, b)
		if len(nodes) == 0 {
			return
		}
		again, atAgain := decodeList(&Network{}, encodeList(nodes, at))
		if len(again) != len(nodes) || atAgain.UnixMilli() != at.UnixMilli() {
			t.Fatal("not the same after another round")
		}
	})
}
