package localnet

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sotto/internal/clock"
)

// recording is testdata/storage-rpc-recorded.json: what official storage
// servers 2.8.0 answered (service-nodes-observed.md §9).
type recording struct {
	RecordedUnix int64 `json:"recorded_unix"`
	Nodes        []struct {
		Swarm  uint64 `json:"swarm"`
		HTTPS  int    `json:"https"`
		OMQ    int    `json:"omq"`
		EdSK   string `json:"ed_sk"`
		XSK    string `json:"x_sk"`
		Legacy string `json:"legacy_pk"`
	} `json:"nodes"`
	Cases      []recordedCase `json:"cases"`
	OnionExact []struct {
		Hops   []int `json:"hops"`
		Layers []struct {
			EncType   string `json:"enc_type"`
			SharedKey string `json:"shared_key"`
		} `json:"layers_inner_to_outer"`
		Body   string `json:"http_body_hex"`
		Status int    `json:"status"`
		Answer string `json:"answer_plaintext"`
	} `json:"onion_exact"`
	LargeRetrieve struct {
		Results []struct {
			Via      string         `json:"via"`
			Params   map[string]int `json:"params"`
			Messages int            `json:"messages"`
			More     bool           `json:"more"`
			Bytes    int            `json:"answer_json_bytes"`
		} `json:"results"`
	} `json:"large_retrieve"`
}

type recordedCase struct {
	ID        string `json:"id"`
	Transport string `json:"transport"`
	Node      int    `json:"node"`
	Hops      []int  `json:"hops"`
	HTTP      struct {
		Method  string            `json:"method"`
		Path    string            `json:"path"`
		Headers map[string]string `json:"headers"`
	} `json:"http"`
	Request        json.RawMessage `json:"request"`
	RequestRaw     *string         `json:"request_raw"`
	EncType        json.RawMessage `json:"enc_type"`
	Control        json.RawMessage `json:"control"`
	Status         int             `json:"status"`
	ContentType    string          `json:"content_type"`
	Response       json.RawMessage `json:"response"`
	Decrypted      string          `json:"decrypted"`
	RawAnswer      string          `json:"raw_answer"`
	ServerReceived *struct {
		Path    string            `json:"path"`
		Headers map[string]string `json:"headers"`
		Body    string            `json:"body"`
	} `json:"server_received"`
}

type replay struct {
	*testing.T
	rec   *recording
	net   *Network
	clock *clock.Manual
	http  *http.Client
	web   *httptest.Server
	seen  chan *http.Request
	body  chan []byte
	ports *strings.Replacer
}

func loadRecording(t *testing.T) *recording {
	t.Helper()
	doc, err := os.ReadFile("testdata/storage-rpc-recorded.json")
	if err != nil {
		t.Fatal(err)
	}
	rec := new(recording)
	if err := json.Unmarshal(doc, rec); err != nil {
		t.Fatal(err)
	}
	return rec
}

func key32(t *testing.T, s string) [32]byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil || len(b) < 32 {
		t.Fatalf("key %q: %v", s, err)
	}
	return [32]byte(b)
}

// newReplay runs a network with the keys, swarms and clock of the recording.
func newReplay(t *testing.T) *replay {
	rec := loadRecording(t)
	r := &replay{T: t, rec: rec, clock: clock.NewManual(time.Unix(rec.RecordedUnix, 0)), http: browser(t),
		seen: make(chan *http.Request, 1), body: make(chan []byte, 1)}
	var keys []NodeKeys
	for _, n := range rec.Nodes {
		keys = append(keys, NodeKeys{
			Ed25519Seed: key32(t, n.EdSK), X25519: key32(t, n.XSK), Legacy: key32(t, n.Legacy), Swarm: n.Swarm,
		})
	}
	r.net = startNet(t, Options{Keys: keys, SwarmSize: 4, NoEcho: true, NoRateLimit: true, Clock: r.clock})
	r.web = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		b, _ := io.ReadAll(req.Body)
		r.seen <- req
		r.body <- b
		if req.URL.Path == "/oxen/fail/lsrpc" {
			w.WriteHeader(http.StatusTeapot)
			io.WriteString(w, "teapot")
			return
		}
		io.WriteString(w, "hello from server")
	}))
	t.Cleanup(r.web.Close)
	// The recorded nodes had other ports; nothing else about them differs.
	var pairs []string
	for i, n := range rec.Nodes {
		port := itoa(int(r.net.nodeAt(i).port))
		pairs = append(pairs, itoa(n.HTTPS), port, itoa(n.OMQ), port)
	}
	r.ports = strings.NewReplacer(pairs...)
	r.plantName()
	return r
}

// plantName registers what the recording resolved, with its nonce.
func (r *replay) plantName() {
	for _, c := range r.rec.Cases {
		if c.ID != "oxend_ons_found" {
			continue
		}
		var q struct {
			Params struct {
				Params struct {
					Hash string `json:"name_hash"`
				} `json:"params"`
			} `json:"params"`
		}
		var a struct {
			Result struct {
				Value string `json:"encrypted_value"`
				Nonce string `json:"nonce"`
			} `json:"result"`
		}
		if json.Unmarshal(c.Request, &q) != nil || json.Unmarshal(c.Response, &a) != nil {
			r.Fatal("oxend_ons_found")
		}
		value, err1 := hex.DecodeString(a.Result.Value)
		nonce, err2 := hex.DecodeString(a.Result.Nonce)
		if err1 != nil || err2 != nil {
			r.Fatal("oxend_ons_found")
		}
		r.net.state.Names = append(r.net.state.Names, nameState{Hash: q.Params.Params.Hash, Value: value, Nonce: nonce})
		r.net.publishNames()
	}
}

var stampPattern = regexp.MustCompile(`\\?"t\\?": ?(\d{13})`)

// several says whether an answer was given at more than one moment (sequence):
// the clock of the replay stands still meanwhile.
func several(answer string) bool {
	all := stampPattern.FindAllString(answer, -1)
	return len(slices.Compact(all)) > 1
}

// setClock moves the network to the moment of an answer.
func (r *replay) setClock(answer string) {
	m := stampPattern.FindStringSubmatch(answer)
	if m == nil {
		return
	}
	ms, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		r.Fatal(err)
	}
	r.clock.Advance(time.Duration(ms-r.clock.Now().UnixMilli()) * time.Millisecond)
}

// TestReplayRecordedAnswers sends the recorded requests in their order, at the
// recorded time, and wants the recorded answers: status, content type and every
// byte of the body, signatures of nodes included.
func TestReplayRecordedAnswers(t *testing.T) {
	t.Parallel()
	r := newReplay(t)
	for _, c := range r.rec.Cases {
		t.Run(c.ID, func(t *testing.T) {
			sub := *r
			sub.T = t
			sub.setClock(string(c.Response))
			sub.setClock(c.Decrypted)
			if s, ok := special[c.ID]; ok {
				s.run(&sub, c)
				return
			}
			switch c.Transport {
			case "direct":
				sub.direct(c)
			case "onion":
				sub.onion(c)
			default:
				t.Fatalf("transport %q", c.Transport)
			}
		})
	}
	if got := len(r.rec.Cases); got != 167 {
		t.Errorf("%d recorded cases, want 167", got)
	}
}

func (r *replay) direct(c recordedCase) {
	r.Helper()
	body := []byte(c.Request)
	if c.RequestRaw != nil {
		body = []byte(*c.RequestRaw)
	}
	r.compare(c, ask(r, r.http, c.HTTP.Method, r.net.nodeURL(c.Node)+c.HTTP.Path, c.HTTP.Headers, body))
}

// compare holds an answer against the recorded one.
func (r *replay) compare(c recordedCase, g got) {
	r.Helper()
	if g.status != c.Status {
		r.Errorf("status %d, want %d", g.status, c.Status)
	}
	if ct := g.header.Get("Content-Type"); ct != c.ContentType {
		r.Errorf("content type %q, want %q", ct, c.ContentType)
	}
	if s := g.header.Get("Server"); s != "Oxen Storage Server/2.8.0" {
		r.Errorf("server %q", s)
	}
	var want string
	if json.Unmarshal(c.Response, &want) != nil {
		want = r.ports.Replace(canonical(r, c.Response))
	}
	body := string(g.body)
	if several(want) {
		body, want = stampPattern.ReplaceAllString(body, `"t":0`), stampPattern.ReplaceAllString(want, `"t":0`)
	}
	if body != want {
		r.Errorf("body\n got %s\nwant %s", g.body, want)
	}
	if c.ID == "ping_test" && g.header.Get("X-Oxen-Snode-Pubkey") == "" {
		r.Error("ping_test without the node's key")
	}
}

func (r *replay) onion(c recordedCase) {
	r.Helper()
	p := r.parcel(c)
	switch c.ID {
	case "onion_err_entry_cipher":
		p.flip = 1
	case "onion_err_mid_cipher":
		p.flip = 2
	case "onion_err_last_cipher":
		p.flip = 3
	case "onion_err_next_unknown":
		p.rename = map[int]string{2: strings.Repeat("ab", 32)}
	case "onion_err_first_next_unknown":
		p.rename = map[int]string{1: strings.Repeat("cd", 32)}
	}
	body, inner := p.build(r)
	g := ask(r, r.http, http.MethodPost, r.net.nodeURL(c.Hops[0])+c.HTTP.Path, nil, body)
	if c.Decrypted == "" {
		if c.RawAnswer != "" {
			c.Response = []byte(encodeJSON(r, c.RawAnswer))
		}
		r.compare(c, g)
		r.received(c, p)
		return
	}
	r.opened(c, g, inner)
}

// opened compares an encrypted answer.
func (r *replay) opened(c recordedCase, g got, inner layer) {
	r.Helper()
	if g.status != c.Status || g.header.Get("Content-Type") != c.ContentType {
		r.Fatalf("%d %s %s", g.status, g.header.Get("Content-Type"), g.body)
	}
	sealed := g.body
	if c.ID != "onion3_b64_false" {
		var err error
		if sealed, err = base64.StdEncoding.DecodeString(string(g.body)); err != nil {
			r.Fatal(err)
		}
	}
	plain, err := inner.open(r, sealed)
	if err != nil {
		r.Fatal(err)
	}
	if want := r.ports.Replace(c.Decrypted); string(plain) != want {
		r.Errorf("answer\n got %s\nwant %s", plain, want)
	}
}

func (r *replay) parcel(c recordedCase) parcel {
	r.Helper()
	p := parcel{payload: c.Request}
	if c.RequestRaw != nil {
		p.payload = []byte(*c.RequestRaw)
	}
	var one string
	if json.Unmarshal(c.EncType, &one) != nil {
		if err := json.Unmarshal(c.EncType, &p.schemes); err != nil {
			r.Fatal(err)
		}
	}
	for _, i := range c.Hops {
		p.hops = append(p.hops, r.net.nodeAt(i))
		if one != "" {
			p.schemes = append(p.schemes, one)
		}
	}
	control := make(map[string]any)
	if err := json.Unmarshal(c.Control, &control); err != nil {
		r.Fatal(err)
	}
	if _, toServer := control["host"]; toServer {
		control["port"] = r.web.Listener.Addr().(*net.TCPAddr).Port
	}
	p.control = control
	return p
}

// received checks what reached the web server.
func (r *replay) received(c recordedCase, p parcel) {
	r.Helper()
	if c.ServerReceived == nil {
		return
	}
	req, body := <-r.seen, <-r.body
	if req.URL.Path != c.ServerReceived.Path || req.Method != http.MethodPost {
		r.Errorf("server got %s %s", req.Method, req.URL.Path)
	}
	for _, h := range []string{"Accept", "Content-Type", "User-Agent"} {
		if got, want := req.Header.Get(h), c.ServerReceived.Headers[h]; got != want {
			r.Errorf("server got %s: %q, want %q", h, got, want)
		}
	}
	if want := frameOf(p.payload, p.control); !bytes.Equal(body, want) {
		r.Errorf("server got the body\n%q, want\n%q", body, want)
	}
}

// TestOnionExact posts the recorded bytes of four onion requests.
func TestOnionExact(t *testing.T) {
	t.Parallel()
	r := newReplay(t)
	if len(r.rec.OnionExact) != 4 {
		t.Fatalf("%d requests, want 4", len(r.rec.OnionExact))
	}
	for i, c := range r.rec.OnionExact {
		r.setClock(c.Answer)
		body, err := hex.DecodeString(c.Body)
		if err != nil {
			t.Fatal(err)
		}
		g := ask(t, r.http, http.MethodPost, r.net.nodeURL(c.Hops[0])+"/onion_req/v2", nil, body)
		if g.status != c.Status {
			t.Fatalf("%d: %d %s", i, g.status, g.body)
		}
		sealed, err := base64.StdEncoding.DecodeString(string(g.body))
		if err != nil {
			t.Fatal(err)
		}
		key, err := hex.DecodeString(c.Layers[0].SharedKey)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := layer{scheme: c.Layers[0].EncType, key: key}.open(t, sealed)
		if err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		if string(plain) != c.Answer {
			t.Errorf("%d:\n got %s\nwant %s", i, plain, c.Answer)
		}
	}
}
