package transport

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
	"sotto/internal/clock"
)

const (
	// maxAnswer bounds an answer. The largest honest one is a full retrieve:
	// snode.RetrieveMax with two levels of base64 and quoting.
	maxAnswer = 20 << 20
	// maxErrorText bounds an answer other than 200: a sentence or a swarm.
	maxErrorText = 64 << 10

	maxConns     = 16 // to one guard; HTTP/1.1 needs one for each request in flight
	maxIdleConns = 8
	idleConnLife = 90 * time.Second
	maxHeader    = 64 << 10
)

// errTimeout is the cause of a context that our own time limit ended.
var errTimeout = errors.New("transport: time limit of one try")

// errAnswerTooLarge: more bytes than any honest answer has.
var errAnswerTooLarge = errors.New("transport: answer too large")

// The headers are what official clients send: deliberately generic
// (service-nodes.md §1.1, onion-requests.md §4).
const (
	userAgent      = "WhatsApp"
	acceptLanguage = "en-us"
)

// link is the keep-alive connections to one guard.
type link struct {
	url   string
	limit int64 // bytes of an answer
	tr    *http.Transport
}

func newLink(g *gate, addr string, limit int64) *link {
	tr := plainTransport(g)
	tr.MaxConnsPerHost, tr.MaxIdleConnsPerHost, tr.MaxIdleConns = maxConns, maxIdleConns, maxIdleConns
	tr.IdleConnTimeout = idleConnLife
	// Nodes have self-signed certificates that nothing ties to their keys; the
	// onion layers authenticate (service-nodes.md §3).
	tr.TLSClientConfig = &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}
	return &link{url: "https://" + addr + "/onion_req/v2", limit: limit, tr: tr}
}

// plainTransport is an HTTP/1.1 transport without proxies, compression or
// anything else from the environment. Callers use RoundTrip: no redirects, no
// cookies.
func plainTransport(g *gate) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		DialContext:            g.dial,
		DisableCompression:     true,
		TLSHandshakeTimeout:    dialTimeout,
		Protocols:              protocols,
		MaxResponseHeaderBytes: maxHeader,
	}
}

func genericRequest(ctx context.Context, url string, body []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Accept-Language", acceptLanguage)
	return req, nil
}

// post brings an onion request to the guard. The error, if any, is a
// *linkError, or the cause of ctx when the caller gave up.
func (l *link) post(ctx context.Context, body []byte) (status int, answer []byte, err error) {
	var connected atomic.Bool
	req, err := genericRequest(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}), l.url, body)
	if err != nil {
		return 0, nil, err
	}
	// Allows (and does not send) a repeat when an idle connection turns out to
	// be closed. What is inside is safe to repeat: stored data has one hash,
	// server requests have a nonce.
	req.Header["Idempotency-Key"] = nil
	progress := progressOf(ctx)
	if progress != nil {
		countBody(req, int64(len(body)), progress)
	}
	resp, err := l.tr.RoundTrip(req)
	if err != nil {
		return 0, nil, classify(ctx, err, connected.Load())
	}
	defer resp.Body.Close()
	limit := l.limit
	if resp.StatusCode != http.StatusOK {
		limit = maxErrorText
	}
	if sent := int64(len(body)); progress != nil {
		announced := max(0, resp.ContentLength)
		resp.Body = &counter{r: resp.Body, told: func(n int64) { progress(sent, sent, n, announced) }}
	}
	answer, err = readBounded(resp.Body, resp.ContentLength, limit)
	if err != nil {
		return 0, nil, classify(ctx, err, true)
	}
	return resp.StatusCode, answer, nil
}

// readBounded reads at most limit bytes; more is errAnswerTooLarge. Memory grows
// with what arrived, not with what was announced.
func readBounded(r io.Reader, announced, limit int64) ([]byte, error) {
	if announced > limit {
		return nil, errAnswerTooLarge
	}
	var buf bytes.Buffer
	buf.Grow(int(min(max(announced, 512), 64<<10)) + bytes.MinRead)
	n, err := buf.ReadFrom(io.LimitReader(r, limit+1))
	if err == nil && n > limit {
		err = errAnswerTooLarge
	}
	return buf.Bytes(), err
}

// linkError is a failed exchange with a guard.
type linkError struct {
	blame blame
	err   error
}

func (e *linkError) Error() string { return "guard: " + e.err.Error() }
func (e *linkError) Unwrap() error { return e.err }

func classify(ctx context.Context, err error, connected bool) error {
	var refused *DialError
	var proxy *ProxyError
	cause := context.Cause(ctx)
	switch {
	case errors.As(err, &proxy) && proxy.Trouble == model.ProxyCutOff:
		// Whether the guard is gone or the proxy has no network: the way there
		// does not say.
		return &linkError{noHost, proxy}
	case errors.As(err, &proxy), errors.Is(err, ErrWorkOffline):
		return &linkError{noRoute, plainError{err}}
	case cause != nil && !errors.Is(cause, errTimeout):
		return cause
	case errors.As(err, &refused):
		return err // the guard was dropped while the request was on its way
	case !connected && isAny(err, noRouteErrors):
		return &linkError{noRoute, plainError{err}}
	case !connected && isAny(err, noHostErrors):
		return &linkError{noHost, plainError{err}}
	case cause != nil && !connected:
		return &linkError{silentGuard, fmt.Errorf("connect: %w", errTimeout)}
	case cause != nil:
		return &linkError{silentPath, errTimeout}
	case errors.Is(err, errAnswerTooLarge):
		return &linkError{silentPath, err}
	}
	return &linkError{silentGuard, plainError{err}}
}

func isAny(err error, list []error) bool {
	for _, e := range list {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// withTimeout is context.WithTimeout by the injected clock; the cause is
// errTimeout.
func withTimeout(ctx context.Context, clk clock.Clock, d time.Duration) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := clk.NewTimer(d)
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-timer.C():
			cancel(errTimeout)
		case <-ctx.Done():
			timer.Stop()
		}
	}()
	return ctx, func() {
		cancel(context.Canceled)
		<-done
	}
}

// layers turns hops into onion recipients.
func layers(hops []snode.Node) []onion.Node {
	out := make([]onion.Node, len(hops))
	for i := range hops {
		out[i] = onion.Node{Ed25519: hops[i].Ed25519, X25519: hops[i].X25519}
	}
	return out
}
