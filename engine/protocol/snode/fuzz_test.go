package snode

import (
	"bytes"
	"errors"
	"os"
	"testing"
)

// seeds adds what the recording holds of a kind.
func seeds(f *testing.F, answers bool) {
	f.Helper()
	rec := load1[recording](f, "storage-rpc-recorded.json")
	for i, c := range rec.Cases {
		switch {
		case !answers && len(c.Request) > 0 && len(c.Request) < 4000:
			f.Add([]byte(c.Request))
		case answers && i%3 == 0 && len(c.Response) > 0 && c.Response[0] == '{':
			f.Add([]byte(c.Response))
		}
	}
}

func FuzzParse(f *testing.F) {
	seeds(f, false)
	f.Add([]byte(`{"method":"ifelse","params":{"if":{"v_before":[1,2,3,4]},"then":{"method":"info","params":{}}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		req, err := Parse(b)
		if err != nil {
			var refusal *RPCError
			if !errors.As(err, &refusal) || refusal.Status != 400 {
				t.Errorf("%v", err)
			}
			return
		}
		body := Encode(req)
		again, err := Parse(body)
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		if !bytes.Equal(Encode(again), body) {
			t.Errorf("%s\nbecame %s", body, Encode(again))
		}
		if s, ok := req.(SignedRequest); ok {
			s.SignedText()
		}
		if err := Authorize(req, Env{Now: testNow}); err != nil {
			var refusal *RPCError
			if !errors.As(err, &refusal) {
				t.Errorf("%v", err)
			}
		}
	})
}

// FuzzAnswers gives the same bytes to every decoder: what one accepts it must
// be able to write and read again.
func FuzzAnswers(f *testing.F) {
	seeds(f, true)
	f.Add([]byte(`{"swarm":{}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		again(t, b, DecodeInfo)
		again(t, b, DecodeSwarm)
		again(t, b, DecodeRetrieve)
		again(t, b, DecodeExpiries)
		again(t, b, DecodeBatch)
		again(t, b, DecodeIfElse)
		again(t, b, DecodeStore)
		again(t, b, DecodeDelete)
		again(t, b, DecodeExpire)
		again(t, b, DecodeSubaccount)
		if _, err := DecodeOxend(b); err != nil && !errors.Is(err, ErrAnswer) {
			t.Error(err)
		}
		for _, status := range []int{200, 404, 421, 500} {
			_ = CheckStatus(status, b)
		}
	})
}

func again[A interface{ Encode() []byte }](t *testing.T, b []byte, decode func([]byte) (A, error)) {
	t.Helper()
	a, err := decode(b)
	if err != nil {
		if !errors.Is(err, ErrAnswer) {
			t.Errorf("untyped %v", err)
		}
		return
	}
	first := a.Encode()
	a, err = decode(first)
	if err != nil {
		t.Fatalf("%T: %s: %v", a, first, err)
	}
	if second := a.Encode(); !bytes.Equal(first, second) {
		t.Errorf("%s\nbecame %s", first, second)
	}
}

func FuzzNodeList(f *testing.F) {
	nodes := testNodes(f, 2)
	f.Add(EncodeNodeList(nodes, 7, nil))
	f.Add(EncodeSeedAnswer(EncodeNodeList(nodes, 7, nil), nil))
	f.Add(EncodeActiveNodes(nodes))
	f.Add(SeedRequest())
	if b, err := os.ReadFile("testdata/swarm.json"); err == nil {
		f.Add(b[:200])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if nodes, height, err := DecodeNodeList(b); err == nil {
			back, h, err := DecodeNodeList(EncodeNodeList(nodes, height, nil))
			if err != nil || h != height || len(back) != len(nodes) {
				t.Errorf("%d nodes became %d, %v", len(nodes), len(back), err)
			}
		} else if !errors.Is(err, ErrNodeList) {
			t.Error(err)
		}
		if nodes, err := DecodeActiveNodes(b); err == nil {
			back, err := DecodeActiveNodes(EncodeActiveNodes(nodes))
			if err != nil || len(back) != len(nodes) {
				t.Errorf("%d nodes became %d, %v", len(nodes), len(back), err)
			}
		}
		if _, err := ParseNodeQuery(b); err != nil && !errors.Is(err, ErrNodeList) {
			t.Error(err)
		}
		_, _ = ParseAddress(string(b))
	})
}
