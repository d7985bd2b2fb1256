package release

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sotto/engine/protocol/onion"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func key(t testing.TB, name string) PublicKey {
	t.Helper()
	k, err := ParseKey(string(read(t, name)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func said(body []byte) onion.V4Response { return onion.V4Response{Code: 200, Body: body} }

// The files in testdata were made with minisign 0.11.
func TestAStatementOfMinisign(t *testing.T) {
	s, err := Verify(said(Encode(read(t, "statement.json"), read(t, "statement.minisig"))), key(t, "trusted.pub"))
	if err != nil || s.Version.String() != "0.2.0" || s.Published != "2026-12-01" || s.Page != "https://sotto.example/releases/0.2.0" {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestStatementsThatAreNotBelieved(t *testing.T) {
	good, sig := string(read(t, "statement.json")), string(read(t, "statement.minisig"))
	for name, c := range map[string]struct {
		statement, signature string
		want                 error
	}{
		"another text":         {strings.Replace(good, "0.2.0", "0.3.0", 1), sig, ErrSignature},
		"another comment":      {good, strings.Replace(sig, "comment: Sotto 0.2.0", "comment: Sotto 0.3.0", 1), ErrSignature},
		"another key":          {good, string(read(t, "other.minisig")), ErrSignature},
		"not prehashed":        {good, string(read(t, "legacy.minisig")), ErrSignature},
		"no signature":         {good, "", ErrSignature},
		"a line too few":       {good, strings.Join(strings.Split(sig, "\n")[:3], "\n"), ErrSignature},
		"a line more":          {good, sig + "more\n", ErrSignature},
		"broken base64":        {good, strings.Replace(sig, "=", "*", 1), ErrSignature},
		"cut":                  {good[:20], sig, ErrSignature},
		"the other's key file": {good, string(read(t, "trusted.pub")), ErrSignature},
	} {
		if _, err := Verify(said(Encode([]byte(c.statement), []byte(c.signature))), key(t, "trusted.pub")); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		answer onion.V4Response
		want   error
	}{
		"nothing":   {onion.V4Response{Code: 404}, ErrNone},
		"an error":  {onion.V4Response{Code: 500}, ErrMalformed},
		"no JSON":   {said([]byte("hello")), ErrMalformed},
		"too large": {said(make([]byte, maxAnswer+1)), ErrMalformed},
	} {
		if _, err := Verify(c.answer, key(t, "trusted.pub")); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, s := range []string{"", "RWT6", sig, "untrusted comment: x\n"} {
		if _, err := ParseKey(s); err == nil {
			t.Errorf("%q is a key", s)
		}
	}
}

func TestVersions(t *testing.T) {
	for _, c := range []struct {
		newer, older string
	}{{"0.2.0", "0.1.9"}, {"1.0.0", "0.99.99"}, {"0.1.10", "0.1.9"}} {
		a, ok := ParseVersion(c.newer)
		b, ok2 := ParseVersion(c.older)
		if !ok || !ok2 || !a.After(b) || b.After(a) || a.After(a) {
			t.Errorf("%+v", c)
		}
	}
	for _, s := range []string{"", "1", "1.2", "1.2.3.4", "v1.2.3", "01.2.3", "1.-2.3", "1.2.3-rc1", "1.2.99999999"} {
		if v, ok := ParseVersion(s); ok {
			t.Errorf("%q is %v", s, v)
		}
	}
}

func FuzzVerify(f *testing.F) {
	f.Add(Encode(read(f, "statement.json"), read(f, "statement.minisig")))
	f.Add([]byte(`{"statement":"","signature":"a\nb\ntrusted comment: \nc"}`))
	k := key(f, "trusted.pub")
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := Verify(said(body), k)
		if err == nil && s.Version != (Version{0, 2, 0}) {
			t.Errorf("believes %+v", s)
		}
	})
}
