package community

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"testing"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/wire"
	"sotto/internal/vectors"
)

func textContent(t testing.TB, text string, sigTimestamp uint64) []byte {
	t.Helper()
	c := &wire.Content{DataMessage: &wire.DataMessage{Body: wire.Some(text)}}
	if sigTimestamp != 0 {
		c.SigTimestamp = wire.Some(sigTimestamp)
	}
	b, err := c.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMessageVectors(t *testing.T) {
	var v struct {
		Seed     hexed
		Server   hexed `json:"server_pubkey"`
		Messages []struct {
			Padding, Sender string
			Content         hexed  `json:"content_hex"`
			Padded          []byte `json:"padded_b64"`
			Signature       []byte `json:"signature_b64"`
			Body            string `json:"post_body"`
		}
	}
	vectors.Load(t, "community-message", &v)
	key := Blind15(account(t, v.Seed), [32]byte(v.Server))
	for i, c := range v.Messages {
		row := &Message{ID: 1, Author: mustID(t, c.Sender), Posted: 1700000000, Data: c.Padded, Signature: c.Signature}
		o, err := Open(row)
		if err != nil || !bytes.Equal(o.Plain, c.Content) || o.Content.DataMessage.Profile.DisplayName.Value != "Bob" || o.Author != key.Author() {
			t.Errorf("message %d: %x, %v", i, o.Plain, err)
		}
		if sig := key.sign(c.Padded); !bytes.Equal(sig[:], c.Signature) {
			t.Errorf("message %d: signature differs", i)
		}
		if c.Padding == "pad_libsession" {
			data, sig, err := Compose(key, nil, c.Content)
			if err != nil || !bytes.Equal(data, c.Padded) || !bytes.Equal(sig[:], c.Signature) {
				t.Errorf("message %d: composed %x, %v", i, data, err)
			}
			call, err := Encode(PostMessage{Room: "r", Data: data, Signature: sig[:]})
			if err != nil {
				t.Fatal(err)
			}
			var ours, theirs map[string]any
			if json.Unmarshal(call.Body, &ours) != nil || json.Unmarshal([]byte(c.Body), &theirs) != nil ||
				ours["data"] != theirs["data"] || ours["signature"] != theirs["signature"] {
				t.Errorf("message %d: body %s", i, call.Body)
			}
		}
	}
}

func TestUnblindedMessageVector(t *testing.T) {
	var v struct {
		Seed      hexed
		Session   string `json:"session_id"`
		Padded    []byte `json:"padded_b64"`
		Signature []byte `json:"xed25519_signature_b64"`
	}
	vectors.Load(t, "community-unblinded-message", &v)
	row := &Message{ID: 1, Author: mustID(t, v.Session), Data: v.Padded, Signature: v.Signature}
	o, err := Open(row)
	if err != nil || o.Content.DataMessage.Body.Value != "hi" {
		t.Fatalf("%+v, %v", o, err)
	}
	key := Plain(account(t, v.Seed), testServer)
	data, sig, err := Compose(key, rand.Reader, textContent(t, "hi", 0))
	if err != nil || !bytes.Equal(data, v.Padded) {
		t.Fatalf("%x, %v", data, err)
	}
	if _, err := Open(&Message{ID: 2, Author: key.Author(), Data: data, Signature: sig[:]}); err != nil || key.Author().String() != v.Session {
		t.Errorf("own plain message by %v: %v", key.Author(), err)
	}
}

func TestOpenProves(t *testing.T) {
	const posted = Seconds(1_700_000_000.5)
	alice, bob := Blind15(person(t, "alice"), testServer), Blind15(person(t, "bob"), testServer)
	row := func(content []byte) *Message {
		data, sig, err := Compose(alice, nil, content)
		if err != nil {
			t.Fatal(err)
		}
		return &Message{ID: 1, Seqno: 1, Author: alice.Author(), Posted: posted, Data: data, Signature: sig[:]}
	}
	near := uint64(posted.Millis())
	for name, c := range map[string]struct {
		change func(*Message)
		want   error
	}{
		"as posted":         {func(m *Message) {}, nil},
		"another author":    {func(m *Message) { m.Author = bob.Author() }, ErrSignature},
		"flipped author":    {func(m *Message) { m.Author[32] ^= 0x80 }, ErrSignature},
		"changed text":      {func(m *Message) { m.Data = bytes.Clone(m.Data); m.Data[8] ^= 1 }, ErrSignature},
		"changed padding":   {func(m *Message) { m.Data = append(bytes.Clone(m.Data), 0) }, ErrSignature},
		"no signature":      {func(m *Message) { m.Signature = nil }, ErrSignature},
		"group as author":   {func(m *Message) { m.Author[0] = byte(identity.Group) }, ErrSignature},
		"deletion":          {func(m *Message) { m.Deleted = true }, ErrNoData},
		"reactions":         {func(m *Message) { m.Data = nil }, ErrNoData},
		"too large":         {func(m *Message) { m.Data = make([]byte, MaxData+1) }, ErrTooLarge},
		"taken hours later": {func(m *Message) { m.Posted += 6*3600 + 1 }, ErrTimestamp},
		"five hours later":  {func(m *Message) { m.Posted += 5 * 3600 }, nil},
		"from the future":   {func(m *Message) { m.Posted -= 6*3600 + 1 }, ErrTimestamp},
	} {
		m := row(textContent(t, "hello", near))
		c.change(m)
		if _, err := Open(m); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if _, err := Open(row([]byte("no protobuf"))); !errors.Is(err, ErrContent) {
		t.Errorf("no content: %v", err)
	}
	// A message without a time of its own is accepted whenever it was posted.
	m := row(textContent(t, "hello", 0))
	m.Posted = 1
	if _, err := Open(m); err != nil {
		t.Errorf("without timestamp: %v", err)
	}
	// Newer clients may send an Envelope.
	envelope := &wire.Envelope{Type: wire.Some(wire.EnvelopeSession), Timestamp: wire.Some(near), Content: textContent(t, "inside", near)}
	b, err := envelope.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if o, err := Open(row(b)); err != nil || o.Content.DataMessage.Body.Value != "inside" {
		t.Errorf("envelope: %+v, %v", o, err)
	}
	if _, _, err := Compose(alice, nil, make([]byte, MaxData)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("compose: %v", err)
	}
}

func TestHeaderVectors(t *testing.T) {
	var v struct {
		Seed   hexed
		Server hexed `json:"server_pubkey"`
		Cases  []struct {
			Blinded      bool
			Method, Path string
			Body         *hexed `json:"body_hex"`
			Nonce        hexed
			Timestamp    int64
			Signed       hexed `json:"signed_payload_hex"`
			Headers      map[string]string
		}
	}
	vectors.Load(t, "community-headers", &v)
	server := [32]byte(v.Server)
	me := account(t, v.Seed)
	for i, c := range v.Cases {
		key := Plain(me, server)
		if c.Blinded {
			key = Blind15(me, server)
		}
		var body []byte
		if c.Body != nil {
			body = *c.Body
		}
		nonce := [NonceSize]byte(c.Nonce)
		if got := signedBytes(server, nonce, c.Headers[headerTimestamp], c.Method, c.Path, body); !bytes.Equal(got, c.Signed) {
			t.Errorf("case %d: signed bytes %q", i, got)
		}
		r := Call{Method: c.Method, Path: c.Path, Body: body}.Sign(key, nonce, c.Timestamp)
		for name, want := range c.Headers {
			if got := r.Header(name); got != want {
				t.Errorf("case %d: %s: %s, want %s", i, name, got, want)
			}
		}
		auth, err := ParseAuth(r)
		if err != nil || auth.ID != key.ID() || auth.Unix != c.Timestamp || !auth.Verify(server, r) {
			t.Errorf("case %d: %+v, %v", i, auth, err)
		}
		r.Method = "PATCH"
		if auth.Verify(server, r) {
			t.Errorf("case %d: another method verifies", i)
		}
	}
}

func TestAuthRefusals(t *testing.T) {
	good := Call{Method: "GET", Path: "/rooms"}.Sign(Blind15(person(t, "alice"), testServer), [NonceSize]byte{1}, 1_700_000_000)
	with := func(name, value string) onion.V4Request {
		r := good
		r.Headers = nil
		for _, h := range good.Headers {
			if h.Name == name {
				h.Value = value
			}
			if h.Value != "" {
				r.Headers = append(r.Headers, h)
			}
		}
		return r
	}
	for name, r := range map[string]onion.V4Request{
		"no nonce":        with(headerNonce, ""),
		"short nonce":     with(headerNonce, "AAAA"),
		"long nonce":      with(headerNonce, base64.StdEncoding.EncodeToString(make([]byte, 17))),
		"no id":           with(headerPubkey, "15"),
		"25 id":           with(headerPubkey, Blind25(person(t, "alice"), testServer).ID().String()),
		"05 id":           with(headerPubkey, person(t, "alice").ID().String()),
		"no time":         with(headerTimestamp, "soon"),
		"half signature":  with(headerSignature, "AAAA"),
		"only the pubkey": {Headers: good.Headers[:1]},
	} {
		var refused *Refusal
		if _, err := ParseAuth(r); !errors.As(err, &refused) || refused.Code != 400 || refused.Text == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if a, err := ParseAuth(onion.V4Request{}); a != nil || err != nil {
		t.Errorf("anonymous: %+v, %v", a, err)
	}
	for _, r := range []onion.V4Request{
		with(headerNonce, "01000000000000000000000000000000"),
		with(headerNonce, "AQAAAAAAAAAAAAAAAAAAAA"),
	} {
		if a, err := ParseAuth(r); err != nil || !a.Verify(testServer, r) {
			t.Errorf("another spelling of the nonce: %v", err)
		}
	}
}
