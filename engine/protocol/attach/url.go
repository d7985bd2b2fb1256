package attach

import (
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"sotto/engine/protocol/identity"
)

// Server is a file server: where it is and the key of its onion layer.
type Server struct {
	// Base is scheme://host or scheme://host:port, without a final slash.
	Base   string
	X25519 [32]byte
	// Ed25519 belongs to X25519. It is needed only to name the server in URLs
	// for others (fragment parameter p); zero: never named.
	Ed25519 [32]byte
}

// Location is where a file lies.
type Location struct {
	Server        Server
	ID            string
	Deterministic bool // how the file is encrypted: fragment parameter d
}

// oldHosts are earlier names of the default server: files keep their id
// (protocol/attachments.md §4).
var oldHosts = map[string]bool{"open.getsession.org": true, "file.getsession.org": true, "filev2.getsession.org": true}

// MaxURL bounds a URL in bytes; profile pictures allow 223.
const MaxURL = 512

const (
	maxID     = 64
	filePath  = "/file/"
	pathStart = "/"
)

// URL writes the location as it travels: <base>/file/<id>, behind it the
// fragment p=<Ed25519 key>&d as far as they apply. named says whether the
// server's key is written; it is left out for the network's default server,
// since some clients stumble over it.
func (l Location) URL(named bool) string {
	var params []string
	if named && l.Server.Ed25519 != [32]byte{} {
		params = append(params, "p="+hex.EncodeToString(l.Server.Ed25519[:]))
	}
	if l.Deterministic {
		params = append(params, "d")
	}
	out := l.Server.Base + filePath + l.ID
	if len(params) > 0 {
		out += "#" + strings.Join(params, "&")
	}
	return out
}

// NumericID is what goes into deprecated_id: the id when it is all digits, else
// 0.
func (l Location) NumericID() uint64 {
	n, err := strconv.ParseUint(l.ID, 10, 64)
	if err != nil || strings.HasPrefix(l.ID, "+") {
		return 0
	}
	return n
}

// ParseURL reads every form of a file's URL:
//
//	http://filev2.getsession.org/file/<id>[#[p=<Ed25519 hex>][&d[=]]]
//	https://open.getsession.org/files/<id>, http://file.getsession.org/file/<id>  (old)
//	<id>  (digits alone)
//
// known are the servers that are trusted without a key in the URL; the first is
// the network's default, to which old hosts and bare ids belong. Another server
// must be named with its key.
//
// Errors: ErrURL, ErrServer.
func ParseURL(raw string, known ...Server) (Location, error) {
	if raw == "" || len(raw) > MaxURL || len(known) == 0 {
		return Location{}, ErrURL
	}
	if digits(raw) {
		return Location{Server: known[0], ID: raw}, nil
	}
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.Opaque != "" {
		return Location{}, ErrURL
	}
	at := Location{ID: u.Path[strings.LastIndex(u.Path, pathStart)+1:]}
	if !validID(at.ID) {
		return Location{}, ErrURL
	}
	params, err := url.ParseQuery(u.Fragment)
	if err != nil {
		return Location{}, ErrURL
	}
	at.Deterministic = params.Has("d")
	base := strings.ToLower(u.Scheme) + "://" + strings.ToLower(u.Host)
	for _, s := range known {
		if sameBase(s.Base, base) {
			at.Server = s
			return at, nil
		}
	}
	if oldHosts[strings.ToLower(u.Hostname())] {
		at.Server = known[0]
		return at, nil
	}
	if !params.Has("p") {
		return Location{}, ErrServer
	}
	if at.Server, err = namedServer(base, u.Hostname(), params.Get("p")); err != nil {
		return Location{}, err
	}
	return at, nil
}

// namedServer is a server that a URL brings along with its key.
func namedServer(base, host, key string) (Server, error) {
	s := Server{Base: base}
	raw, err := hex.DecodeString(key)
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return s, fmt.Errorf("%w: bad key", ErrServer)
	}
	// The request comes out at the last node of a path: nobody's own network
	// is a place for files of others.
	if addr, err := netip.ParseAddr(host); err == nil && !addr.IsGlobalUnicast() || err == nil && addr.IsPrivate() || strings.EqualFold(host, "localhost") {
		return s, fmt.Errorf("%w: not a public address", ErrServer)
	}
	copy(s.Ed25519[:], raw)
	if s.X25519, err = identity.X25519FromEd25519(raw); err != nil {
		return s, fmt.Errorf("%w: bad key", ErrServer)
	}
	return s, nil
}

// sameBase compares two bases, taking the port of the scheme as written.
func sameBase(a, b string) bool {
	return withPort(strings.ToLower(strings.TrimSuffix(a, "/"))) == withPort(b)
}

func withPort(base string) string {
	u, err := url.Parse(base)
	if err != nil || u.Port() != "" {
		return base
	}
	if u.Scheme == "https" {
		return base + ":443"
	}
	return base + ":80"
}

// validID accepts what the servers hand out: digits or URL-safe base64.
func validID(id string) bool {
	if id == "" || len(id) > maxID {
		return false
	}
	for _, c := range []byte(id) {
		switch {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '-', c == '_', c == '=':
		default:
			return false
		}
	}
	return true
}

func digits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != "" && len(s) <= 20
}
