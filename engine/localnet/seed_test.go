package localnet

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"testing"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

// A client that pins finds the seed, on TLS, with the pin of network.json.
func TestSeedIsPinned(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoEcho: true})
	var file struct {
		Seeds []struct {
			URL  string
			Pins []string
		}
		AllowLoopback bool `json:"allow_loopback"`
		MinPool       int  `json:"min_pool"`
	}
	if err := json.Unmarshal(n.File(), &file); err != nil || len(file.Seeds) != 1 || !file.AllowLoopback || file.MinPool != 6 {
		t.Fatalf("%v %s", err, n.File())
	}
	tr := &http.Transport{TLSClientConfig: &tls.Config{
		InsecureSkipVerify: true,
		VerifyConnection: func(s tls.ConnectionState) error {
			sum := sha256.Sum256(s.PeerCertificates[0].RawSubjectPublicKeyInfo)
			if "sha256/"+base64.StdEncoding.EncodeToString(sum[:]) != file.Seeds[0].Pins[0] {
				return errors.New("wrong pin")
			}
			if s.PeerCertificates[0].VerifyHostname("127.0.0.1") != nil || s.NegotiatedProtocol != "" {
				return errors.New("wrong name")
			}
			return nil
		},
	}}
	t.Cleanup(tr.CloseIdleConnections)
	g := ask(t, &http.Client{Transport: tr}, http.MethodPost, file.Seeds[0].URL+"/json_rpc", nil, snode.SeedRequest())
	var a struct {
		Result json.RawMessage
	}
	if err := json.Unmarshal(g.body, &a); err != nil {
		t.Fatal(err)
	}
	nodes, height, err := snode.DecodeNodeList(a.Result)
	if err != nil || len(nodes) != 9 || height < firstHeight {
		t.Fatalf("%d nodes, height %d, %v", len(nodes), height, err)
	}
	for i := range nodes {
		if !nodes[i].Usable() || nodes[i].X25519 != n.nodeAt(i).keys.onion.Public() {
			t.Errorf("node %d: %+v", i, nodes[i])
		}
	}
}

func TestSeedAnswers(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoEcho: true})
	c := browser(t)
	post := func(body string) string {
		t.Helper()
		g := ask(t, c, http.MethodPost, n.Ready().SeedHTTP+"/json_rpc", nil, []byte(body))
		if g.status != 200 || g.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %s", body, g.status, g.header.Get("Content-Type"))
		}
		return string(g.body)
	}
	for _, q := range []struct{ body, want string }{
		{`{"jsonrpc":"2.0","id":7,"method":"get_n_service_nodes","params":{"fields":{"public_ip":true,"storage_port":false},"limit":1}}`,
			`^\{"id":7,"jsonrpc":"2\.0","result":\{"service_node_states":\[\{"public_ip":"127\.0\.0\.1"\}\],"status":"OK"\}\}$`},
		{`{"jsonrpc":"2.0","method":"get_n_service_nodes","params":{"fields":["storage_port","height"],"limit":2}}`,
			`^\{"id":"0","jsonrpc":"2\.0","result":\{"height":17\d{5},"service_node_states":\[\{"storage_port":\d+\},\{"storage_port":\d+\}\],"status":"OK"\}\}$`},
		{`{"jsonrpc":"2.0","id":1,"method":"get_info"}`, `^\{"error":\{"code":-32601,"message":"Method not found"\},"id":1,"jsonrpc":"2\.0"\}$`},
		{`{`, `"code":-32700`},
		{`{"id":1}`, `"code":-32600`},
		{`{"method":"get_n_service_nodes","params":[1]}`, `"code":-32602`},
		{`{"method":"get_n_service_nodes","params":{"limit":"x"}}`, `"code":-32602`},
	} {
		if got := post(q.body); !regexp.MustCompile(q.want).MatchString(got) {
			t.Errorf("%s\n got %s\nwant %s", q.body, got, q.want)
		}
	}
	if g := ask(t, c, http.MethodGet, n.Ready().SeedHTTP+"/json_rpc", nil, nil); g.status != 404 {
		t.Errorf("GET: %d", g.status)
	}
	if g := ask(t, c, http.MethodPost, n.Ready().SeedHTTP+"/", nil, nil); g.status != 404 {
		t.Errorf("another path: %d", g.status)
	}
}

func TestNamesResolve(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoEcho: true})
	c := browser(t)
	alice, bob := person(t, "alice").ID(), person(t, "bob").ID()
	for _, id := range []identity.ID{bob, alice} { // the name moves
		if err := n.RegisterONS("Alice-1", id); err != nil {
			t.Fatal(err)
		}
	}
	if err := n.RegisterONS("no good", alice); !errors.Is(err, identity.ErrONSName) {
		t.Errorf("a bad name: %v", err)
	}
	name, err := identity.ParseONSName("alice-1")
	if err != nil {
		t.Fatal(err)
	}
	ask := func(params string) (int, []byte) {
		return through(t, n, c, []int{1, 2, 3}, 0, &snode.OxendRequest{Endpoint: snode.EndpointONS, Params: []byte(params)})
	}
	status, body := ask(`{"type":0,"name_hash":"` + name.HashBase64() + `"}`)
	a, err := snode.DecodeOxend(body)
	if err != nil || status != 200 {
		t.Fatal(status, err)
	}
	var v struct {
		Hex   string `json:"encrypted_value"`
		Nonce string `json:"nonce"`
	}
	if err := json.Unmarshal(a.Result, &v); err != nil {
		t.Fatal(err)
	}
	value, nonce := fromHex(t, v.Hex), fromHex(t, v.Nonce)
	if id, err := name.Open(value, nonce); err != nil || id != alice {
		t.Errorf("resolved %v, %v", id, err)
	}
	for params, want := range map[string]string{
		`{"type":0,"name_hash":"` + other(name.HashBase64()) + `"}`: "",
		`{"name_hash":"` + name.HashBase64() + `"}`:                 "Unable to resolve ONS address: 'type' parameter not specified",
		`{"type":0}`:                     "Unable to resolve ONS address: 'name_hash' parameter not specified",
		`{"type":0,"name_hash":"short"}`: "Unable to resolve ONS address: invalid 'name_hash' value 'short'",
	} {
		status, body := ask(params)
		if want == "" {
			if a, err := snode.DecodeOxend(body); err != nil || status != 200 || string(a.Result) != "{}" {
				t.Errorf("unknown name: %d %s", status, body)
			}
		} else if status != 400 || string(body) != want {
			t.Errorf("%s: %d %s", params, status, body)
		}
	}
}

func other(hash string) string {
	b := []byte(hash)
	b[0] ^= 1
	return string(b)
}

// The same seed gives the same network, whatever its ports.
func TestSeedMakesKeysReproducible(t *testing.T) {
	t.Parallel()
	keys := func(seed int64) (list []string) {
		n := startNet(t, Options{NoEcho: true, Seed: seed})
		for _, node := range n.Ready().Nodes {
			list = append(list, node.Ed25519+node.X25519+node.Swarm)
		}
		return append(list, n.Echo().String(), n.Ready().FileServer.X25519)
	}
	a, b, c := keys(7), keys(7), keys(8)
	if !slices.Equal(a, b) {
		t.Error("one seed, two networks")
	}
	if slices.Equal(a, c) {
		t.Error("two seeds, one network")
	}
}

func nameHash(t *testing.T, name string) string {
	t.Helper()
	parsed, err := identity.ParseONSName(name)
	if err != nil {
		t.Fatal(err)
	}
	h := parsed.Hash()
	return hex.EncodeToString(h[:])
}
