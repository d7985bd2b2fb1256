package testkit

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/engine/transport"
)

// eavesdropper sits between an engine and the network. It notes every address
// that is dialled, and reads what goes to and from guard nodes inside their
// TLS, as the guard node itself does: their certificates are not checked, by
// design of the network, because the onion layers protect what is inside.
type eavesdropper struct {
	seeds map[string]bool
	cert  tls.Certificate

	mu     sync.Mutex
	dialed map[string]int
	heard  bytes.Buffer
}

func newEavesdropper(t *testing.T, network transport.Network) *eavesdropper {
	t.Helper()
	e := &eavesdropper{seeds: map[string]bool{}, dialed: map[string]int{}}
	for _, s := range network.Seeds {
		u, err := url.Parse(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		e.seeds[u.Host] = true
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	e.cert = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	return e
}

func (e *eavesdropper) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	e.mu.Lock()
	e.dialed[addr]++
	e.mu.Unlock()
	var d net.Dialer
	server, err := d.DialContext(ctx, network, addr)
	if err != nil || e.seeds[addr] {
		return server, err
	}
	mine, theirs := net.Pipe()
	go e.relay(mine, server)
	return theirs, nil
}

// relay ends the client's TLS, keeps a copy of what is said, and says it to the
// server over TLS of its own.
func (e *eavesdropper) relay(client, server net.Conn) {
	inside := tls.Server(client, &tls.Config{Certificates: []tls.Certificate{e.cert}})
	outside := tls.Client(server, &tls.Config{InsecureSkipVerify: true})
	var both sync.WaitGroup
	copyAll := func(to, from net.Conn) {
		_, _ = io.Copy(io.MultiWriter(to, e), from)
		_ = to.Close()
		_ = from.Close()
	}
	both.Go(func() { copyAll(outside, inside) })
	both.Go(func() { copyAll(inside, outside) })
	both.Wait()
}

func (e *eavesdropper) Write(b []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.heard.Write(b)
}

// forms are the ways in which a secret could stand somewhere: as it is, in
// hexadecimal, in base64 at any alignment.
func forms(secret []byte) map[string][]byte {
	f := map[string][]byte{
		"as it is":    secret,
		"hex":         []byte(hex.EncodeToString(secret)),
		"upper hex":   []byte(strings.ToUpper(hex.EncodeToString(secret))),
		"twice hex":   []byte(hex.EncodeToString([]byte(hex.EncodeToString(secret)))),
		"backwards":   reversed(secret),
		"UTF-16":      wide(secret),
		"URL base64":  []byte(strings.TrimRight(base64.URLEncoding.EncodeToString(secret), "=")),
		"base64":      []byte(base64.RawStdEncoding.EncodeToString(secret[:len(secret)/3*3])),
		"base64 at 1": []byte(base64.RawStdEncoding.EncodeToString(append([]byte{0}, secret...))[2:][:len(secret)/3*3]),
		"base64 at 2": []byte(base64.RawStdEncoding.EncodeToString(append([]byte{0, 0}, secret...))[3:][:len(secret)/3*3]),
	}
	// What is shorter than this turns up in random bytes now and then.
	const telling = 5
	for form, b := range f {
		if len(b) < telling || (strings.Contains(form, "base64") && len(b) < 2*telling) {
			delete(f, form)
		}
	}
	return f
}

func reversed(b []byte) []byte {
	r := make([]byte, len(b))
	for i := range b {
		r[len(b)-1-i] = b[i]
	}
	return r
}

func wide(b []byte) []byte {
	var w []byte
	for _, c := range b {
		w = append(w, c, 0)
	}
	return w
}

// TestNothingLeavesButOnions records a whole run of two people: every address
// dialled is a seed or a guard node, and nothing that a guard node reads names
// them or what they said.
func TestNothingLeavesButOnions(t *testing.T) {
	k := New(t)
	ear := newEavesdropper(t, k.Network)
	k.Configure = func(c *transport.Config) { c.Dial = ear.dial }
	alice, bob := k.Alice(t), k.Bob(t)
	alice.Befriend(bob)
	const text = "the small boat leaves at nine from platform two"
	id := alice.Send(bob, text)
	alice.Exchange()
	bob.Exchange()
	m := bob.Messages(alice)
	bob.Must(bob.React(bob.Ctx(), m[len(m)-1].ID, "😂", true))
	_, err := bob.SendText(bob.Ctx(), alice.ID(), model.Draft{Text: "platform two it is", Quote: &model.QuoteRef{Author: alice.Me().ID, Timestamp: m[len(m)-1].Timestamp}})
	bob.Must(err)
	bob.Exchange()
	alice.Exchange()
	alice.Must(alice.Delete(alice.Ctx(), []model.MessageID{id}, true))
	alice.Exchange()

	guards := map[string]bool{}
	for _, p := range []*Person{alice, bob} {
		for _, path := range p.Status().Paths {
			guards[fmt.Sprintf("%s:%d", path.Hops[0].IP, path.Hops[0].Port)] = true
		}
	}
	ear.mu.Lock()
	defer ear.mu.Unlock()
	nodes := 0
	for addr, times := range ear.dialed {
		switch {
		case ear.seeds[addr]:
		case guards[addr]:
			nodes++
		default:
			t.Errorf("%s was dialled %d times; it is neither a seed nor a guard of a path", addr, times)
		}
	}
	if nodes == 0 || len(guards) > 4 {
		t.Fatalf("%d guards dialled of %d", nodes, len(guards))
	}
	heard := ear.heard.Bytes()
	if len(heard) < 50_000 || !bytes.Contains(heard, []byte("POST /onion_req/v2")) {
		t.Fatalf("only %d bytes were heard, or no onion request among them", len(heard))
	}
	for what, secret := range map[string][]byte{
		"a message": []byte(text), "an answer": []byte("platform two it is"),
		"Alice's name": []byte("Alice"), "Alice's id": idBytes(alice), "Bob's id": idBytes(bob),
		"Alice's id as text": []byte(alice.Me().ID.String()), "Bob's id as text": []byte(bob.Me().ID.String()),
		"the method": []byte(`"method":"store"`),
	} {
		for form, b := range forms(secret) {
			if bytes.Contains(heard, b) {
				t.Errorf("%s can be read (%s) outside the onion layers", what, form)
			}
		}
	}
}

func idBytes(p *Person) []byte {
	key := p.Me().ID.Key()
	return key[:]
}
