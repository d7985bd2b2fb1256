package transport

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"sotto/engine/protocol/snode"
)

const (
	seedTimeout = 5 * time.Second
	seedTries   = 4 // waiting 1 s, 2 s, 4 s between them
	seedPause   = time.Second
	// maxSeedAnswer bounds a list; two thousand nodes are about 600 kB.
	maxSeedAnswer = 16 << 20
)

// seedLink asks one seed.
type seedLink struct {
	url string
	tr  *http.Transport
}

func (c *Client) newSeedLink(g *gate, s Seed) (*seedLink, error) {
	u, err := parseBase(s.URL)
	if err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	pins, err := parsePins(s.Pins)
	if err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	g.seeds[hostPort(u)] = true
	tr := plainTransport(g)
	tr.DisableKeepAlives = true // asked once in hours
	tr.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	if len(pins) > 0 {
		// The certificates are self-signed: the pin replaces the authority.
		tr.TLSClientConfig.InsecureSkipVerify = true
		tr.TLSClientConfig.VerifyConnection = func(cs tls.ConnectionState) error {
			return checkPinned(cs.PeerCertificates, pins, u.Hostname(), c.clk.Now())
		}
	}
	return &seedLink{url: (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: seedPath}).String(), tr: tr}, nil
}

// checkPinned accepts a certificate whose key is pinned, whose name is the host
// and which is valid at this time (service-nodes.md §1).
func checkPinned(chain []*x509.Certificate, pins [][sha256.Size]byte, host string, now time.Time) error {
	if len(chain) == 0 {
		return fmt.Errorf("%w: none sent", ErrCertificate)
	}
	cert := chain[0]
	if !slices.Contains(pins, sha256.Sum256(cert.RawSubjectPublicKeyInfo)) {
		return ErrPinMismatch
	}
	if now.Before(cert.NotBefore) || now.After(cert.NotAfter) {
		return fmt.Errorf("%w: outside its dates", ErrCertificate)
	}
	if err := checkHost(cert, host); err != nil {
		return fmt.Errorf("%w: %w", ErrCertificate, err)
	}
	// The handshake proves that the other side has the pinned key; this proves
	// that the same key wrote name and dates.
	if string(cert.RawIssuer) == string(cert.RawSubject) {
		if err := cert.CheckSignature(cert.SignatureAlgorithm, cert.RawTBSCertificate, cert.Signature); err != nil {
			return fmt.Errorf("%w: %w", ErrCertificate, err)
		}
	}
	return nil
}

// checkHost compares the names. A certificate without alternative names is
// judged by its common name, as the official clients do and Go no longer does.
func checkHost(cert *x509.Certificate, host string) error {
	if len(cert.DNSNames)+len(cert.IPAddresses)+len(cert.EmailAddresses)+len(cert.URIs) == 0 {
		if strings.EqualFold(cert.Subject.CommonName, host) {
			return nil
		}
		return errors.New("common name is another one")
	}
	return cert.VerifyHostname(host)
}

// ask fetches the list of nodes once.
func (s *seedLink) ask(ctx context.Context, net *Network) ([]snode.Node, error) {
	req, err := genericRequest(ctx, s.url, snode.SeedRequest())
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	// Also ends an attempt to connect that a winner left behind.
	defer s.tr.CloseIdleConnections()
	resp, err := s.tr.RoundTrip(req)
	if err != nil {
		return nil, plainError{err}
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: status %d", ErrSeedAnswer, resp.StatusCode)
	}
	if t, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return nil, fmt.Errorf("%w: content type is not JSON", ErrSeedAnswer)
	}
	body, err := readBounded(resp.Body, resp.ContentLength, maxSeedAnswer)
	if err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	return parseSeedAnswer(net, body)
}

// parseSeedAnswer keeps the nodes that may be used; none is an error.
func parseSeedAnswer(net *Network, body []byte) ([]snode.Node, error) {
	list, _, err := snode.DecodeNodeList(body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSeedAnswer, err)
	}
	list = slices.DeleteFunc(list, func(n snode.Node) bool { return !acceptable(net, &n) })
	if len(list) == 0 {
		return nil, fmt.Errorf("%w: no usable node", ErrSeedAnswer)
	}
	return list, nil
}

// askSeeds asks all seeds at once; the first valid answer wins
// (service-nodes.md §1.1).
func (c *Client) askSeeds(ctx context.Context, seeds []*seedLink, timeout time.Duration) ([]snode.Node, error) {
	ctx, cancel := withTimeout(ctx, c.clk, timeout)
	defer cancel()
	type answer struct {
		nodes []snode.Node
		err   error
	}
	answers := make(chan answer, len(seeds))
	var all sync.WaitGroup
	for _, s := range seeds {
		all.Go(func() {
			nodes, err := s.ask(ctx, &c.cfg.Network)
			answers <- answer{nodes, err}
		})
	}
	defer all.Wait()
	var errs []error
	for range seeds {
		a := <-answers
		if a.err == nil {
			cancel()
			return a.nodes, nil
		}
		errs = append(errs, a.err)
	}
	return nil, errors.Join(errs...)
}

// fetchSeeds is the task that fills the pool.
func (c *Client) fetchSeeds(ctx context.Context, tries int) {
	var nodes []snode.Node
	var err error
	pause := seedPause
	for try := 1; ; try++ {
		if nodes, err = c.askSeeds(ctx, c.seeds, c.patient(seedTimeout)); err == nil || try >= tries || ctx.Err() != nil {
			break
		}
		c.log.Debug("seeds do not answer", "try", try, "err", err)
		if c.sleep(ctx, pause) != nil {
			break
		}
		pause *= 2
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fetching = false
	now := c.clk.Now()
	if err != nil {
		if ctx.Err() == nil {
			c.k.seedFailed = true
			c.seedFails++
			c.seedNext = now.Add(c.dice.about(backOff(c.seedFails, 2*time.Second, time.Minute)))
			c.log.Info("no list of nodes from seeds", "err", err)
		}
		c.settle()
		return
	}
	c.log.Info("list of nodes from a seed", "nodes", len(nodes))
	c.seedFails, c.refreshFails = 0, 0
	c.seedNext = now.Add(seedRest)
	c.k.seeded(now)
	c.k.replacePool(nodes, now)
	for i := range c.k.slots {
		c.k.slots[i].next = time.Time{}
	}
	c.settle()
}

// backOff doubles from first to last.
func backOff(n int, first, last time.Duration) time.Duration {
	d := first
	for i := 1; i < n && d < last; i++ {
		d *= 2
	}
	return min(d, last)
}
