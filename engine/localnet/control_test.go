package localnet

import (
	"bytes"
	"encoding/json"
	"math/bits"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
)

func control(t *testing.T, n *Network, c *http.Client, path, body string) got {
	t.Helper()
	return ask(t, c, http.MethodPost, n.Ready().Control+path, nil, []byte(body))
}

func mustControl(t *testing.T, n *Network, c *http.Client, path, body string) {
	t.Helper()
	if g := control(t, n, c, path, body); g.status != 200 {
		t.Fatalf("%s %s: %d %s", path, body, g.status, g.body)
	}
}

func TestControlRefusesNonsense(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoEcho: true})
	c := browser(t)
	for _, q := range []struct {
		path, body string
		status     int
	}{
		{"/faults", `{}`, 400},
		{"/faults", `{"nodes":"some"}`, 400},
		{"/faults", `{"nodes":[]}`, 400},
		{"/faults", `{"nodes":[99],"dead":true}`, 404},
		{"/faults", `{"nodes":"all","drop":1.5}`, 400},
		{"/faults", `{"nodes":"all","drop":-1}`, 400},
		{"/faults", `{"nodes":"all","delay_ms":-1}`, 400},
		{"/faults", `{"target":"file_server","truncate":2}`, 400},
		{"/faults", `{"target":"file_server","swap":-1}`, 400},
		{"/faults", `{"nodes":"all","status":99}`, 400},
		{"/faults", `{"nodes":"all","dorp":0.5}`, 400},
		{"/faults", `{"nodes":[0],"target":"seed"}`, 400},
		{"/faults", `{"target":"moon","dead":true}`, 400},
		{"/community", `{}`, 400},
		{"/community", `{"admin":"15","room":"lounge"}`, 400},
		{"/community", `{"create":{"token":"a/b"}}`, 400},
		{"/community", `{"create":{"token":"lounge"}}`, 400},
		{"/faults", `{"nodes":"all"}{}`, 400},
		{"/nodes", `{}`, 400},
		{"/nodes", `{"join":0}`, 400},
		{"/nodes", `{"join":1000}`, 400},
		{"/nodes", `{"leave":[77]}`, 404},
		{"/nodes", `{"leave":[0,1,2,3,4,5,6,7,8]}`, 400},
		{"/nodes", `{"restart":[-1]}`, 404},
		{"/clock", `{}`, 400},
		{"/clock", `{"advance_s":1e300}`, 400},
		{"/clock", `{"advance_s":"1"}`, 400},
		{"/nope", `{}`, 404},
	} {
		g := control(t, n, c, q.path, q.body)
		var e struct{ Error string }
		if g.status != q.status || json.Unmarshal(g.body, &e) != nil || e.Error == "" {
			t.Errorf("%s %s: %d %s, want %d", q.path, q.body, g.status, g.body, q.status)
		}
	}
	// What a web page could send.
	url := n.Ready().Control + "/nodes"
	if g := ask(t, c, http.MethodPost, url, map[string]string{"Origin": "https://example.org"}, []byte(`{"join":1}`)); g.status != 403 {
		t.Errorf("with an Origin: %d", g.status)
	}
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(`{"join":1}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "rebound.example.org"
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 403 {
		t.Errorf("with another host name: %d", resp.StatusCode)
	}
	if got := len(n.Ready().Nodes); got != 9 {
		t.Errorf("%d nodes after all that", got)
	}
}

func TestControlNodes(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoEcho: true})
	c := browser(t)
	g := control(t, n, c, "/nodes", `{"join":2}`)
	var a struct{ Joined []NodeInfo }
	if err := json.Unmarshal(g.body, &a); err != nil || len(a.Joined) != 2 || a.Joined[0].Index != 9 {
		t.Fatalf("%v %s", err, g.body)
	}
	mustControl(t, n, c, "/nodes", `{"leave":[4],"restart":[1]}`)
	var indices []int
	for _, node := range n.Ready().Nodes {
		indices = append(indices, node.Index)
	}
	if want := []int{0, 1, 2, 3, 5, 6, 7, 8, 9, 10}; !slices.Equal(indices, want) {
		t.Errorf("nodes %v, want %v", indices, want)
	}
	if g := rpc(t, n, c, 1, &snode.InfoRequest{}); g.status != 200 {
		t.Errorf("restarted node: %d", g.status)
	}
}

func TestState(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoEcho: true})
	c := browser(t)
	alice := person(t, "alice")
	members, others := n.members(alice.ID())
	through(t, n, c, others[:3], members[0], storeOf(alice.ID(), n.Now(), "counted"))
	mustControl(t, n, c, "/clock", `{"advance_s":90}`)
	g := ask(t, c, http.MethodGet, n.Ready().Control+"/state", nil, nil)
	var s State
	if err := json.Unmarshal(g.body, &s); err != nil {
		t.Fatal(err)
	}
	if s.Requests["store"] != 1 || s.Hops[hopGuard] != 1 || s.Hops[hopMiddle] != 2 || s.Hops[hopDestination] != 1 {
		t.Errorf("requests %v, hops %v", s.Requests, s.Hops)
	}
	if s.ClockOffsetMS != 90_000 {
		t.Errorf("clock offset %d", s.ClockOffsetMS)
	}
	for _, ns := range s.Nodes {
		want := 0
		if slices.Contains(members, ns.Index) {
			want = 1
		}
		if ns.Messages != want || !ns.Listed {
			t.Errorf("node %d: %d messages, want %d", ns.Index, ns.Messages, want)
		}
	}
	total := 0
	for _, sw := range s.Swarms {
		total += sw.Messages
		if len(sw.Nodes) != 3 {
			t.Errorf("swarm %s of %v", sw.Swarm, sw.Nodes)
		}
	}
	if total != 1 || len(s.Swarms) != 3 {
		t.Errorf("swarms %+v", s.Swarms)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoEcho: true, Timings: Timings{Slow: quick.Slow}})
	c := browser(t)
	alice := person(t, "alice")
	members, others := n.members(alice.ID())
	for i := range 40 {
		mustStore(t, rpc(t, n, c, members[0], storeOf(alice.ID(), n.Now(), itoa(i))))
	}
	info := snode.Encode(&snode.InfoRequest{})
	url := n.nodeURL(members[0]) + "/storage_rpc/v1"
	set := func(fields string) {
		t.Helper()
		mustControl(t, n, c, "/faults", `{"nodes":[`+itoa(members[0])+`]`+fields+`}`)
	}

	set(`,"drop":1`)
	if g, err := tryAsk(c, http.MethodPost, url, nil, info); err == nil {
		t.Errorf("drop: %d %s", g.status, g.body)
	}
	set(`,"dead":true`)
	if g, err := tryAsk(c, http.MethodPost, url, nil, info); err == nil {
		t.Errorf("dead: %d %s", g.status, g.body)
	}
	set(`,"status":503`)
	refused := ask(t, c, http.MethodPost, url, nil, info)
	if refused.status != 503 {
		t.Errorf("status: %d", refused.status)
	}
	set(`,"status":503,"corrupt":1`)
	if g := ask(t, c, http.MethodPost, url, nil, info); wrongBits(g.body, refused.body) != 1 {
		t.Errorf("corrupt: %q of %q", g.body, refused.body)
	}
	set(`,"delay_ms":120`)
	start := time.Now()
	if g := ask(t, c, http.MethodPost, url, nil, info); g.status != 200 || time.Since(start) < 120*time.Millisecond {
		t.Errorf("delay: %d after %v", g.status, time.Since(start))
	}
	set(`,"slow":true`)
	start = time.Now()
	if g := ask(t, c, http.MethodPost, url, nil, info); g.status != 200 || time.Since(start) < quick.Slow/2 {
		t.Errorf("slow: %d after %v", g.status, time.Since(start))
	}
	set(`,"clock_skew_s":-600`)
	before := n.Now()
	a, err := snode.DecodeInfo(ask(t, c, http.MethodPost, url, nil, info).body)
	if err != nil {
		t.Fatal(err)
	}
	if at := a.Timestamp + 600_000; at < before || at > n.Now() {
		t.Errorf("clock skew: %d ms after the question", a.Timestamp-before)
	}
	set(`,"corrupt":1`)
	r, err := onion.Build(n.hops(others[:1]), onion.NodeDestination{Node: onionNode(n.nodeAt(members[0]))}, info, onion.Options{Rand: testRand{}})
	if err != nil {
		t.Fatal(err)
	}
	if g := ask(t, c, http.MethodPost, n.nodeURL(others[0])+"/onion_req/v2", nil, r.Body); g.status != 200 {
		t.Errorf("corrupt: guard answers %d", g.status)
	} else if _, err := r.OpenAnswer(g.body); err == nil {
		t.Error("corrupt: the onion answer opens")
	}
	set(`,"withhold":0.5`)
	first := texts(t, rpc(t, n, c, members[0], retrieveOf(t, alice, n.Now(), 0)))
	again := texts(t, rpc(t, n, c, members[0], retrieveOf(t, alice, n.Now(), 0)))
	if len(first) == 0 || len(first) == 40 || !slices.Equal(first, again) {
		t.Errorf("withhold: %d messages, then %d", len(first), len(again))
	}
	if other := texts(t, rpc(t, n, c, members[1], retrieveOf(t, alice, n.Now(), 0))); len(other) != 40 {
		t.Errorf("withhold: the other member shows %d", len(other))
	}
	set(``)
	if got := texts(t, rpc(t, n, c, members[0], retrieveOf(t, alice, n.Now(), 0))); len(got) != 40 {
		t.Errorf("cleared: %d messages", len(got))
	}
}

// wrongBits counts in how many bits two answers of one length differ; -1 means that
// they are of different lengths.
func wrongBits(a, b []byte) int {
	if len(a) != len(b) {
		return -1
	}
	n := 0
	for i := range a {
		n += bits.OnesCount8(a[i] ^ b[i])
	}
	return n
}

func TestServerFaults(t *testing.T) {
	t.Parallel()
	// As with the official limits, a web server's comes before a hop's.
	limits := quick
	limits.Hop = 20 * time.Second
	n := startNet(t, Options{NoEcho: true, Timings: limits})
	c := browser(t)
	list := snode.SeedRequest()
	for _, url := range []string{n.Ready().Seed, n.Ready().SeedHTTP} {
		mustControl(t, n, c, "/faults", `{"target":"seed","dead":true}`)
		if g, err := tryAsk(c, http.MethodPost, url+"/json_rpc", nil, list); err == nil {
			t.Errorf("dead seed: %d", g.status)
		}
		mustControl(t, n, c, "/faults", `{"target":"seed"}`)
		if g := ask(t, c, http.MethodPost, url+"/json_rpc", nil, list); g.status != 200 {
			t.Errorf("seed: %d", g.status)
		}
	}
	upload := onion.V4Request{Method: "POST", Endpoint: "/file", Headers: []onion.Header{{Name: "Content-Type", Value: "application/octet-stream"}}, Body: []byte("x")}
	if a := toServer(t, n, c, []int{0, 1, 2}, upload); a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	mustControl(t, n, c, "/faults", `{"target":"file_server","status":500}`)
	r, err := onion.Build(n.hops([]int{0, 1}), onion.ServerDestination{Host: "127.0.0.1", Port: n.fileServer.port, Protocol: "http", X25519: n.fileKey.Public()},
		onion.EncodeV4Request(upload), onion.Options{Rand: testRand{}})
	if err != nil {
		t.Fatal(err)
	}
	guard := n.nodeURL(0) + "/onion_req/v2"
	if g := ask(t, c, http.MethodPost, guard, nil, r.Body); g.status != 500 {
		t.Errorf("broken file server: %d", g.status)
	}
	mustControl(t, n, c, "/faults", `{"target":"file_server","dead":true}`)
	g := ask(t, c, http.MethodPost, guard, nil, r.Body)
	if e := onion.ParsePathError(g.status, g.body, true); e.Kind != onion.ServerUnreachable {
		t.Errorf("dead file server: %d %s", g.status, g.body)
	}
	mustControl(t, n, c, "/faults", `{"target":"file_server","delay_ms":5000}`)
	if g := ask(t, c, http.MethodPost, guard, nil, r.Body); g.status != 504 {
		t.Errorf("file server later than the limit: %d %s", g.status, g.body)
	}
}

// A file server that mixes files up, or loses their ends, says so with status
// 200: only the reader can find out.
func TestFileServerGivesWrongFiles(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoEcho: true, Timings: Timings{Slow: quick.Slow}})
	c := browser(t)
	put := func(data string) (id string) {
		a := toServer(t, n, c, []int{0, 1, 2}, attach.EncodeUpload(attach.Upload{Blob: []byte(data)}))
		up, err := attach.ParseUploaded(onion.V4Response{Code: a.Status, Headers: a.Headers, Body: a.Body})
		if err != nil {
			t.Fatal(err)
		}
		return up.ID
	}
	get := func(id string) string {
		a := toServer(t, n, c, []int{2, 1, 0}, attach.EncodeDownload(id))
		if a.Status != http.StatusOK {
			t.Errorf("status %d", a.Status)
		}
		return string(a.Body)
	}
	alone := put("the first file")
	mustControl(t, n, c, "/faults", `{"target":"file_server","swap":1}`)
	if got := get(alone); got != "the first file" {
		t.Errorf("with no other file there: %q", got)
	}
	second := put("the second")
	for _, f := range []struct{ fault, first, second string }{
		{`"swap":1`, "the second", "the first file"},
		{`"truncate":1`, "the fir", "the s"},
		{`"swap":1,"truncate":1`, "the s", "the fir"},
		{`"slow":true`, "the first file", "the second"},
	} {
		mustControl(t, n, c, "/faults", `{"target":"file_server",`+f.fault+`}`)
		if a, b := get(alone), get(second); a != f.first || b != f.second {
			t.Errorf("%s: %q and %q, want %q and %q", f.fault, a, b, f.first, f.second)
		}
	}
	// What is kept was never touched.
	mustControl(t, n, c, "/faults", `{"target":"file_server"}`)
	if a, b := get(alone), get(second); a != "the first file" || b != "the second" {
		t.Errorf("healed: %q and %q", a, b)
	}
	// The largest file goes, one byte more is refused, and what has ended is gone.
	large := put(string(bytes.Repeat([]byte("x"), attach.MaxUpload)))
	if a := toServer(t, n, c, []int{0, 1, 2}, attach.EncodeUpload(attach.Upload{Blob: make([]byte, attach.MaxUpload+1)})); a.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("above the limit: %d", a.Status)
	}
	mustControl(t, n, c, "/clock", `{"advance_s":1813800}`) // three weeks but ten minutes
	if got := len(get(large)); got != attach.MaxUpload {
		t.Errorf("%d bytes before the end", got)
	}
	mustControl(t, n, c, "/clock", `{"advance_s":660}`)
	if a := toServer(t, n, c, []int{0, 1, 2}, attach.EncodeDownload(large)); a.Status != http.StatusNotFound {
		t.Errorf("after the end: %d", a.Status)
	}
	if left, err := n.files.Count(); left != 0 || err != nil {
		t.Errorf("%d files are left after their end (%v)", left, err)
	}
}
