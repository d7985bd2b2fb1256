package model

import (
	"net/netip"
	"strconv"
	"strings"
)

// Reach is how this computer gets to the network: directly, through a proxy, or
// not at all because its owner wants so. The zero value is directly.
type Reach struct {
	Offline bool // nothing is connected to
	Proxy   Proxy
}

// Proxy is a SOCKS5 server (RFC 1928, with user and password RFC 1929) that
// every connection goes through. While it is on there is no other way out, also
// when it does not work.
type Proxy struct {
	On       bool
	Host     string // a name or an IP address, without port and brackets
	Port     uint16
	User     string // at most 255 bytes; empty is no user
	Password string // at most 255 bytes
}

// Tor is the proxy that a Tor client offers on this computer.
var Tor = Proxy{On: true, Host: "127.0.0.1", Port: 9050}

// Limits of RFC 1928 §5 and RFC 1929 §2, in bytes.
const maxProxyField = 255

// Valid reports whether such a proxy can be asked at all.
func (p Proxy) Valid() bool {
	return p.Host != "" && len(p.Host) <= maxProxyField && !strings.ContainsAny(p.Host, " \t\r\n/@[]") && p.Port != 0 &&
		len(p.User) <= maxProxyField && len(p.Password) <= maxProxyField && (p.User != "" || p.Password == "")
}

// Address is host and port as they are dialled.
func (p Proxy) Address() string {
	host := p.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(int(p.Port))
}

// DefaultProxyPort is the port of a proxy whose address names none (RFC 1928
// §3).
const DefaultProxyPort = 1080

// ParseProxy reads "host:port", "[v6]:port" or a host alone; user and password
// stay empty. false: it is no address.
func ParseProxy(s string) (Proxy, bool) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "socks5://")
	p := Proxy{On: true, Host: s, Port: DefaultProxyPort}
	if addr, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		p.Host = addr.String()
		return p, p.Valid()
	}
	if i := strings.LastIndexByte(s, ':'); i >= 0 {
		port, err := strconv.ParseUint(s[i+1:], 10, 16)
		if err != nil {
			return Proxy{}, false
		}
		p.Host, p.Port = s[:i], uint16(port)
		if inside, ok := strings.CutPrefix(p.Host, "["); ok {
			p.Host = strings.TrimSuffix(inside, "]")
			if _, err := netip.ParseAddr(p.Host); err != nil {
				return Proxy{}, false
			}
		} else if strings.Contains(p.Host, ":") {
			return Proxy{}, false
		}
	}
	if !p.Valid() {
		return Proxy{}, false
	}
	return p, true
}

// ProxyTrouble is what is wrong with a proxy.
type ProxyTrouble uint8

const (
	ProxyWorks  ProxyTrouble = iota
	ProxySilent              // nobody answers at its address, or not in time
	ProxyOther               // what answers there does not speak SOCKS5
	ProxyDenied              // it does not take user and password, or wants some
	ProxyClosed              // its rules forbid the connection
	ProxyCutOff              // it gets no connection to the network itself
	ProxyLies                // what it connects to is not the network
)

var proxyTroubles = [...]string{"works", "silent", "other", "denied", "closed", "cut_off", "lies"}

func (t ProxyTrouble) String() string {
	if int(t) < len(proxyTroubles) {
		return proxyTroubles[t]
	}
	return "cut_off"
}
