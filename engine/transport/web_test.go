package transport

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// webClient is a client on a network of this machine that believes a server.
func webClient(t *testing.T, s *httptest.Server) *Client {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	n := Testnet()
	n.AllowLoopback = true
	c, err := New(Config{Network: n, WebRoots: roots})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestWebFetchesAPage(t *testing.T) {
	var seen http.Header
	mux := http.NewServeMux()
	mux.HandleFunc("/a", func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		http.SetCookie(w, &http.Cookie{Name: "who", Value: "robin"})
		_, _ = w.Write([]byte("<title>A</title>"))
	})
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "who", Value: "robin"})
		http.Redirect(w, r, "/a", http.StatusFound)
	})
	mux.HandleFunc("/plain", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://lake.example/", http.StatusFound)
	})
	mux.HandleFunc("/round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) })
	mux.HandleFunc("/long", func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(strings.Repeat("x", 1000))) })
	s := httptest.NewTLSServer(mux)
	defer s.Close()
	c := webClient(t, s)
	for path, want := range map[string]error{"/a": nil, "/moved": nil, "/plain": ErrWebAddress, "/round": ErrWebAnswer, "/none": ErrWebAnswer} {
		web, err := c.Web(t.Context(), s.URL+path, 100)
		if !errors.Is(err, want) || err != nil && strings.Contains(err.Error(), "//") {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
		if want == nil && (string(web.Body) != "<title>A</title>" || web.URL.Path != "/a" || !strings.HasPrefix(web.Type, "text/html") || web.Cut) {
			t.Errorf("%s: %+v", path, web)
		}
	}
	for _, name := range []string{"Cookie", "Referer", "Accept-Language"} {
		if seen.Get(name) != "" {
			t.Errorf("the server was told %s: %s", name, seen.Get(name))
		}
	}
	if web, err := c.Web(t.Context(), s.URL+"/long", 100); err != nil || len(web.Body) != 100 || !web.Cut {
		t.Errorf("a long page: %d bytes, cut: %v, %v", len(web.Body), web.Cut, err)
	}
	// A certificate that nobody vouches for.
	other, err := New(Config{Network: c.cfg.Network})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.Web(t.Context(), s.URL+"/a?to=robin", 100); !errors.Is(err, ErrUnreachable) || strings.Contains(err.Error(), "robin") {
		t.Errorf("an unknown certificate: %v", err)
	}
	s.Close()
	if _, err := c.Web(t.Context(), s.URL+"/a", 100); !errors.Is(err, ErrUnreachable) {
		t.Errorf("a server that is gone: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	cancel()
	if _, err := c.Web(ctx, s.URL+"/a", 100); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}

// A link of a stranger asks nothing of the network at home, and never in the
// clear.
func TestWebAsksPublicPlacesOnly(t *testing.T) {
	c, err := New(Config{Network: Testnet()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for address, ok := range map[string]bool{
		"https://lake.example/a": true, "https://lake.example:443/": true, "https://93.184.216.34/": true, "https://[2606:2800:220:1::1]/": true,
		"http://lake.example/": false, "ftp://lake.example/": false, "https://": false, "https:lake.example": false,
		"https://robin@lake.example/": false, "https://lake.example:8443/": false, "https://93.184.216.34:8443/": false,
		"https://[2606:2800:220:1::1]:22/": false, "https://127.0.0.1/": false, "https://[::1]/": false,
		"https://192.168.1.1/": false, "https://10.0.0.1/": false, "https://169.254.169.254/latest": false, "https://0.0.0.0/": false,
		"https://0.1.2.3/": false, "https://100.100.100.100/": false, "https://198.18.0.1/": false, "https://250.1.1.1/": false,
		"https://[64:ff9b::a00:1]/": false, "https://[::ffff:10.0.0.1]/": false, "https://[fd00::1]/": false, "https://localhost/": false, "https://printer/": false,
		"https://printer.local/": false, "https://box.lan": false, "https://2130706433/": false, "https://127.1/": false, "https://x.onion/": false,
	} {
		u, err := url.Parse(address)
		if err == nil {
			err = c.public(u)
		}
		if (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := c.Web(t.Context(), "https://127.0.0.1:1/", 100); !errors.Is(err, ErrWebAddress) {
		t.Errorf("asked: %v", err)
	}
}

// A name can lead anywhere, and shows that only when it is looked up: what is not on
// the Internet is not even knocked at.
func TestWebKnocksAtPublicPlacesOnly(t *testing.T) {
	c, err := New(Config{Network: Testnet()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	home, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer home.Close()
	_, port, err := net.SplitHostPort(home.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	hosts := []string{"127.0.0.1"}
	if _, err := net.LookupHost("localhost"); err == nil { // bare systems know no names
		hosts = append(hosts, "localhost")
	}
	for _, host := range hosts {
		if conn, err := c.dialWeb(t.Context(), "tcp", net.JoinHostPort(host, port)); !errors.Is(err, ErrWebAddress) {
			t.Errorf("%s: %v, %v", host, conn, err)
		}
	}
	// The next to knock is the first.
	own, err := net.Dial("tcp", home.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	first, err := home.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if first.RemoteAddr().String() != own.LocalAddr().String() {
		t.Error("somebody was there before")
	}
}
