package onion

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// The vectors: onion.json has upstream and computed examples, and requests of
// the official builder; onion-recorded.json was recorded from official nodes.

type vecNode struct {
	Ed25519 string `json:"ed25519_pub"`
	Public  string `json:"x25519_pub"`
	Private string `json:"x25519_priv"`
}

type vectors struct {
	Hop struct {
		ClientPriv string `json:"client_priv"`
		ClientPub  string `json:"client_pub"`
		NodePriv   string `json:"node_priv"`
		NodePub    string `json:"node_pub"`
		Shared     string `json:"x25519_shared"`
		GCMKey     string `json:"aes_gcm_key"`
		XChaKey    string `json:"xchacha20_key"`
		Plaintext  string
		GCM        string `json:"aes_gcm"`
		XCha       string `json:"xchacha20"`
	}
	Frame struct {
		NodePriv  string `json:"node_priv"`
		GCM       string `json:"frame_aes_gcm"`
		XCha      string `json:"frame_xchacha20"`
		Plaintext string
	}
	ThreeHops struct {
		Path        []vecNode
		Destination vecNode
		Body        string `json:"rpc_body"`
		Layers      []struct {
			Private    string `json:"ephemeral_priv"`
			Public     string `json:"ephemeral_pub"`
			Nonce      string
			Key        string `json:"aes_key"`
			Plaintext  string
			Ciphertext string
		} `json:"layers_inside_out"`
		HTTPBody string `json:"http_body"`
		Response struct {
			Nonce     string
			Plaintext string
			Base64    string `json:"http_response_body_base64"`
		}
	} `json:"three_hops_to_service_node"`
	ServerV4 struct {
		Public       string `json:"server_x25519_pub"`
		Private      string `json:"server_x25519_priv"`
		WithoutBody  string `json:"request_without_body"`
		WithBody     string `json:"request_with_body"`
		EphPriv      string `json:"ephemeral_priv"`
		Nonce        string
		Ciphertext   string
		LastHop      string `json:"last_hop_plaintext"`
		Posted       string `json:"bytes_posted_to_server"`
		Response     string `json:"response_plain"`
		RespNonce    string `json:"response_nonce"`
		ResponseBody string `json:"response_body"`
	} `json:"server_v4"`
	Official struct {
		Rows []struct {
			Mode        string
			EncType     string `json:"enc_type"`
			Payload     string
			HTTPBody    string `json:"http_body"`
			FinalPub    string `json:"final_ephemeral_pub"`
			FinalPriv   string `json:"final_ephemeral_priv"`
			AnswerPlain string `json:"answer_plain"`
			Answer      string
		}
	} `json:"built_by_official_builder"`
}

type recorded struct {
	Nodes []struct {
		I       int
		Ed25519 string `json:"ed_pk"`
		Public  string `json:"x_pk"`
		Private string `json:"x_sk"`
	}
	Exact []struct {
		Hops   []int
		Layers []struct {
			Node       int
			EncType    string `json:"enc_type"`
			Private    string `json:"ephemeral_sk"`
			Public     string `json:"ephemeral_pk"`
			Key        string `json:"shared_key"`
			Nonce      string
			Plaintext  string `json:"plaintext_hex"`
			Ciphertext string `json:"ciphertext_hex"`
		} `json:"layers_inner_to_outer"`
		HTTPBody string `json:"http_body_hex"`
		Answer   string `json:"answer_base64"`
		Plain    string `json:"answer_plaintext"`
	} `json:"onion_exact"`
	Cases []struct {
		ID        string
		Control   json.RawMessage
		Hops      []int
		Status    int
		Response  json.RawMessage
		Decrypted string
		RawAnswer string          `json:"raw_answer"`
		Request   json.RawMessage `json:"request"`
	}
	Failures []struct {
		ID       string
		Status   int
		Response json.RawMessage
	}
}

func load[T any](t testing.TB, name string) T {
	t.Helper()
	var v T
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func key32(t testing.TB, s string) (k [32]byte) {
	t.Helper()
	if copy(k[:], unhex(t, s)) != 32 {
		t.Fatalf("key of %d characters", len(s))
	}
	return k
}

func nodeKey(t testing.TB, secret string) *NodeKey {
	t.Helper()
	k, err := NewNodeKey(key32(t, secret))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// scriptedKeys gives layer keys from known secrets, in order.
type scriptedKeys struct {
	t       testing.TB
	secrets [][]byte
}

func (s *scriptedKeys) LayerKey(recipient [32]byte) (LayerKey, error) {
	s.t.Helper()
	p, err := newKeyPair(s.secrets[0])
	if err != nil {
		s.t.Fatal(err)
	}
	s.secrets = s.secrets[1:]
	return p.LayerKey(recipient)
}

func TestHopVector(t *testing.T) {
	h := load[vectors](t, "onion.json").Hop
	pair, err := newKeyPair(unhex(t, h.ClientPriv))
	if err != nil {
		t.Fatal(err)
	}
	if got := pair.Public(); got != key32(t, h.ClientPub) {
		t.Errorf("public key %x, want %s", got, h.ClientPub)
	}
	node := key32(t, h.NodePub)
	lk, err := pair.LayerKey(node)
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(lk.shared[:]); got != h.Shared {
		t.Errorf("shared secret %s, want %s", got, h.Shared)
	}
	for _, row := range []struct {
		scheme      Scheme
		key, sealed string
	}{{AESGCM, h.GCMKey, h.GCM}, {XChaCha20, h.XChaKey, h.XCha}} {
		c := newLayerCipher(row.scheme, &lk.shared, &lk.Public, &node)
		if got := hex.EncodeToString(c.key[:]); got != row.key {
			t.Errorf("%v: key %s, want %s", row.scheme, got, row.key)
		}
		sealed := unhex(t, row.sealed)
		plain, err := c.open(nil, sealed)
		if err != nil || string(plain) != h.Plaintext {
			t.Errorf("%v: opened %q, %v", row.scheme, plain, err)
		}
		again, err := c.seal([]byte(h.Plaintext), bytes.NewReader(sealed[:c.nonceSize()]))
		if err != nil || !bytes.Equal(again, sealed) {
			t.Errorf("%v: sealed %x, %v; want %s", row.scheme, again, err, row.sealed)
		}
	}
}

func TestFrameVector(t *testing.T) {
	f := load[vectors](t, "onion.json").Frame
	key := nodeKey(t, f.NodePriv)
	for _, frame := range []string{f.GCM, f.XCha} {
		ciphertext, head, err := parseOuter(unhex(t, frame))
		if err != nil {
			t.Fatal(err)
		}
		plain, _, err := openLayer(ciphertext, head, key)
		if err != nil || string(plain) != f.Plaintext {
			t.Errorf("%v: opened %q, %v", head.scheme, plain, err)
		}
		_, control, err := SplitFrame(unhex(t, frame))
		if err != nil {
			t.Fatal(err)
		}
		if again := AppendFrame(nil, ciphertext, control); !bytes.Equal(again, unhex(t, frame)) {
			t.Errorf("%v: frame differs", head.scheme)
		}
	}
}

func TestThreeHopsVector(t *testing.T) {
	v := load[vectors](t, "onion.json").ThreeHops
	keys := &scriptedKeys{t: t}
	var nonces []byte
	for _, l := range v.Layers {
		keys.secrets = append(keys.secrets, unhex(t, l.Private))
		nonces = append(nonces, unhex(t, l.Nonce)...)
	}
	var path []Node
	for _, n := range v.Path {
		path = append(path, Node{Ed25519: key32(t, n.Ed25519), X25519: key32(t, n.Public)})
	}
	dest := NodeDestination{Node: Node{Ed25519: key32(t, v.Destination.Ed25519), X25519: key32(t, v.Destination.Public)}}
	r, err := Build(path, dest, []byte(v.Body), Options{Rand: bytes.NewReader(nonces), Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(r.Body, unhex(t, v.HTTPBody)) {
		t.Fatalf("HTTP body differs:\n%x\n%s", r.Body, v.HTTPBody)
	}

	// The answer opens.
	a, err := r.OpenAnswer([]byte(v.Response.Base64))
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"version":[2,8,0],"timestamp":1700000000000,"t":1700000000000,"hf":[19,4]}`; a.Status != 200 || string(a.Body) != want || a.RefusedBy != 0 {
		t.Errorf("answer %d %q", a.Status, a.Body)
	}

	// Each node peels its layer and passes the right rest on.
	body := r.Body
	for i, n := range v.Path {
		p, err := Peel(body, nodeKey(t, n.Private))
		if err != nil {
			t.Fatalf("hop %d: %v", i+1, err)
		}
		f, ok := p.(*Forward)
		if !ok {
			t.Fatalf("hop %d: %T", i+1, p)
		}
		next := v.Destination
		if i+1 < len(v.Path) {
			next = v.Path[i+1]
		}
		if f.Destination != key32(t, next.Ed25519) || f.HopNo != i+1 {
			t.Errorf("hop %d: sends to %x with number %d", i+1, f.Destination, f.HopNo)
		}
		inner, _, err := SplitFrame(f.Body)
		if want := unhex(t, v.Layers[2-i].Ciphertext); err != nil || !bytes.Equal(inner, want) {
			t.Errorf("hop %d: passes another ciphertext on", i+1)
		}
		body = f.Body
	}
	p, err := Peel(body, nodeKey(t, v.Destination.Private))
	if err != nil {
		t.Fatal(err)
	}
	final, ok := p.(*Final)
	if !ok || string(final.Body) != v.Body {
		t.Fatalf("destination got %#v", p)
	}
	sealed, err := final.Reply.cipher.seal([]byte(v.Response.Plaintext), bytes.NewReader(unhex(t, v.Response.Nonce)))
	if err != nil || string(encodeBase64(sealed)) != v.Response.Base64 {
		t.Errorf("reply %s, %v", encodeBase64(sealed), err)
	}
}

func TestServerVector(t *testing.T) {
	v := load[vectors](t, "onion.json")
	s := v.ServerV4
	// The v4 payload, both ways.
	for _, row := range []struct {
		wire string
		want V4Request
	}{
		{s.WithoutBody, V4Request{Method: "GET", Endpoint: "/session_version?platform=desktop"}},
		{string(unhex(t, s.WithBody)), V4Request{Method: "POST", Endpoint: "/file",
			Headers: []Header{{"Content-Type", "application/octet-stream"}}, Body: []byte("\x00\x01\x02hello")}},
	} {
		if got := EncodeV4Request(row.want); string(got) != row.wire {
			t.Errorf("encoded %q, want %q", got, row.wire)
		}
		got, err := DecodeV4Request([]byte(row.wire))
		if err != nil || got.Method != row.want.Method || got.Endpoint != row.want.Endpoint ||
			!bytes.Equal(got.Body, row.want.Body) || got.Header("content-type") != row.want.Header("Content-Type") {
			t.Errorf("decoded %+v, %v", got, err)
		}
	}

	// A request through three hops whose last layers are those of the vector:
	// the innermost is checked byte for byte by peeling down to it.
	var path []Node
	for _, n := range v.ThreeHops.Path {
		path = append(path, Node{Ed25519: key32(t, n.Ed25519), X25519: key32(t, n.Public)})
	}
	keys := &scriptedKeys{t: t, secrets: [][]byte{unhex(t, s.EphPriv)}}
	nonces := unhex(t, s.Nonce)
	for _, l := range v.ThreeHops.Layers[1:] {
		keys.secrets = append(keys.secrets, unhex(t, l.Private))
		nonces = append(nonces, unhex(t, l.Nonce)...)
	}
	dest := ServerDestination{Host: "filev2.getsession.org", Protocol: "http", Port: 80, X25519: key32(t, s.Public)}
	r, err := Build(path, dest, unhex(t, s.WithBody), Options{Rand: bytes.NewReader(nonces), Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	body := r.Body
	for i := range 2 {
		p, err := Peel(body, nodeKey(t, v.ThreeHops.Path[i].Private))
		if err != nil {
			t.Fatal(err)
		}
		body = p.(*Forward).Body
	}
	p, err := Peel(body, nodeKey(t, v.ThreeHops.Path[2].Private))
	if err != nil {
		t.Fatal(err)
	}
	post, ok := p.(*ServerPost)
	if !ok {
		t.Fatalf("last hop: %#v", p)
	}
	if post.Protocol != "http" || post.Host != "filev2.getsession.org" || post.Port != 80 || post.Target != "/oxen/v4/lsrpc" {
		t.Errorf("posts to %s://%s:%d%s", post.Protocol, post.Host, post.Port, post.Target)
	}
	wantInner, wantControl, _ := SplitFrame(unhex(t, s.LastHop))
	inner, control, err := SplitFrame(post.Body)
	if err != nil || !bytes.Equal(inner, wantInner) || !bytes.Equal(inner, unhex(t, s.Ciphertext)) {
		t.Errorf("ciphertext for the server differs")
	}
	if !sameJSON(control, wantControl) {
		t.Errorf("control %s, want %s", control, wantControl)
	}

	// The server opens what was posted and answers.
	call, err := PeelServer(unhex(t, s.Posted), nodeKey(t, s.Private))
	if err != nil {
		t.Fatal(err)
	}
	if call.Request.Endpoint != "/file" || string(call.Request.Body) != "\x00\x01\x02hello" {
		t.Errorf("server got %+v", call.Request)
	}
	resp := V4Response{Code: 200, Headers: []Header{{"content-type", "application/json"}}, Body: []byte(`{"id":"1234","expires":1700000000.5}`)}
	if got := string(EncodeV4Response(resp)); got != s.Response {
		t.Errorf("response %q, want %q", got, s.Response)
	}
	sealed, err := call.Reply.SealServer(bytes.NewReader(unhex(t, s.RespNonce)), resp)
	if err != nil || !bytes.Equal(sealed, unhex(t, s.ResponseBody)) {
		t.Errorf("sealed %x, %v", sealed, err)
	}
	a, err := r.OpenAnswer(sealed)
	if err != nil || a.Status != 200 || !bytes.Equal(a.Body, resp.Body) || a.Header("Content-Type") != "application/json" {
		t.Errorf("answer %+v, %v", a, err)
	}
}

func sameJSON(a, b []byte) bool {
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	p, _ := json.Marshal(x)
	q, _ := json.Marshal(y)
	return bytes.Equal(p, q)
}

// TestOfficialBuilder peels what the official client library built.
func TestOfficialBuilder(t *testing.T) {
	v := load[vectors](t, "onion.json")
	if len(v.Official.Rows) != 4 {
		t.Fatalf("%d rows", len(v.Official.Rows))
	}
	for _, row := range v.Official.Rows {
		t.Run(row.Mode+" "+row.EncType, func(t *testing.T) {
			body := unhex(t, row.HTTPBody)
			hops := v.ThreeHops.Path
			if row.Mode == "server" {
				hops = hops[:2]
			}
			for i, n := range hops {
				p, err := Peel(body, nodeKey(t, n.Private))
				if err != nil {
					t.Fatalf("hop %d: %v", i+1, err)
				}
				body = p.(*Forward).Body
			}
			scheme, _ := ParseScheme(row.EncType)
			pair, err := newKeyPair(unhex(t, row.FinalPriv))
			if err != nil {
				t.Fatal(err)
			}
			dest := key32(t, v.ThreeHops.Destination.Public)
			if row.Mode == "server" {
				dest = key32(t, v.ServerV4.Public)
			}
			lk, err := pair.LayerKey(dest)
			if err != nil {
				t.Fatal(err)
			}
			r := &Request{server: row.Mode == "server", binary: row.Mode == "server",
				ciphers: []layerCipher{newLayerCipher(scheme, &lk.shared, &lk.Public, &dest)}}

			if row.Mode == "server" {
				p, err := Peel(body, nodeKey(t, v.ThreeHops.Path[2].Private))
				if err != nil {
					t.Fatal(err)
				}
				call, err := PeelServer(p.(*ServerPost).Body, nodeKey(t, v.ServerV4.Private))
				if err != nil || string(EncodeV4Request(call.Request)) != row.Payload {
					t.Fatalf("server got %+v, %v", call, err)
				}
				a, err := r.OpenAnswer(unhex(t, row.Answer))
				if err != nil || a.Status != 200 || string(a.Body) != `{"id":"1234","expires":1700000000.5}` {
					t.Errorf("answer %+v, %v", a, err)
				}
				return
			}
			p, err := Peel(body, nodeKey(t, v.ThreeHops.Destination.Private))
			if err != nil {
				t.Fatal(err)
			}
			if f, ok := p.(*Final); !ok || string(f.Body) != row.Payload {
				t.Fatalf("destination got %#v", p)
			}
			a, err := r.OpenAnswer([]byte(row.Answer))
			if err != nil || a.Status != 200 || !bytes.Contains(a.Body, []byte(`"hf":[19,4]`)) {
				t.Errorf("answer %+v, %v", a, err)
			}
		})
	}
}
