package community

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

func FuzzParse(f *testing.F) {
	for _, r := range everyRequest(f) {
		c, err := Encode(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(c.Method, c.Path, c.Header("Content-Type"), c.Body)
	}
	f.Fuzz(func(t *testing.T, method, path, contentType string, body []byte) {
		r, err := Parse(Call{Method: method, Path: path, Headers: []onion.Header{{Name: "content-type", Value: contentType}}, Body: body})
		var refused *Refusal
		if err != nil && !errors.As(err, &refused) {
			t.Errorf("%v is no refusal", err)
		}
		if err == nil {
			// What is understood can mostly be written again; never a panic.
			if c, err := Encode(r); err == nil {
				if _, err := Parse(c); err != nil {
					t.Errorf("%#v is written so that it cannot be read: %v", r, err)
				}
			}
		}
	})
}

func FuzzDecode(f *testing.F) {
	doc, err := os.ReadFile(filepath.Join("testdata", "community-examples.json"))
	if err != nil {
		f.Fatal(err)
	}
	var v struct{ Examples []recorded }
	if err := json.Unmarshal(doc, &v); err != nil {
		f.Fatal(err)
	}
	for _, e := range v.Examples {
		f.Add(200, []byte(e.Response))
	}
	requests := everyRequest(f)
	f.Fuzz(func(t *testing.T, code int, body []byte) {
		a := answer(string(body))
		a.Code = code
		for _, r := range requests {
			out := reflect.ValueOf(r).MethodByName("Decode").Call([]reflect.Value{reflect.ValueOf(a)})
			if p, ok := out[0].Interface().(Page); ok {
				for i := range p.Messages {
					_, _ = Open(&p.Messages[i])
					if _, err := json.Marshal(&p.Messages[i]); err != nil {
						t.Error(err)
					}
				}
			}
		}
	})
}

func FuzzParseAddress(f *testing.F) {
	f.Add("https://chat.example.org/r/lounge?public_key=5f069ffe445196a68939b24e0d3363cb22afa2c424e8a0011948b06e55d4b33b")
	f.Add("116.203.70.33:80/a?public_key=" + encodeBase32z())
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err != nil {
			return
		}
		if again, err := ParseAddress(a.String()); err != nil || again != a {
			t.Errorf("%q: %+v became %+v, %v", s, a, again, err)
		}
	})
}

func FuzzOpenDirect(f *testing.F) {
	alice, bob := Blind15(person(f, "alice"), testServer), Blind15(person(f, "bob"), testServer)
	data, err := CloseDirect(alice, zeros{}, bob.ID(), []byte("x"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(alice.ID().Bytes(), data)
	f.Fuzz(func(t *testing.T, sender, data []byte) {
		var id identity.ID
		copy(id[:], sender)
		if _, err := OpenDirect(bob, id, bob.ID(), data); err == nil {
			t.Error("opened")
		}
	})
}
