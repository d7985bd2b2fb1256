package onion

import (
	"bytes"
	"crypto/rand"
	"testing"
)

func FuzzSplitFrame(f *testing.F) {
	f.Add([]byte{})
	f.Add(frameOf("abc", `{"headers":{}}`))
	f.Add([]byte{255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		c, j, err := SplitFrame(b)
		if err == nil && !bytes.Equal(AppendFrame(nil, c, j), b) {
			t.Error("frame is not what it was made of")
		}
	})
}

// FuzzPeel feeds both the outer body and, sealed, the inner plaintext.
func FuzzPeel(f *testing.F) {
	n := newTestNode(f, XChaCha20)
	f.Add([]byte{}, false)
	f.Add(sealFor(f, n, frameOf("x", `{"headers":{}}`)), false)
	f.Add(frameOf("x", `{"headers":"","json":true}`), true)
	f.Add(frameOf("x", `{"host":"h","target":"/oxen/v4/lsrpc","port":80,"protocol":"http"}`), true)
	f.Add(frameOf("x", `{"destination":"ab","ephemeral_key":"\u0061b"}`), true)
	f.Add(frameOf("x", `{"ephemeral_key":"00","enc_type":[1,{"a":"\\\""}]}`), false)
	f.Fuzz(func(t *testing.T, b []byte, inside bool) {
		if inside {
			b = sealFor(t, n, b)
		}
		p, err := Peel(b, n.key)
		if err == nil {
			switch p := p.(type) {
			case *Final:
				if p.Reply == nil {
					t.Error("no reply")
				}
			case *ServerPost:
				if !TargetAllowed(p.Target) {
					t.Errorf("target %q", p.Target)
				}
			}
		}
		if call, err := PeelServer(b, n.key); err == nil && call.Reply == nil {
			t.Error("no reply")
		}
	})
}

func FuzzOpenAnswer(f *testing.F) {
	n := newTestNode(f, AESGCM)
	r, err := Build([]Node{n.Node}, NodeDestination{Node: n.Node}, []byte("{}"), Options{Rand: rand.Reader})
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"status":200,"body":"{\"a\":\"\\\"\"}"}`))
	f.Add([]byte(`{"body":{"a":[1,2,"x"]},"status":200}`))
	f.Add([]byte(`{"status":1e3}`))
	f.Add([]byte("{\"status\":0,\"body\":\"\x87\x87\"}"))
	f.Add([]byte(``))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := r.OpenAnswer(b); err == nil {
			t.Error("clear text opened")
		}
		a, err := parseNodeAnswer(bytes.Clone(b))
		if err != nil {
			return
		}
		again, err := parseNodeAnswer(AppendNodeAnswer(nil, a.Status, a.Body, false))
		if err != nil || again.Status != a.Status || string(again.Body) != string([]rune(string(a.Body))) {
			t.Errorf("%q became %+v, %v", a.Body, again, err)
		}
	})
}

func FuzzV4(f *testing.F) {
	f.Add(EncodeV4Request(V4Request{Method: "GET", Endpoint: "/x", Headers: []Header{{"a", "b"}}, Body: []byte{1}}))
	f.Add(EncodeV4Response(V4Response{Code: 200, Headers: []Header{{"a", "b"}}}))
	f.Add([]byte(`l2:{}e`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if q, err := DecodeV4Request(b); err == nil {
			again, err := DecodeV4Request(EncodeV4Request(q))
			if err != nil || again.Endpoint != q.Endpoint || !bytes.Equal(again.Body, q.Body) || len(again.Headers) != len(q.Headers) {
				t.Errorf("%+v became %+v, %v", q, again, err)
			}
		}
		if r, err := DecodeV4Response(b); err == nil {
			again, err := DecodeV4Response(EncodeV4Response(r))
			if err != nil || again.Code != r.Code || !bytes.Equal(again.Body, r.Body) || len(again.Headers) != len(r.Headers) {
				t.Errorf("%+v became %+v, %v", r, again, err)
			}
		}
	})
}
