package localnet

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/netip"
	"strconv"
	"testing"
	"time"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
)

// startNet runs a network for a test. Limits that would make tests wait are
// short unless o says otherwise.
func startNet(t testing.TB, o Options) *Network {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	n, err := Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return n
}

// browser is a plain HTTP client that believes every certificate.
func browser(t testing.TB) *http.Client {
	t.Helper()
	tr := &http.Transport{
		TLSClientConfig:     &tls.Config{InsecureSkipVerify: true},
		MaxIdleConnsPerHost: 32,
		DisableCompression:  true,
	}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: time.Minute}
}

// got is an HTTP answer.
type got struct {
	status int
	header http.Header
	body   []byte
}

func ask(t testing.TB, c *http.Client, method, url string, header map[string]string, body []byte) got {
	t.Helper()
	g, err := tryAsk(c, method, url, header, body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	return g
}

func tryAsk(c *http.Client, method, url string, header map[string]string, body []byte) (got, error) {
	req, err := http.NewRequest(method, url, bytes.NewReader(body))
	if err != nil {
		return got{}, err
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := c.Do(req)
	if err != nil {
		return got{}, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return got{resp.StatusCode, resp.Header, b}, err
}

func (n *Network) nodeURL(index int) string { return n.nodeAt(index).url() }

// rpc asks a node directly.
func rpc(t testing.TB, n *Network, c *http.Client, index int, req snode.Request) got {
	t.Helper()
	return ask(t, c, http.MethodPost, n.nodeURL(index)+"/storage_rpc/v1", nil, snode.Encode(req))
}

// through asks a node over an onion path.
func through(t testing.TB, n *Network, c *http.Client, path []int, to int, req snode.Request) (int, []byte) {
	t.Helper()
	dest := n.nodeAt(to)
	r, err := onion.Build(n.hops(path), onion.NodeDestination{Node: onionNode(dest)}, snode.Encode(req), onion.Options{Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	g := ask(t, c, http.MethodPost, n.nodeURL(path[0])+"/onion_req/v2", nil, r.Body)
	if g.status != http.StatusOK {
		t.Fatalf("guard answered %d %s", g.status, g.body)
	}
	a, err := r.OpenAnswer(g.body)
	if err != nil {
		t.Fatal(err)
	}
	return a.Status, a.Body
}

// toServer asks the file server over an onion path.
func toServer(t testing.TB, n *Network, c *http.Client, path []int, req onion.V4Request) *onion.Answer {
	t.Helper()
	return toWeb(t, n, c, path, n.fileServer, n.fileKey.Public(), req)
}

// toWeb asks a web server over an onion path.
func toWeb(t testing.TB, n *Network, c *http.Client, path []int, e *endpoint, key [32]byte, req onion.V4Request) *onion.Answer {
	t.Helper()
	addr := netip.MustParseAddrPort(e.url()[len("http://"):])
	r, err := onion.Build(n.hops(path), onion.ServerDestination{
		Host: addr.Addr().String(), Port: addr.Port(), Protocol: "http", X25519: key,
	}, onion.EncodeV4Request(req), onion.Options{Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	g := ask(t, c, http.MethodPost, n.nodeURL(path[0])+"/onion_req/v2", nil, r.Body)
	if g.status != http.StatusOK {
		t.Fatalf("guard answered %d %s", g.status, g.body)
	}
	a, err := r.OpenAnswer(g.body)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func onionNode(n *node) onion.Node {
	return onion.Node{Ed25519: n.key, X25519: n.keys.onion.Public()}
}

func (n *Network) hops(path []int) []onion.Node {
	var list []onion.Node
	for _, i := range path {
		list = append(list, onionNode(n.nodeAt(i)))
	}
	return list
}

// person is an account for tests; the same name is always the same account.
func person(t testing.TB, name string) *identity.Account {
	t.Helper()
	seed := make([]byte, identity.SeedSize)
	copy(seed, name)
	a, err := identity.FromSeed(seed)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// members are the indices of the nodes of an account's swarm, others the rest.
func (n *Network) members(id identity.ID) (members, others []int) {
	list := n.roster.Load()
	for _, m := range list.nodes {
		if m.Swarm == list.swarmOf(id) {
			members = append(members, m.index)
		} else {
			others = append(others, m.index)
		}
	}
	return members, others
}

func storeOf(id identity.ID, at int64, data string) *snode.StoreRequest {
	r := &snode.StoreRequest{Timestamp: at, TTL: snode.PublicMaxTTL, Data: []byte(data)}
	r.Pubkey = id
	return r
}

func retrieveOf(t testing.TB, a *identity.Account, at int64, ns snode.Namespace) *snode.RetrieveRequest {
	t.Helper()
	r := &snode.RetrieveRequest{Timestamp: at, Namespace: ns}
	r.Pubkey = a.ID()
	sign(t, r, a)
	return r
}

func sign(t testing.TB, r snode.SignedRequest, a *identity.Account) {
	t.Helper()
	if err := snode.Sign(r, snode.NewAccountSigner(a)); err != nil {
		t.Fatal(err)
	}
}

func mustStore(t testing.TB, g got) *snode.StoreAnswer {
	t.Helper()
	if g.status != http.StatusOK {
		t.Fatalf("store: %d %s", g.status, g.body)
	}
	a, err := snode.DecodeStore(g.body)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// texts reads the data of a retrieve answer.
func texts(t testing.TB, g got) []string {
	t.Helper()
	if g.status != http.StatusOK {
		t.Fatalf("retrieve: %d %s", g.status, g.body)
	}
	a, err := snode.DecodeRetrieve(g.body)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, m := range a.Messages {
		list = append(list, string(m.Data))
	}
	return list
}

// eventually waits for a condition that background work brings about.
func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	if !comes(cond) {
		t.Fatalf("%s: never", what)
	}
}

// comes tells whether a condition holds at last. The limit is for what hangs:
// machines that are busy are slow.
func comes(cond func() bool) bool {
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-deadline.C:
			return false
		case <-tick.C:
		}
	}
	return true
}

// canonical is JSON as nodes write it: compact, keys sorted.
func canonical(t testing.TB, doc []byte) string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %.200s", err, doc)
	}
	return encodeJSON(t, v)
}

func encodeJSON(t testing.TB, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// testRand is crypto/rand as a value.
type testRand struct{}

func (testRand) Read(b []byte) (int, error) { return rand.Read(b) }

func itoa(n int) string { return strconv.Itoa(n) }

func fromHex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
