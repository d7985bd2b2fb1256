package transport

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
)

// Bounds of a network file.
const (
	maxNetworkFile = 64 << 10 // bytes
	maxSeeds       = 16
	maxPins        = 8
	maxCommunities = 64
	maxNetworkName = 64
	maxURL         = 267 // bytes, the limit communities have
	minMinPool     = 4   // three hops and a destination
	maxMinPool     = 1000
)

// networkFile is the JSON of a network file (design: network.json).
type networkFile struct {
	Name  string `json:"name"`
	Seeds []struct {
		URL  string   `json:"url"`
		Pins []string `json:"pins"`
	} `json:"seeds"`
	FileServer struct {
		URL    string `json:"url"`
		X25519 string `json:"x25519"`
	} `json:"file_server"`
	Communities []struct {
		URL       string `json:"url"`
		PublicKey string `json:"public_key"`
	} `json:"communities"`
	Releases *struct {
		URL    string `json:"url"`
		X25519 string `json:"x25519"`
	} `json:"releases"`
	AllowLoopback   bool  `json:"allow_loopback"`
	DistinctSubnets *bool `json:"distinct_subnets"`
	MinPool         *int  `json:"min_pool"`
}

// ParseNetwork reads a network file: one JSON object with name, seeds (url,
// pins), file_server (url, x25519), communities (url, public_key),
// releases (url, x25519; may be missing), allow_loopback, distinct_subnets (default true) and min_pool (default 12).
// Unknown keys, and what exceeds the bounds, are refused. A plain-http seed
// needs allow_loopback and a loopback address. All errors wrap ErrNetworkFile.
func ParseNetwork(data []byte) (Network, error) {
	n, err := parseNetwork(data)
	if err != nil {
		return Network{}, fmt.Errorf("%w: %w", ErrNetworkFile, err)
	}
	return n, nil
}

func parseNetwork(data []byte) (n Network, err error) {
	if len(data) > maxNetworkFile {
		return n, fmt.Errorf("more than %d bytes", maxNetworkFile)
	}
	var f networkFile
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return n, fmt.Errorf("read JSON: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return n, fmt.Errorf("text after the JSON object")
	}
	if len(f.Seeds) > maxSeeds || len(f.Communities) > maxCommunities {
		return n, fmt.Errorf("too many seeds or communities")
	}
	n = Network{Name: f.Name, AllowLoopback: f.AllowLoopback, DistinctSubnets: true, MinPool: 12}
	if f.DistinctSubnets != nil {
		n.DistinctSubnets = *f.DistinctSubnets
	}
	if f.MinPool != nil {
		n.MinPool = *f.MinPool
	}
	for _, s := range f.Seeds {
		n.Seeds = append(n.Seeds, Seed{URL: s.URL, Pins: s.Pins})
	}
	if n.FileServer.X25519, err = parseKey(f.FileServer.X25519); err != nil {
		return n, fmt.Errorf("file server: %w", err)
	}
	n.FileServer.URL = f.FileServer.URL
	for i, s := range f.Communities {
		key, err := parseKey(s.PublicKey)
		if err != nil {
			return n, fmt.Errorf("community %d: %w", i+1, err)
		}
		n.Communities = append(n.Communities, ServerAddress{s.URL, key})
	}
	if f.Releases != nil {
		if n.Releases.X25519, err = parseKey(f.Releases.X25519); err != nil {
			return n, fmt.Errorf("releases: %w", err)
		}
		n.Releases.URL = f.Releases.URL
	}
	return n, n.check()
}

// check holds a network, built in or read, against the rules.
func (n *Network) check() error {
	switch {
	case n.Name == "" || len(n.Name) > maxNetworkName || strings.ContainsFunc(n.Name, notNameRune):
		return fmt.Errorf("name: 1 to %d letters, digits, '-', '_', '.'", maxNetworkName)
	case len(n.Seeds) == 0 || len(n.Seeds) > maxSeeds:
		return fmt.Errorf("seeds: 1 to %d", maxSeeds)
	case len(n.Communities) > maxCommunities:
		return fmt.Errorf("communities: at most %d", maxCommunities)
	case n.MinPool < minMinPool || n.MinPool > maxMinPool:
		return fmt.Errorf("min_pool: %d to %d", minMinPool, maxMinPool)
	}
	for i, s := range n.Seeds {
		u, err := parseBase(s.URL)
		if err != nil {
			return fmt.Errorf("seed %d: %w", i+1, err)
		}
		if u.Scheme == "http" && !n.plainSeeds && !(n.AllowLoopback && loopbackHost(u.Hostname())) {
			return fmt.Errorf("seed %d: %w", i+1, ErrPlainSeed)
		}
		if _, err := parsePins(s.Pins); err != nil {
			return fmt.Errorf("seed %d: %w", i+1, err)
		}
		if u.Scheme == "http" && len(s.Pins) > 0 {
			return fmt.Errorf("seed %d: %w: plain http has no certificate", i+1, ErrPin)
		}
	}
	if _, err := parseBase(n.FileServer.URL); err != nil {
		return fmt.Errorf("file server: %w", err)
	}
	if n.Releases != (ServerAddress{}) {
		if _, err := parseBase(n.Releases.URL); err != nil {
			return fmt.Errorf("releases: %w", err)
		}
	}
	for i, s := range n.Communities {
		if _, err := parseBase(s.URL); err != nil {
			return fmt.Errorf("community %d: %w", i+1, err)
		}
	}
	return nil
}

func notNameRune(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_', r == '.':
		return false
	}
	return true
}

// parseBase reads http(s)://host[:port] with nothing after it but a slash, or,
// as seeds are often written, /json_rpc.
func parseBase(s string) (*url.URL, error) {
	if len(s) > maxURL {
		return nil, fmt.Errorf("URL longer than %d bytes", maxURL)
	}
	u, err := url.Parse(s)
	if err != nil {
		return nil, fmt.Errorf("not a URL")
	}
	port := u.Port()
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("URL is neither https nor http")
	case u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.Opaque != "":
		return nil, fmt.Errorf("URL is not scheme://host:port")
	case u.Path != "" && u.Path != "/" && u.Path != seedPath:
		return nil, fmt.Errorf("URL has a path")
	case strings.HasSuffix(u.Host, ":") || port != "" && !validPort(port):
		return nil, fmt.Errorf("URL has no valid port")
	}
	return u, nil
}

func validPort(s string) bool {
	n := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' || n > 65535 {
			return false
		}
		n = n*10 + int(c-'0')
	}
	return n > 0 && n <= 65535
}

func parseKey(s string) (k [32]byte, err error) {
	if len(s) != 64 {
		return k, fmt.Errorf("key is not 64 hex characters")
	}
	if _, err := hex.Decode(k[:], []byte(s)); err != nil {
		return k, fmt.Errorf("key is not 64 hex characters")
	}
	if k == ([32]byte{}) {
		return k, fmt.Errorf("key is zero")
	}
	return k, nil
}

// parsePins reads "sha256/<base64>".
func parsePins(pins []string) ([][sha256.Size]byte, error) {
	if len(pins) > maxPins {
		return nil, fmt.Errorf("%w: more than %d", ErrPin, maxPins)
	}
	out := make([][sha256.Size]byte, 0, len(pins))
	for _, p := range pins {
		text, ok := strings.CutPrefix(p, "sha256/")
		raw, err := base64.StdEncoding.Strict().DecodeString(text)
		if !ok || err != nil || len(raw) != sha256.Size {
			return nil, ErrPin
		}
		out = append(out, [sha256.Size]byte(raw))
	}
	return out, nil
}

// seedPath is where seeds take JSON-RPC.
const seedPath = "/json_rpc"
