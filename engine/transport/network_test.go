package transport

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

const file = `{"name":"local-1","seeds":[{"url":"https://127.0.0.1:4443","pins":["sha256/mlYTXvkmIEYcpswANTpnBwlz9Cswi0py/RQKkbdQOZQ="]}],
	"file_server":{"url":"http://127.0.0.1:8080","x25519":"09324794aa9c11948189762d198c618148e9136ac9582068180661208927ef34"},
	"communities":[{"url":"http://127.0.0.1:8081","public_key":"a03c383cf63c3c4efe67acc52112a6dd734b3a946b9545f488aaa93da7991238"}],
	"allow_loopback":true,"distinct_subnets":false,"min_pool":6}`

func TestParseNetwork(t *testing.T) {
	n, err := ParseNetwork([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	if n.Name != "local-1" || len(n.Seeds) != 1 || len(n.Seeds[0].Pins) != 1 || n.FileServer.URL != "http://127.0.0.1:8080" ||
		n.FileServer.X25519[0] != 9 || len(n.Communities) != 1 || !n.AllowLoopback || n.DistinctSubnets || n.MinPool != 6 {
		t.Errorf("%+v", n)
	}
	plain := strings.Replace(strings.Replace(file, `"https://127.0.0.1:4443"`, `"http://127.0.0.1:4443/json_rpc"`, 1), `["sha256/mlYTXvkmIEYcpswANTpnBwlz9Cswi0py/RQKkbdQOZQ="]`, `[]`, 1)
	if _, err := ParseNetwork([]byte(plain)); err != nil {
		t.Errorf("plain seed on loopback: %v", err)
	}
	defaults := strings.Replace(file, `,"distinct_subnets":false,"min_pool":6`, ``, 1)
	if n, err := ParseNetwork([]byte(defaults)); err != nil || !n.DistinctSubnets || n.MinPool != 12 {
		t.Errorf("defaults: %+v, %v", n, err)
	}
}

func TestParseNetworkRefuses(t *testing.T) {
	const pin = `["sha256/mlYTXvkmIEYcpswANTpnBwlz9Cswi0py/RQKkbdQOZQ="]`
	tests := []struct {
		name, old, new string
		want           error
	}{
		{"not JSON", file, "nonsense", nil},
		{"nothing", file, "", nil},
		{"more after it", file, file + "{}", nil},
		{"unknown key", `"min_pool":6`, `"min_pool":6,"proxy":"x"`, nil},
		{"no name", `"local-1"`, `""`, nil},
		{"name with a slash", `"local-1"`, `"../x"`, nil},
		{"no seeds", `"seeds":[{"url":"https://127.0.0.1:4443","pins":` + pin + `}]`, `"seeds":[]`, nil},
		{"seed without scheme", `https://127.0.0.1:4443`, `127.0.0.1:4443`, nil},
		{"seed with a user", `https://127.0.0.1:4443`, `https://me@127.0.0.1:4443`, nil},
		{"seed with a path", `https://127.0.0.1:4443`, `https://127.0.0.1:4443/elsewhere`, nil},
		{"seed with a query", `https://127.0.0.1:4443`, `https://127.0.0.1:4443?x`, nil},
		{"seed with port 0", `https://127.0.0.1:4443`, `https://127.0.0.1:0`, nil},
		{"seed with a large port", `https://127.0.0.1:4443`, `https://127.0.0.1:65536`, nil},
		{"long URL", `https://127.0.0.1:4443`, `https://` + strings.Repeat("a", 300), nil},
		{"plain seed elsewhere", `"https://127.0.0.1:4443","pins":` + pin, `"http://45.1.2.3:80","pins":[]`, ErrPlainSeed},
		{"plain seed by name", `"https://127.0.0.1:4443","pins":` + pin, `"http://localhost:80","pins":[]`, ErrPlainSeed},
		{"plain seed with a pin", `https://127.0.0.1:4443`, `http://127.0.0.1:4443`, ErrPin},
		{"short pin", pin, `["sha256/mlYT"]`, ErrPin},
		{"pin of another kind", pin, `["sha1/mlYTXvkmIEYcpswANTpnBwlz9Cswi0py/RQKkbdQOZQ="]`, ErrPin},
		{"too many pins", pin, `[` + strings.Repeat(`"sha256/mlYTXvkmIEYcpswANTpnBwlz9Cswi0py/RQKkbdQOZQ=",`, 8) + pin[1:], ErrPin},
		{"short key", `09324794aa9c`, `09`, nil},
		{"key of zeros", `09324794aa9c11948189762d198c618148e9136ac9582068180661208927ef34`, strings.Repeat("0", 64), nil},
		{"bad community key", `a03c38`, `xxxxxx`, nil},
		{"tiny pool", `"min_pool":6`, `"min_pool":3`, nil},
		{"huge pool", `"min_pool":6`, `"min_pool":1000000`, nil},
		{"wrong type", `"min_pool":6`, `"min_pool":"6"`, nil},
		{"too large", `"local-1"`, `"` + strings.Repeat("a", maxNetworkFile) + `"`, nil},
	}
	for _, tt := range tests {
		if !strings.Contains(file, tt.old) {
			t.Fatalf("%s: nothing to replace", tt.name)
		}
		_, err := ParseNetwork([]byte(strings.Replace(file, tt.old, tt.new, 1)))
		if !errors.Is(err, ErrNetworkFile) || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	loopbackOff := strings.Replace(strings.Replace(file, `"allow_loopback":true`, `"allow_loopback":false`, 1), `"https://127.0.0.1:4443","pins":`+pin, `"http://127.0.0.1:4443","pins":[]`, 1)
	if _, err := ParseNetwork([]byte(loopbackOff)); !errors.Is(err, ErrPlainSeed) {
		t.Errorf("plain seed without allow_loopback: %v", err)
	}
}

func TestBuiltInNetworks(t *testing.T) {
	for _, n := range []Network{Mainnet(), Testnet()} {
		c, err := New(Config{Network: n})
		if err != nil {
			t.Fatalf("%s: %v", n.Name, err)
		}
		_ = c.Close()
		if n.AllowLoopback || !n.DistinctSubnets {
			t.Errorf("%s is not strict", n.Name)
		}
	}
	main := Mainnet()
	for _, s := range main.Seeds {
		if !strings.HasPrefix(s.URL, "https://") || len(s.Pins) == 0 {
			t.Errorf("%s is not pinned", s.URL)
		}
	}
	if got := hex.EncodeToString(main.FileServer.X25519[:4]); got != "09324794" {
		t.Errorf("file server key %s", got)
	}
	// The exception of the test network's seed cannot be had from a file.
	other := Testnet()
	other.plainSeeds = false
	if _, err := New(Config{Network: other}); !errors.Is(err, ErrPlainSeed) {
		t.Errorf("plain seed: %v", err)
	}
	if _, err := New(Config{}); err == nil {
		t.Error("a client without a network")
	}
}

func FuzzParseNetwork(f *testing.F) {
	f.Add([]byte(file))
	f.Add([]byte(`{"name":"x","seeds":[{"url":"http://[::1]:1"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := ParseNetwork(data)
		if err != nil {
			if !errors.Is(err, ErrNetworkFile) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		c, err := New(Config{Network: n})
		if err != nil {
			t.Fatalf("accepted, but no client: %v", err)
		}
		_ = c.Close()
	})
}
