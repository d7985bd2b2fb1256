package vm

import (
	"strings"
	"testing"
)

func TestUnusualLinks(t *testing.T) {
	for _, c := range []struct{ address, host, warning string }{
		{"https://lakehouse.example/two-nights", "lakehouse.example", ""},
		{"https://example.org:443/", "example.org", ""},
		{"https://Example.ORG", "example.org", ""},
		{"https://deadbeef.example", "deadbeef.example", ""},
		{"http://example.org", "example.org", "not encrypted"},
		{"https://bank.example@evil.example/", "evil.example", "leads to evil.example"},
		{"https://192.0.2.7/login", "192.0.2.7", "number"},
		{"https://[2001:db8::1]/", "2001:db8::1", "number"},
		{"https://3221226219/", "3221226219", "number"},
		{"https://0xc0000207/", "0xc0000207", "number"},
		{"https://xn--pypal-4ve.example/", "xn--pypal-4ve.example", "letters"},
		{"https://pаypal.example/", "pаypal.example", "letters"}, // a Cyrillic a
		{"https://example.org:8443/", "example.org", "port"},
	} {
		l, ok := LookAtLink(c.address)
		if !ok || l.Host != c.host || (l.Warning == "") != (c.warning == "") || !strings.Contains(l.Warning, c.warning) {
			t.Errorf("%s: host %q, warning %q, ok %t; want %q, %q", c.address, l.Host, l.Warning, ok, c.host, c.warning)
		}
	}
	for _, s := range []string{"file:///etc/passwd", "javascript:alert(1)", "https://", "mailto:a@b.example", "https:evil.example", ""} {
		if _, ok := LookAtLink(s); ok {
			t.Errorf("%q is taken for a link", s)
		}
	}
}

func FuzzLookAtLink(f *testing.F) {
	f.Add("https://a@b:1/%zz")
	f.Add("http://[::1%25eth0]/")
	f.Fuzz(func(t *testing.T, s string) {
		if l, ok := LookAtLink(s); ok && (l.Host == "" || l.Address == nil) {
			t.Errorf("%q has no host", s)
		}
	})
}
