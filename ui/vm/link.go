package vm

import (
	"net/netip"
	"net/url"
	"strings"

	"sotto/ui/text"
)

// Link is an address from a message, looked at before it is opened.
type Link struct {
	Address *url.URL
	Host    string // where it really leads
	Warning string // what is unusual about it, empty if nothing
}

// LookAtLink reads an address. Only web addresses are links; ok is false for
// everything else.
func LookAtLink(s string) (l Link, ok bool) {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.Opaque != "" {
		return l, false
	}
	if scheme := strings.ToLower(u.Scheme); scheme != "http" && scheme != "https" {
		return l, false
	}
	l = Link{Address: u, Host: strings.ToLower(u.Hostname())}
	if key := unusual(u, l.Host); key != "" {
		l.Warning = text.F("chat.link_warn."+key, "host", l.Host)
	}
	return l, true
}

// unusual names the first thing about an address that people are deceived with.
func unusual(u *url.URL, host string) string {
	switch {
	case u.User != nil:
		return "user" // bank.example@evil.example
	case isAddress(host), allDigits(host):
		return "address"
	case !ascii(host), strings.HasPrefix(host, "xn--"), strings.Contains(host, ".xn--"):
		return "letters"
	case u.Port() != "" && u.Port() != "443" && u.Port() != "80":
		return "port"
	case !strings.EqualFold(u.Scheme, "https"):
		return "plain"
	}
	return ""
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// allDigits recognizes addresses written as one number, which browsers take.
func allDigits(host string) bool {
	return strings.Trim(host, "0123456789.xabcdef") == "" && !strings.ContainsAny(host[:1], "abcdef")
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
