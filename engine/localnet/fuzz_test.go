package localnet

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"sotto/engine/protocol/snode"
)

// What anybody can send to a node, the seed or the control address is answered
// with a status, whatever it is.

func FuzzNode(f *testing.F) {
	n := startNet(f, Options{NoEcho: true, Nodes: 3, NoRateLimit: true, Timings: quick})
	alice := person(f, "alice")
	f.Add("POST", "/storage_rpc/v1", snode.Encode(retrieveOf(f, alice, n.Now(), 0)))
	f.Add("POST", "/storage_rpc/v1", snode.Encode(storeOf(alice.ID(), n.Now(), "x")))
	f.Add("POST", "/storage_rpc/v1", []byte(`{"method":"oxend_request","params":{"endpoint":"ons_resolve","params":{"type":0,"name_hash":"AJJmKCs3hCJlnODB3kY+usnSz+4q+VEjPD3O2/kORYg="}}}`))
	f.Add("POST", "/storage_rpc/v1", []byte(`{"method":"oxend_request","params":{"endpoint":"get_service_nodes","params":{"limit":2,"fields":["public_ip"]}}}`))
	p := parcel{hops: []*node{n.nodeAt(0), n.nodeAt(1)}, schemes: []string{"xchacha20", ""}, control: map[string]any{"headers": 1}, payload: []byte(`{"method":"info","params":{}}`)}
	body, _ := p.build(f)
	f.Add("POST", "/onion_req/v2", body)
	f.Add("GET", "/get_stats/v1", []byte(nil))
	f.Add("POST", pathPush, []byte(`[{"Owner":"05","Hash":""}]`))
	f.Fuzz(func(t *testing.T, method, path string, body []byte) {
		if path == "" || path[0] != '/' {
			return
		}
		r, err := http.NewRequest(method, "https://127.0.0.1/", bytes.NewReader(body))
		if err != nil {
			return
		}
		r.URL.Path, r.RemoteAddr = path, "127.0.0.1:1"
		if a := n.nodeAt(0).answer(r); a.status < 200 || a.status > 599 {
			t.Errorf("status %d", a.status)
		}
	})
}

func FuzzSeed(f *testing.F) {
	n := startNet(f, Options{NoEcho: true, Nodes: 3})
	f.Add(snode.SeedRequest())
	f.Add([]byte(`{"id":[],"method":"get_n_service_nodes","params":{"fields":["all"],"n":1}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/json_rpc", bytes.NewReader(body))
		if a := n.answerSeed(r); a.status != 200 {
			t.Errorf("status %d", a.status)
		}
	})
}

// Joining and moving the clock are left out of the fuzzed words: they would
// make thousands of nodes.
func FuzzControl(f *testing.F) {
	n := startNet(f, Options{NoEcho: true, Nodes: 3})
	f.Add("/faults", []byte(`{"nodes":"all","drop":0.1,"status":503}`))
	f.Add("/faults", []byte(`{"target":"seed","withhold":1}`))
	f.Add("/nodes", []byte(`{"leave":[7]}`))
	f.Add("/state", []byte(nil))
	f.Fuzz(func(t *testing.T, path string, body []byte) {
		if path == "/clock" || bytes.Contains(bytes.ToLower(body), []byte("join")) || bytes.Contains(body, []byte(`\u`)) {
			return
		}
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
		r.URL.Path, r.Host = path, "127.0.0.1:1"
		if a := n.answerControl(r); a.status < 200 || a.status > 500 {
			t.Errorf("status %d", a.status)
		}
	})
}
