package onion

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// testNode is a node with its secret.
type testNode struct {
	Node
	key *NodeKey
}

func newTestNode(t testing.TB, scheme Scheme) testNode {
	t.Helper()
	var secret, ed [32]byte
	for _, b := range [][]byte{secret[:], ed[:]} {
		if _, err := rand.Read(b); err != nil {
			t.Fatal(err)
		}
	}
	k, err := NewNodeKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	return testNode{Node: Node{Ed25519: ed, X25519: k.Public(), Scheme: scheme}, key: k}
}

func frameOf(ciphertext, control string) []byte {
	return AppendFrame(nil, []byte(ciphertext), []byte(control))
}

// sealFor makes an HTTP body whose single layer holds plain.
func sealFor(t testing.TB, n testNode, plain []byte) []byte {
	t.Helper()
	lk, err := FreshKeys(rand.Reader).LayerKey(n.X25519)
	if err != nil {
		t.Fatal(err)
	}
	c := newLayerCipher(n.Scheme, &lk.shared, &lk.Public, &n.X25519)
	sealed, err := c.seal(plain, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return AppendFrame(nil, sealed, fmt.Appendf(nil, `{"ephemeral_key":"%x","enc_type":"%s"}`, lk.Public, n.Scheme))
}

// TestPeelErrors: the texts that official nodes gave, from the recording.
func TestPeelErrors(t *testing.T) {
	want := map[string]string{}
	for _, c := range load[recorded](t, "onion-recorded.json").Cases {
		var text string
		if json.Unmarshal(c.Response, &text) == nil {
			want[c.ID] = fmt.Sprintf("%d %s", c.Status, text)
		}
	}
	n := newTestNode(t, XChaCha20)
	good := sealFor(t, n, frameOf("body", `{"headers":{}}`))
	flipped := bytes.Clone(good)
	flipped[4+40] ^= 1
	length := binary.LittleEndian.AppendUint32(nil, 9999)
	key := strings.Repeat("ab", 32)

	for id, body := range map[string][]byte{
		"onion_err_entry_cipher": flipped,
		"onion_err_short":        {1, 2, 3},
		"onion_err_len":          append(length, 1, 2, 3),
		"onion_err_nokey":        frameOf("x", `{}`),
		"onion_err_badkey":       frameOf("x", `{"ephemeral_key":"zz"}`),
		"onion_err_enctype":      frameOf("x", `{"ephemeral_key":"`+key+`","enc_type":"rot13"}`),
		"onion_err_notjson":      frameOf("x", `not json`),
		"onion_err_tooshortct":   frameOf("x", `{"ephemeral_key":"`+key+`","enc_type":"xchacha20"}`),
	} {
		_, err := Peel(body, n.key)
		var refusal *PeelError
		if !errors.As(err, &refusal) {
			t.Errorf("%s: %v", id, err)
			continue
		}
		if got := fmt.Sprintf("%d %s", refusal.Status, refusal.Text); want[id] == "" || got != want[id] {
			t.Errorf("%s: got  %q\nwant %q", id, got, want[id])
		}
	}
}

// TestRefusals: what a layer that opened may ask for in vain.
func TestRefusals(t *testing.T) {
	want := map[string]string{}
	for _, c := range load[recorded](t, "onion-recorded.json").Cases {
		want[c.ID] = c.Decrypted
	}
	for id, control := range map[string]string{
		"onion_err_control_empty": `{"nothing":1}`,
		"onion_relay_badtarget":   `{"host":"127.0.0.1","port":22515,"protocol":"http","target":"/admin"}`,
		"onion_relay_query":       `{"host":"127.0.0.1","port":22515,"protocol":"http","target":"/oxen/v4/x?y/lsrpc"}`,
		"onion_relay_proto":       `{"host":"127.0.0.1","port":22515,"protocol":"ftp","target":"/oxen/v4/lsrpc"}`,
	} {
		n := newTestNode(t, AESGCM)
		p, err := Peel(sealFor(t, n, frameOf("x", control)), n.key)
		if err != nil {
			t.Fatal(err)
		}
		r, ok := p.(*Refused)
		if !ok {
			t.Errorf("%s: %T", id, p)
			continue
		}
		if got := string(AppendNodeAnswer(nil, r.Status, []byte(r.Text), false)); got != want[id] {
			t.Errorf("%s: %s, want %s", id, got, want[id])
		}
	}
	for _, control := range []string{
		`{"host":"h"}`,
		`{"host":5,"target":"/oxen/v4/lsrpc"}`,
		`{"host":"h","target":"/oxen/v4/lsrpc","port":70000}`,
		`{"destination":"` + strings.Repeat("ab", 32) + `"}`,
		`{"destination":"short","ephemeral_key":"` + strings.Repeat("ab", 32) + `"}`,
		`{"headers":{},"json":7}`,
		`[]`, `nope`, ``,
	} {
		n := newTestNode(t, XChaCha20)
		p, err := Peel(sealFor(t, n, frameOf("x", control)), n.key)
		if err != nil {
			t.Fatal(err)
		}
		if r, ok := p.(*Refused); !ok || r.Text != "Invalid json" || r.Status != 400 {
			t.Errorf("%s: %#v", control, p)
		}
	}
}

// walk carries a request along its path and returns what its end found.
func walk(t *testing.T, body []byte, nodes ...testNode) Peeled {
	t.Helper()
	for i, n := range nodes {
		p, err := Peel(body, n.key)
		if err != nil {
			t.Fatalf("node %d: %v", i+1, err)
		}
		f, ok := p.(*Forward)
		if !ok {
			if i+1 < len(nodes) {
				t.Fatalf("node %d: %#v", i+1, p)
			}
			return p
		}
		if i+1 == len(nodes) {
			return p
		}
		if f.Destination != nodes[i+1].Ed25519 {
			t.Fatalf("node %d sends to %x", i+1, f.Destination)
		}
		body = f.Body
	}
	return nil
}

// TestRoundTrip: every scheme at every place, every form of answer.
func TestRoundTrip(t *testing.T) {
	schemes := []Scheme{AESGCM, XChaCha20, AESCBC}
	rpc := []byte(`{"method":"info","params":{}}`)
	answer := []byte(`{"hf":[19,4],"note":"a \"quoted\" \\ line\nand ü 😀"}`)
	for i := range 27 {
		a, b, c := newTestNode(t, schemes[i%3]), newTestNode(t, schemes[i/3%3]), newTestNode(t, schemes[i/9])
		dest := NodeDestination{Node: c.Node, JSON: i%2 == 0, Binary: i%4 < 2}
		r, err := Build([]Node{a.Node, b.Node}, dest, rpc, Options{Rand: rand.Reader})
		if err != nil {
			t.Fatal(err)
		}
		final, ok := walk(t, r.Body, a, b, c).(*Final)
		if !ok || !bytes.Equal(final.Body, rpc) {
			t.Fatalf("round %d: %#v", i, final)
		}
		for _, row := range []struct {
			status   int
			body     []byte
			document bool
		}{{200, answer, true}, {401, []byte("retrieve: request signature required"), false}, {500, nil, false}} {
			sealed, err := final.Reply.SealNode(rand.Reader, row.status, row.body, row.document)
			if err != nil {
				t.Fatal(err)
			}
			got, err := r.OpenAnswer(sealed)
			if err != nil || got.Status != row.status || !bytes.Equal(got.Body, row.body) {
				t.Errorf("round %d: answer %+v, %v", i, got, err)
			}
		}
	}
}

func TestServerRoundTrip(t *testing.T) {
	server := newTestNode(t, XChaCha20)
	a, b, c := newTestNode(t, AESGCM), newTestNode(t, AESGCM), newTestNode(t, AESGCM)
	path := []Node{a.Node, b.Node, c.Node}
	upload := bytes.Repeat([]byte{0, 1, 2, 255}, 250_000)
	dest := ServerDestination{Host: "files.example", X25519: server.X25519, Scheme: XChaCha20}
	r, err := Build(path, dest, EncodeV4Request(V4Request{Method: "POST", Endpoint: "/file", Body: upload}), Options{Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	post, ok := walk(t, r.Body, a, b, c).(*ServerPost)
	if !ok || post.Port != 443 || post.Protocol != "https" || post.Host != "files.example" || post.Target != DefaultTarget {
		t.Fatalf("%#v", post)
	}
	call, err := PeelServer(post.Body, server.key)
	if err != nil || !bytes.Equal(call.Request.Body, upload) {
		t.Fatalf("upload differs: %v", err)
	}
	sealed, err := call.Reply.SealServer(rand.Reader, V4Response{Code: 200, Headers: []Header{{"Content-Type", "application/octet-stream"}}, Body: upload})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := r.OpenAnswer(sealed)
	if err != nil || answer.Status != 200 || !bytes.Equal(answer.Body, upload) || answer.Header("content-type") == "" {
		t.Errorf("download differs: %v", err)
	}

	// A server without body gets nil, one with an empty body an empty one.
	for _, body := range [][]byte{nil, {}} {
		q, err := DecodeV4Request(EncodeV4Request(V4Request{Method: "GET", Endpoint: "/", Body: body}))
		if err != nil || (q.Body == nil) != (body == nil) {
			t.Errorf("body %v became %v, %v", body, q.Body, err)
		}
	}
}

// TestLastHopRefuses: the last hop answers in place of a server, with the key
// of its own layer; the client must still read it and know who spoke.
func TestLastHopRefuses(t *testing.T) {
	server := newTestNode(t, AESGCM)
	a, b := newTestNode(t, AESGCM), newTestNode(t, XChaCha20)
	r, err := Build([]Node{a.Node, b.Node}, ServerDestination{Host: "h", X25519: server.X25519}, []byte("le"), Options{Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	p, err := Peel(r.Body, a.key)
	if err != nil {
		t.Fatal(err)
	}
	ciphertext, head, err := parseOuter(p.(*Forward).Body)
	if err != nil {
		t.Fatal(err)
	}
	_, cipher, err := openLayer(ciphertext, head, b.key)
	if err != nil {
		t.Fatal(err)
	}
	reply := &Reply{cipher: cipher, base64: true}
	sealed, err := reply.SealNode(rand.Reader, 400, []byte("Invalid url"), false)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := r.OpenAnswer(sealed)
	if err != nil || answer.Status != 400 || string(answer.Body) != "Invalid url" || answer.RefusedBy != 2 {
		t.Errorf("answer %+v, %v", answer, err)
	}
}

func TestAnswerOfAnotherRequest(t *testing.T) {
	n := newTestNode(t, AESGCM)
	build := func() *Request {
		r, err := Build(nil, NodeDestination{Node: n.Node}, []byte("{}"), Options{Rand: rand.Reader})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first, second := build(), build()
	p, err := Peel(first.Body, n.key)
	if err != nil {
		t.Fatal(err)
	}
	reply := p.(*Final).Reply
	sealed, err := reply.SealNode(rand.Reader, 200, []byte("{}"), true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := second.OpenAnswer(sealed); !errors.Is(err, ErrAnswerDoesNotOpen) {
		t.Errorf("foreign answer: %v", err)
	}
	if _, err := first.OpenAnswer([]byte("hello from server")); !errors.Is(err, ErrAnswerDoesNotOpen) {
		t.Errorf("clear text: %v", err)
	}
	if _, err := first.OpenAnswer(nil); !errors.Is(err, ErrAnswerDoesNotOpen) {
		t.Errorf("nothing: %v", err)
	}
	// The oldest form: base64 within JSON.
	wrapped := []byte(`{"result":"` + string(sealed) + `"}`)
	if a, err := first.OpenAnswer(wrapped); err != nil || a.Status != 200 {
		t.Errorf("wrapped answer: %+v, %v", a, err)
	}
	garbage, err := reply.cipher.seal([]byte(`{"body":`), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.OpenAnswer(encodeBase64(garbage)); !errors.Is(err, ErrAnswerFormat) {
		t.Errorf("broken answer: %v", err)
	}
	first.Zero()
	if _, err := first.OpenAnswer(sealed); !errors.Is(err, ErrAnswerDoesNotOpen) {
		t.Errorf("after Zero: %v", err)
	}
}

func TestBuildErrors(t *testing.T) {
	n := newTestNode(t, AESGCM)
	opt := Options{Rand: rand.Reader}
	server := func(d ServerDestination) error {
		d.X25519 = n.X25519
		_, err := Build([]Node{n.Node}, d, nil, opt)
		return err
	}
	_, noHop := Build(nil, ServerDestination{Host: "h", X25519: n.X25519}, nil, opt)
	_, long := Build(make([]Node, MaxHops+1), NodeDestination{Node: n.Node}, nil, opt)
	_, large := Build([]Node{n.Node}, NodeDestination{Node: n.Node}, make([]byte, MaxRequest), opt)
	_, lowOrder := Build(nil, NodeDestination{}, nil, opt)
	_, noEntropy := Build(nil, NodeDestination{Node: n.Node}, nil, Options{Rand: bytes.NewReader(make([]byte, 40))})
	for name, row := range map[string]struct{ got, want error }{
		"server without hop": {noHop, ErrBadDestination},
		"no host":            {server(ServerDestination{}), ErrBadDestination},
		"host with quote":    {server(ServerDestination{Host: `a"b`}), ErrBadDestination},
		"target":             {server(ServerDestination{Host: "h", Target: "/oxen/v4/lsrpc?x"}), ErrBadDestination},
		"protocol":           {server(ServerDestination{Host: "h", Protocol: "ftp"}), ErrBadDestination},
		"path too long":      {long, ErrPathTooLong},
		"too large":          {large, ErrTooLarge},
		"zero key":           {lowOrder, ErrBadKey},
	} {
		if !errors.Is(row.got, row.want) {
			t.Errorf("%s: %v", name, row.got)
		}
	}
	if noEntropy == nil {
		t.Error("built without enough entropy")
	}
}

func TestHopLimit(t *testing.T) {
	n := newTestNode(t, AESGCM)
	key := strings.Repeat("ab", 32)
	inner := frameOf("x", `{"destination":"`+key+`","ephemeral_key":"`+key+`"}`)
	body := sealFor(t, n, inner)
	with := bytes.Replace(body, []byte(`","enc_type"`), []byte(`","hop_no":14,"enc_type"`), 1)
	var refusal *PeelError
	if _, err := Peel(with, n.key); !errors.As(err, &refusal) {
		t.Errorf("15th hop: %v", err)
	}
	if _, err := Peel(body, n.key); err != nil {
		t.Errorf("first hop: %v", err)
	}
}

func TestKeyStock(t *testing.T) {
	a, b := newTestNode(t, AESGCM), newTestNode(t, AESGCM)
	s := NewKeyStock(rand.Reader)
	if err := s.Prepare(a.X25519, 3); err != nil {
		t.Fatal(err)
	}
	p, err := NewKeyPair(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s.AddPair(p)
	seen := map[[32]byte]bool{}
	for range 5 {
		r, err := Build([]Node{a.Node}, NodeDestination{Node: b.Node}, []byte("{}"), Options{Rand: rand.Reader, Keys: s})
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := walk(t, r.Body, a, b).(*Final); !ok {
			t.Fatal("request does not peel")
		}
		_, control, err := SplitFrame(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		c, err := parseControl(control)
		if err != nil {
			t.Fatal(err)
		}
		if seen[c.key] {
			t.Errorf("key %x used twice", c.key)
		}
		seen[c.key] = true
	}
	if s.Bound(a.X25519) != 0 || s.Pairs() != 0 {
		t.Errorf("stock left: %d keys, %d pairs", s.Bound(a.X25519), s.Pairs())
	}
	if err := s.Prepare(b.X25519, 2); err != nil {
		t.Fatal(err)
	}
	s.Drop(b.X25519)
	if s.Bound(b.X25519) != 0 {
		t.Error("dropped keys are still there")
	}
}

// TestRecordedAnswers: each decrypted answer of the recording is read and
// written back.
func TestRecordedAnswers(t *testing.T) {
	read := 0
	for _, c := range load[recorded](t, "onion-recorded.json").Cases {
		if c.Decrypted == "" {
			continue
		}
		a, err := parseNodeAnswer([]byte(c.Decrypted))
		if err != nil {
			t.Errorf("%s: %v", c.ID, err)
			continue
		}
		read++
		embed := strings.HasPrefix(c.Decrypted, `{"body":{`)
		if got := string(AppendNodeAnswer(nil, a.Status, a.Body, embed)); got != c.Decrypted {
			t.Errorf("%s: %s\nwant %s", c.ID, got, c.Decrypted)
		}
	}
	if read < 10 {
		t.Errorf("only %d answers", read)
	}
}

func TestV4Malformed(t *testing.T) {
	for _, s := range []string{
		"", "l", "e", "le", "l2:{}", "2:{}e", "l2:{}ee", "l3:{}e", "l02:{}e", "l-2:{}e", "l2:{}1:e",
		"l99999999999999:{}e", "l2:{}2:abxe", "l2:[]e", `l13:{"code":"200"}e`, "l:e", "l4:nulle",
		`l31:{"code":200,"headers":{"a":{}}}e`, `l12:{"code":200}2:abe1`,
	} {
		if _, err := DecodeV4Response([]byte(s)); !errors.Is(err, ErrV4Format) {
			t.Errorf("response %q: %v", s, err)
		}
		if _, err := DecodeV4Request([]byte(s)); !errors.Is(err, ErrV4Format) {
			t.Errorf("request %q: %v", s, err)
		}
	}
	// Numbers as header values, as desktop sends them; null is none.
	j := `{"method":"GET","endpoint":"/","headers":{"X-SOGS-Timestamp":1700000000,"A":true,"B":null}}`
	q, err := DecodeV4Request(fmt.Appendf(nil, "l%d:%se", len(j), j))
	if err != nil || q.Header("x-sogs-timestamp") != "1700000000" || q.Header("a") != "true" || len(q.Headers) != 2 {
		t.Errorf("%+v, %v", q, err)
	}
}
