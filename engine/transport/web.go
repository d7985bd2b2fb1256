package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Errors of Web.
var (
	// ErrWebAddress: not an https address of a public place.
	ErrWebAddress = errors.New("transport: not a public https address")
	// ErrWebAnswer: the server does not give what is at the address.
	ErrWebAnswer = errors.New("transport: the web server refuses")
)

// Limits of one look at the web.
const (
	webTimeout   = 20 * time.Second
	webRedirects = 5
)

// Web is what lies at a web address.
type Web struct {
	URL  *url.URL // after redirections
	Type string   // content type, as the server says it
	Body []byte
	Cut  bool // there is more than was asked for
}

// Web fetches up to limit bytes from an https address. It is the one thing that
// goes beside the paths, to a server that sees where it comes from: through
// Config.Dial and the proxy as everything, but to no seed or guard. It is for link
// previews, which the user has to switch on (docs/decisions/010-link-previews.md).
// Cookies and a referrer are neither kept nor sent.
//
// Errors: ErrWebAddress, also for a redirection to such a place, ErrWebAnswer,
// ErrUnreachable, ErrClosed, the cause of ctx.
func (c *Client) Web(ctx context.Context, address string, limit int64) (Web, error) {
	u, err := url.Parse(address)
	if err != nil {
		return Web{}, ErrWebAddress
	}
	if err := c.public(u); err != nil {
		return Web{}, err
	}
	ctx, done := c.join(ctx)
	defer done()
	within, cancel := context.WithTimeout(ctx, webTimeout)
	defer cancel()
	t := &http.Transport{
		DialContext:           c.dialWeb,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.cfg.WebRoots},
		TLSHandshakeTimeout:   dialTimeout,
		ResponseHeaderTimeout: webTimeout,
		DisableKeepAlives:     true,
	}
	client := http.Client{Transport: t, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) > webRedirects {
			return ErrWebAnswer
		}
		r.Header.Del("Referer")
		return c.public(r.URL)
	}}
	web, err := look(within, &client, u, limit)
	switch {
	case errors.Is(err, ErrWebAddress):
		return Web{}, ErrWebAddress // without the address where a name leads
	case err == nil, errors.Is(err, ErrWebAnswer):
		return web, err
	case ctx.Err() != nil:
		return Web{}, context.Cause(ctx)
	}
	return Web{}, fmt.Errorf("%w: %w", ErrUnreachable, plainError{err})
}

func look(ctx context.Context, client *http.Client, u *url.URL, limit int64) (Web, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Web{}, ErrWebAddress
	}
	// What clients of this family call themselves when they look at a page.
	req.Header.Set("User-Agent", "WhatsApp/2")
	req.Header.Set("Accept", "*/*")
	resp, err := client.Do(req)
	var where *url.Error
	if errors.As(err, &where) {
		err = where.Err // without the address, which is nothing for a log
	}
	if err != nil {
		return Web{}, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return Web{}, fmt.Errorf("%w: status %d", ErrWebAnswer, resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return Web{}, err
	}
	web := Web{URL: resp.Request.URL, Type: resp.Header.Get("Content-Type"), Body: body}
	if web.Cut = int64(len(body)) > limit; web.Cut {
		web.Body = body[:limit]
	}
	return web, nil
}

// public refuses what a stranger's link must not make this computer ask: other
// protocols, other ports, and places that are not on the Internet.
func (c *Client) public(u *url.URL) error {
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if u.Scheme != "https" || host == "" || u.User != nil || u.Opaque != "" {
		return ErrWebAddress
	}
	if c.cfg.Network.AllowLoopback { // a network on this machine has its pages there, too
		return nil
	}
	addr, err := netip.ParseAddr(host)
	switch {
	case u.Port() != "" && u.Port() != "443":
		return ErrWebAddress
	case err == nil:
		err = publicAddress(addr)
	case !strings.Contains(host, "."), strings.Trim(host, "0123456789.xabcdef") == "" && host[0] <= '9':
		return ErrWebAddress
	default:
		err = nil
		for _, home := range []string{".local", ".localhost", ".internal", ".lan", ".home.arpa", ".onion", ".loki"} {
			if strings.HasSuffix(host, home) {
				return ErrWebAddress
			}
		}
	}
	return err
}

// notPublic are addresses that package netip takes for ones of the Internet: this
// network (RFC 1122), those that a provider or a private network shares (RFC 6598),
// test benches (RFC 2544), reserved ones (RFC 1112), and IPv4 behind a translator,
// which may be any of them (RFC 6052).
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"),
}

func publicAddress(a netip.Addr) error {
	a = a.Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() || slices.ContainsFunc(notPublic, func(p netip.Prefix) bool { return p.Contains(a) }) {
		return ErrWebAddress
	}
	return nil
}

// dialWeb opens a connection that is no part of the network. Where a name leads is
// looked at before anything is sent there; behind a proxy that is the proxy's to
// decide.
func (c *Client) dialWeb(ctx context.Context, network, addr string) (net.Conn, error) {
	direct := c.gate.dialer
	if c.cfg.Dial == nil && !c.cfg.Network.AllowLoopback {
		direct = (&net.Dialer{Control: publicOnly}).DialContext
	}
	return c.gate.dialOut(ctx, direct, network, addr)
}

// publicOnly refuses to connect a socket to an address that is not on the Internet.
// A dialer asks it for each address of a name.
func publicOnly(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return ErrWebAddress
	}
	return publicAddress(at.Addr())
}
