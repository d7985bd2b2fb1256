package localnet

import (
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"sotto/engine/localnet/msgdb"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
)

// special are the recorded cases that are not compared byte by byte, or not
// sent as the file has them, each with its reason. All others are.
var special = map[string]struct {
	reason string
	run    func(*replay, recordedCase)
}{
	"store_max_size":          {"the file shortens the message: its record is planted, the limit is tested with other bytes", (*replay).plantLargest},
	"err_store_big":           {"the file shortens the message: 76,801 zero bytes, rebuilt", (*replay).tooBig},
	"expire_far":              {"members cut by their own clocks, which differed by milliseconds in the recording", (*replay).expireFar},
	"oxend_get_service_nodes": {"the recorded list is a stand-in's choice of two nodes; a real one is random", (*replay).twoNodes},
	"err_too_large":           {"the file has no body of 10 MiB", (*replay).tooLarge},
	"err_rate_limit":          {"a flood: see TestRateLimit", func(*replay, recordedCase) {}},
	"onion_err_short":         {"broken frame, not in the file: rebuilt", (*replay).brokenFrame},
	"onion_err_len":           {"broken frame, not in the file: rebuilt", (*replay).brokenFrame},
	"onion_err_nokey":         {"broken frame, not in the file: rebuilt", (*replay).brokenFrame},
	"onion_err_badkey":        {"broken frame, not in the file: rebuilt", (*replay).brokenFrame},
	"onion_err_enctype":       {"broken frame, not in the file: rebuilt", (*replay).brokenFrame},
	"onion_err_notjson":       {"broken frame, not in the file: rebuilt", (*replay).brokenFrame},
	"onion_err_tooshortct":    {"broken frame, not in the file: rebuilt", (*replay).brokenFrame},
	"onion_noenctype":         {"request not in the file: rebuilt", (*replay).noEncType},
	"onion_relay_closed":      {"port and milliseconds are in the text", (*replay).relayClosed},
}

func (r *replay) plantLargest(c recordedCase) {
	var q struct {
		Params struct {
			Pubkey    string `json:"pubkey"`
			Timestamp int64  `json:"timestamp"`
			TTL       int64  `json:"ttl"`
		} `json:"params"`
	}
	var a struct {
		Hash string `json:"hash"`
	}
	if json.Unmarshal(c.Request, &q) != nil || json.Unmarshal(c.Response, &a) != nil {
		r.Fatal("request")
	}
	id, err := identity.ParseID(q.Params.Pubkey)
	if err != nil {
		r.Fatal(err)
	}
	members, _ := r.net.members(id)
	for _, i := range members {
		m := msgdb.Message{Owner: id, Message: snode.Message{
			Hash: a.Hash, Timestamp: q.Params.Timestamp, Expiration: q.Params.Timestamp + q.Params.TTL, Data: make([]byte, snode.MaxData),
		}}
		if _, _, err := r.net.nodeAt(i).db.Load().Store(&m); err != nil {
			r.Fatal(err)
		}
	}
	somebody := person(r, "largest").ID()
	members, _ = r.net.members(somebody)
	mustStore(r, rpc(r, r.net, r.http, members[0], storeOf(somebody, r.net.Now(), strings.Repeat("x", snode.MaxData))))
}

func (r *replay) tooBig(c recordedCase) {
	var q map[string]any
	if err := json.Unmarshal(c.Request, &q); err != nil {
		r.Fatal(err)
	}
	q["params"].(map[string]any)["data"] = base64.StdEncoding.EncodeToString(make([]byte, snode.MaxData+1))
	c.Request = []byte(encodeJSON(r, q))
	r.direct(c)
}

// expireFar: the answer is the recorded one but for milliseconds, so it is
// checked by its signatures.
func (r *replay) expireFar(c recordedCase) {
	g := ask(r, r.http, c.HTTP.Method, r.net.nodeURL(c.Node)+c.HTTP.Path, nil, c.Request)
	got, err := snode.DecodeExpire(g.body)
	if err != nil {
		r.Fatal(err)
	}
	want, err := snode.DecodeExpire(c.Response)
	if err != nil {
		r.Fatal(err)
	}
	req, err := snode.Parse(c.Request)
	if err != nil {
		r.Fatal(err)
	}
	if n := snode.CountVerified[snode.ExpireResult](req, got.Members); n != len(want.Members) {
		r.Errorf("%d members signed, want %d", n, len(want.Members))
	}
	for i := range got.Members {
		a, b := got.Members[i].Result, want.Members[i].Result
		if d := a.Expiry[0] - b.Expiry[0]; d < -20 || d > 20 || !slices.Equal(a.Updated.List, b.Updated.List) {
			r.Errorf("member %d: %+v, want %+v", i, a, b)
		}
	}
}

func (r *replay) twoNodes(c recordedCase) {
	g := ask(r, r.http, c.HTTP.Method, r.net.nodeURL(c.Node)+c.HTTP.Path, nil, c.Request)
	a, err := snode.DecodeOxend(g.body)
	if err != nil {
		r.Fatal(err)
	}
	nodes, _, err := snode.DecodeNodeList(a.Result)
	if err != nil || len(nodes) != 2 || !nodes[0].Usable() {
		r.Fatalf("%v in %s", err, g.body)
	}
	fields := regexp.MustCompile(`"([a-z0-9_]+)":`)
	names := func(doc []byte) (list []string) {
		for _, m := range fields.FindAllStringSubmatch(canonical(r, doc), -1) {
			list = append(list, m[1])
		}
		return list
	}
	if got, want := names(g.body), names(c.Response); !slices.Equal(got, want) {
		r.Errorf("fields %v, want %v", got, want)
	}
}

func (r *replay) tooLarge(c recordedCase) {
	g, err := tryAsk(r.http, http.MethodPost, r.net.nodeURL(c.Node)+"/storage_rpc/v1", nil, make([]byte, snode.MaxRequestBody+1))
	if err != nil {
		return // "a client still writing may see only a reset"
	}
	if g.status != http.StatusRequestEntityTooLarge || string(g.body) != "Request body too large" || g.header.Get("Content-Type") != "text/plain" {
		r.Errorf("%d %s", g.status, g.body)
	}
}

// brokenFrame rebuilds requests that are no onion requests.
func (r *replay) brokenFrame(c recordedCase) {
	key := strings.Repeat("11", 32)
	body := map[string][]byte{
		"onion_err_short":      {1, 2, 3},
		"onion_err_len":        append([]byte{0x0f, 0x27, 0, 0}, "abc"...),
		"onion_err_nokey":      frameOf([]byte("0123456789"), map[string]string{"enc_type": "xchacha20"}),
		"onion_err_badkey":     frameOf([]byte("0123456789"), map[string]string{"ephemeral_key": strings.Repeat("zz", 8)}),
		"onion_err_enctype":    frameOf([]byte("0123456789"), map[string]string{"ephemeral_key": key, "enc_type": "rot13"}),
		"onion_err_notjson":    append([]byte{3, 0, 0, 0}, "abcnope"...),
		"onion_err_tooshortct": frameOf([]byte("0123456789"), map[string]string{"ephemeral_key": key, "enc_type": "xchacha20"}),
	}[c.ID]
	r.compare(c, ask(r, r.http, http.MethodPost, r.net.nodeURL(c.Hops[0])+c.HTTP.Path, nil, body))
}

func (r *replay) noEncType(c recordedCase) {
	p := parcel{
		hops: []*node{r.net.nodeAt(c.Hops[0])}, schemes: []string{""},
		control: map[string]any{"headers": map[string]any{}}, payload: []byte(`{"method":"info","params":{}}`),
	}
	body, inner := p.build(r)
	r.opened(c, ask(r, r.http, http.MethodPost, r.net.nodeURL(c.Hops[0])+c.HTTP.Path, nil, body), inner)
}

func (r *replay) relayClosed(c recordedCase) {
	closed, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		r.Fatal(err)
	}
	port := closed.Addr().(*net.TCPAddr).Port
	closed.Close()
	p := r.parcel(c)
	p.control.(map[string]any)["port"] = port
	body, _ := p.build(r)
	g := ask(r, r.http, http.MethodPost, r.net.nodeURL(c.Hops[0])+c.HTTP.Path, nil, body)
	want := regexp.MustCompile(`^Failed to connect to 127\.0\.0\.1 port ` + itoa(port) + ` after \d+ ms: Couldn't connect to server$`)
	if g.status != c.Status || g.header.Get("Content-Type") != c.ContentType || !want.Match(g.body) {
		r.Errorf("%d %s", g.status, g.body)
	}
	if e := onion.ParsePathError(g.status, g.body, true); e.Kind != onion.ServerUnreachable {
		r.Errorf("client takes it for %v", e.Kind)
	}
}
