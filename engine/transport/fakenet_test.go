package transport

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
	"sotto/internal/clock"
)

// fakeNet is a network in memory: nodes with public addresses that exist only
// behind the Dial hook, so that every rule of the real network holds and every
// connection is seen.
type fakeNet struct {
	t       testing.TB
	clk     *clock.Manual
	network Network
	near    time.Duration // how long a proxy may take; 0: as always

	mu       sync.Mutex
	nodes    []*fakeNode
	byKey    map[key]*fakeNode
	hosts    map[string]*memListener
	dials    []string
	dialErr  func(addr string) error
	swarms   map[identity.ID][]*fakeNode
	names    map[string]identity.ID // by hash, base64
	seedBody func() []byte          // nil: the list
	onServer func(onion.V4Request) onion.V4Response
	asked    int          // questions to the seed
	served   atomic.Int32 // onion requests seen
	servers  []*http.Server
}

type fakeNode struct {
	net  *fakeNet
	info snode.Node
	key  *onion.NodeKey

	mu sync.Mutex
	// relay takes the place of everything the node does with an onion request.
	relay func(ctx context.Context, body []byte) (int, []byte)
	// rpc takes the place of the storage RPC; ok false means the usual one.
	rpc   func(req snode.Request) (status int, body []byte, ok bool)
	dead  bool
	skew  time.Duration
	final []string // methods run as destination
	hops  int      // onion requests seen
}

func (n *fakeNode) set(f func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	f()
}

func (n *fakeNode) methods() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]string(nil), n.final...)
}

func (n *fakeNode) addr() string { return address(&n.info) }

var start = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// newFakeNet makes n nodes, each in a /24 network of its own, and one pinned
// seed.
func newFakeNet(t testing.TB, n int) *fakeNet {
	f := &fakeNet{
		t: t, clk: clock.NewManual(start),
		byKey: map[key]*fakeNode{}, hosts: map[string]*memListener{},
		swarms: map[identity.ID][]*fakeNode{}, names: map[string]identity.ID{},
	}
	seedCert := f.certificate("seed.test", start.AddDate(-1, 0, 0), start.AddDate(1, 0, 0))
	f.serve("seed.test:4443", seedCert, http.HandlerFunc(f.serveSeed))
	f.network = Network{
		Name:            "fake",
		Seeds:           []Seed{{URL: "https://seed.test:4443", Pins: []string{pinOf(seedCert)}}},
		FileServer:      ServerAddress{"http://files.test", [32]byte{9}},
		DistinctSubnets: true,
		MinPool:         6,
	}
	for range n {
		f.addNode()
	}
	t.Cleanup(f.close)
	return f
}

func (f *fakeNet) addNode() *fakeNode {
	var secret [32]byte
	_, _ = rand.Read(secret[:])
	nodeKey, err := onion.NewNodeKey(secret)
	if err != nil {
		f.t.Fatal(err)
	}
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		f.t.Fatal(err)
	}
	f.mu.Lock()
	i := len(f.nodes)
	f.mu.Unlock()
	n := &fakeNode{net: f, key: nodeKey, info: snode.Node{
		Ed25519: [32]byte(public), X25519: nodeKey.Public(),
		IP: netip.AddrFrom4([4]byte{45, byte(i / 200), byte(i % 200), 7}), Port: 22021, Swarm: snode.NoSwarm,
	}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /onion_req/v2", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("User-Agent") != "WhatsApp" || r.Header.Get("Accept-Language") != "en-us" || r.Header.Get("Accept-Encoding") != "" {
			f.t.Errorf("headers of an onion request: %v", r.Header)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		status, answer := n.onion(r.Context(), body)
		if status == 0 { // hang up
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(status)
		_, _ = w.Write(answer)
	})
	f.serve(n.addr(), f.certificate("localhost", start.AddDate(-1, 0, 0), start.AddDate(9, 0, 0)), mux)
	f.mu.Lock()
	f.nodes = append(f.nodes, n)
	f.byKey[n.info.Ed25519] = n
	f.mu.Unlock()
	return n
}

func (f *fakeNet) node(id key) *fakeNode {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.byKey[id]
}

// onion is what a node does with the body of an onion request, as guard or hop.
func (n *fakeNode) onion(ctx context.Context, body []byte) (int, []byte) {
	n.net.served.Add(1)
	n.mu.Lock()
	n.hops++
	relay, dead := n.relay, n.dead
	n.mu.Unlock()
	if dead {
		return 504, []byte("Request time out")
	}
	if relay != nil {
		return relay(ctx, body)
	}
	return n.honest(ctx, body)
}

func (n *fakeNode) honest(ctx context.Context, body []byte) (int, []byte) {
	peeled, err := onion.Peel(body, n.key)
	if err != nil {
		e := err.(*onion.PeelError)
		return e.Status, []byte(e.Text)
	}
	switch p := peeled.(type) {
	case *onion.Forward:
		next := n.net.node(p.Destination)
		if next == nil {
			return 502, fmt.Appendf(nil, "Next node not found: %x", p.Destination)
		}
		return next.onion(ctx, p.Body)
	case *onion.Final:
		status, answer, isJSON := n.answer(p.Body)
		out, err := p.Reply.SealNode(rand.Reader, status, answer, isJSON)
		if err != nil {
			n.net.t.Error(err)
		}
		return 200, out
	case *onion.ServerPost:
		return n.net.server(p)
	case *onion.Refused:
		out, _ := p.Reply.SealNode(rand.Reader, p.Status, []byte(p.Text), false)
		return 200, out
	}
	return 500, nil
}

// serverKey is the key pair of the fake web server.
var serverKey = sync.OnceValue(func() *onion.NodeKey {
	k, err := onion.NewNodeKey([32]byte{1, 2, 3})
	if err != nil {
		panic(err)
	}
	return k
})

func (f *fakeNet) server(p *onion.ServerPost) (int, []byte) {
	f.mu.Lock()
	handle := f.onServer
	f.mu.Unlock()
	if handle == nil {
		return 502, fmt.Appendf(nil, "Failed to connect to %s port %d", p.Host, p.Port)
	}
	call, err := onion.PeelServer(p.Body, serverKey())
	if err != nil {
		return 400, nil
	}
	out, err := call.Reply.SealServer(rand.Reader, handle(call.Request))
	if err != nil {
		f.t.Error(err)
	}
	return 200, out
}

func (n *fakeNode) answer(body []byte) (status int, answer []byte, isJSON bool) {
	req, err := snode.Parse(body)
	if err != nil {
		e := err.(*snode.RPCError)
		return e.Status, []byte(e.Text), false
	}
	n.mu.Lock()
	n.final = append(n.final, req.Method())
	rpc, skew := n.rpc, n.skew
	n.mu.Unlock()
	if rpc != nil {
		if status, answer, ok := rpc(req); ok {
			return status, answer, json.Valid(answer)
		}
	}
	t := n.net.clk.Now().Add(skew).UnixMilli()
	switch req := req.(type) {
	case *snode.InfoRequest:
		return 200, fmt.Appendf(nil, `{"version":[2,8,0],"timestamp":%d,"t":%d,"hf":[19,4]}`, t, t), true
	case *snode.SwarmRequest:
		return 200, n.net.swarmBody(req.Pubkey, t), true
	case *snode.OxendRequest:
		if req.Endpoint == snode.EndpointONS {
			return 200, n.net.ons(req.Params, t), true
		}
		return 200, fmt.Appendf(nil, `{"result":%s,"t":%d}`, snode.EncodeNodeList(n.net.list(), 0, nil), t), true
	case *snode.RetrieveRequest:
		return 200, fmt.Appendf(nil, `{"messages":[],"more":false,"t":%d,"hf":[19,4]}`, t), true
	}
	return 400, []byte("no method " + req.Method()), false
}

// silence has all nodes take requests and answer none; the channel tells when they
// got one.
func (f *fakeNet) silence() <-chan struct{} {
	reached := make(chan struct{}, 1)
	for _, n := range f.nodes {
		n.set(func() {
			n.relay = func(ctx context.Context, _ []byte) (int, []byte) {
				select {
				case reached <- struct{}{}:
				default:
				}
				<-ctx.Done()
				return 0, nil
			}
		})
	}
	return reached
}

func (f *fakeNet) list() []snode.Node {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []snode.Node
	for _, n := range f.nodes {
		out = append(out, n.info)
	}
	return out
}

func (f *fakeNet) swarmBody(id identity.ID, t int64) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	var members []map[string]any
	for _, n := range f.swarms[id] {
		members = append(members, map[string]any{
			"ip": n.info.IP.String(), "port": fmt.Sprint(n.info.Port), "port_https": n.info.Port,
			"pubkey_ed25519": fmt.Sprintf("%x", n.info.Ed25519), "pubkey_x25519": fmt.Sprintf("%x", n.info.X25519),
		})
	}
	b, _ := json.Marshal(map[string]any{"snodes": members, "swarm": "1", "t": t, "hf": []int{19, 4}})
	return b
}

func (f *fakeNet) ons(params []byte, t int64) []byte {
	var p struct {
		NameHash string `json:"name_hash"`
	}
	_ = json.Unmarshal(params, &p)
	f.mu.Lock()
	defer f.mu.Unlock()
	for name, id := range f.names {
		ons, err := identity.ParseONSName(name)
		if err == nil && ons.HashBase64() == p.NameHash {
			nonce := [24]byte{7}
			return fmt.Appendf(nil, `{"result":{"encrypted_value":"%x","nonce":"%x"},"t":%d}`, ons.Seal(id, nonce), nonce, t)
		}
	}
	return fmt.Appendf(nil, `{"result":{},"t":%d}`, t)
}

func (f *fakeNet) serveSeed(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.asked++
	body := f.seedBody
	f.mu.Unlock()
	if r.URL.Path != "/json_rpc" || r.Header.Get("Content-Type") != "application/json" || r.Header.Get("User-Agent") != "WhatsApp" {
		f.t.Errorf("request to the seed: %s %v", r.URL.Path, r.Header)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if body != nil {
		_, _ = w.Write(body())
		return
	}
	_, _ = w.Write(snode.EncodeSeedAnswer(snode.EncodeNodeList(f.list(), 1000, nil), nil))
}

func (f *fakeNet) certificate(name string, from, to time.Time) tls.Certificate {
	f.t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.t.Fatal(err)
	}
	return f.sign(private, &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: from, NotAfter: to,
	})
}

func (f *fakeNet) sign(private *ecdsa.PrivateKey, template *x509.Certificate) tls.Certificate {
	f.t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		f.t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		f.t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private, Leaf: leaf}
}

func pinOf(c tls.Certificate) string {
	sum := sha256.Sum256(c.Leaf.RawSubjectPublicKeyInfo)
	return "sha256/" + base64.StdEncoding.EncodeToString(sum[:])
}

func (f *fakeNet) serve(addr string, cert tls.Certificate, h http.Handler) {
	l := &memListener{conns: make(chan net.Conn), done: make(chan struct{})}
	srv := &http.Server{Handler: h, TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}}, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	f.mu.Lock()
	f.hosts[addr] = l
	f.servers = append(f.servers, srv)
	f.mu.Unlock()
	go func() { _ = srv.ServeTLS(l, "", "") }()
}

func (f *fakeNet) close() {
	for _, s := range f.servers {
		_ = s.Close()
	}
}

// dial is the hook: it records, fails as told, and connects in memory.
func (f *fakeNet) dial(ctx context.Context, _, addr string) (net.Conn, error) {
	f.mu.Lock()
	f.dials = append(f.dials, addr)
	l, fail := f.hosts[addr], f.dialErr
	var dead bool
	for _, n := range f.nodes {
		if n.addr() == addr {
			n.mu.Lock()
			dead = n.dead
			n.mu.Unlock()
		}
	}
	f.mu.Unlock()
	if fail != nil {
		if err := fail(addr); err != nil {
			return nil, dialError(addr, err)
		}
	}
	if l == nil || dead {
		return nil, dialError(addr, syscall.ECONNREFUSED)
	}
	here, there := net.Pipe()
	select {
	case l.conns <- there:
		return here, nil
	case <-l.done:
	case <-ctx.Done():
	}
	_ = here.Close()
	return nil, dialError(addr, syscall.ECONNREFUSED)
}

// dialError is what the system's dialer says.
func dialError(addr string, err error) error {
	op := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)}
	if to, err := netip.ParseAddrPort(addr); err == nil {
		op.Addr = net.TCPAddrFromAddrPort(to)
	}
	return op
}

func (f *fakeNet) setDialErr(fail func(addr string) error) {
	f.mu.Lock()
	f.dialErr = fail
	f.mu.Unlock()
}

func (f *fakeNet) dialled() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := map[string]int{}
	for _, a := range f.dials {
		out[a]++
	}
	return out
}

type memListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (l *memListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}
func (l *memListener) Close() error   { l.once.Do(func() { close(l.done) }); return nil }
func (l *memListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
