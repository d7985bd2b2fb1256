package transport

import (
	"encoding/hex"
	"net/netip"
	"net/url"
	"strings"
)

// Network says where a network begins and what its rules are. A profile belongs
// to one network for life.
type Network struct {
	Name        string
	Seeds       []Seed
	FileServer  ServerAddress
	Communities []ServerAddress // offered for discovery
	Releases    ServerAddress   // says whether there is a newer version; zero: nobody does
	// AllowLoopback accepts nodes and plain-http seeds on addresses of this
	// computer; without it only public IPv4 addresses are nodes.
	AllowLoopback bool
	// DistinctSubnets forbids two nodes of one /24 network in a path.
	DistinctSubnets bool
	// MinPool is the number of known nodes below which the seeds are asked.
	MinPool int

	// plainSeeds accepts the http seed of the built-in test network.
	plainSeeds bool
}

// Seed is a server that lists the service nodes.
type Seed struct {
	URL string
	// Pins are "sha256/" and the base64 SHA-256 of the certificate's
	// SubjectPublicKeyInfo. An https seed without pins is checked against the
	// system's certificate authorities.
	Pins []string
}

// ServerAddress is a web server that is asked through onion requests: file
// server or community. X25519 is its public key; it authenticates the server.
type ServerAddress struct {
	URL    string // http(s)://host[:port]
	X25519 [32]byte
}

// Mainnet is the Session network (service-nodes.md §1, attachments.md §5,
// communities.md §1.2).
func Mainnet() Network {
	return Network{
		Name: "mainnet",
		Seeds: []Seed{
			{"https://seed1.getsession.org:4443", []string{"sha256/mlYTXvkmIEYcpswANTpnBwlz9Cswi0py/RQKkbdQOZQ="}},
			{"https://seed2.getsession.org:4443", []string{"sha256/ZuUxe4wopBR83Yy5fePPNX0c00BnkQCu/49oapFpB0k="}},
			{"https://seed3.getsession.org:4443", []string{"sha256/4xe+8k1NjxerVTjUsWlZJNKt3PA7Y31pUls2tHYippA="}},
		},
		FileServer:      ServerAddress{"http://filev2.getsession.org", mustKey("09324794aa9c11948189762d198c618148e9136ac9582068180661208927ef34")},
		Communities:     []ServerAddress{{"https://open.getsession.org", mustKey("a03c383cf63c3c4efe67acc52112a6dd734b3a946b9545f488aaa93da7991238")}},
		DistinctSubnets: true,
		MinPool:         12,
	}
}

// Testnet is the public test network. Its seed speaks plain http.
func Testnet() Network {
	return Network{
		Name:            "testnet",
		Seeds:           []Seed{{URL: "http://seed2.getsession.org:38157"}},
		FileServer:      ServerAddress{"http://potatofiles.getsession.org", mustKey("fc097b06821c98a2db75ce02e521cef5fd9d3446e42e81d843c4c8c4e9260f48")},
		DistinctSubnets: true,
		MinPool:         12,
		plainSeeds:      true,
	}
}

func mustKey(s string) (k [32]byte) {
	if n, err := hex.Decode(k[:], []byte(s)); err != nil || n != len(k) {
		panic("transport: built-in key is not 64 hex characters")
	}
	return k
}

// host is what is dialled for a seed: host and port of its URL.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "443"
		if u.Scheme == "http" {
			port = "80"
		}
	}
	if strings.Contains(u.Hostname(), ":") {
		return "[" + u.Hostname() + "]:" + port
	}
	return u.Hostname() + ":" + port
}

// loopbackHost says whether a host is an address of this computer. Names do not
// count: what they resolve to is not ours to decide.
func loopbackHost(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}
