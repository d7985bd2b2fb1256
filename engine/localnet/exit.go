package localnet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sotto/engine/protocol/onion"
)

// maxServerAnswer bounds what an exit node reads from a web server: files have
// at most 10 MB.
const maxServerAnswer = 32 << 20

// newExitClient is what nodes post to web servers with. Unlike between nodes,
// certificates of https servers are checked.
func newExitClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext:         (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
			TLSNextProto:        nil,
			MaxIdleConnsPerHost: 64,
			IdleConnTimeout:     time.Minute,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// post is the last hop before a web server: the whole decrypted frame goes to
// it, its answer back as it is.
func (n *node) post(ctx context.Context, p *onion.ServerPost) reply {
	ctx, cancel := context.WithTimeout(ctx, n.net.opt.Timings.Server)
	defer cancel()
	start := time.Now()
	host := p.Host
	if !(p.Protocol == "https" && p.Port == 443 || p.Protocol == "http" && p.Port == 80) {
		host = net.JoinHostPort(p.Host, strconv.Itoa(int(p.Port)))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.Protocol+"://"+host+p.Target, bytes.NewReader(p.Body))
	if err != nil {
		return text(http.StatusBadGateway, "URL using bad/illegal format or missing URL")
	}
	req.Header.Set("Accept", "*/*")
	req.Header.Set("Content-Type", typeBinary)
	req.Header.Set("User-Agent", serverName)
	resp, err := n.net.exit.Do(req)
	if err != nil {
		return exitError(p, err, time.Since(start))
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxServerAnswer))
	if err != nil {
		return exitError(p, err, time.Since(start))
	}
	return reply{status: resp.StatusCode, contentType: typeText, body: body}
}

// exitError speaks as libcurl does within official nodes.
func exitError(p *onion.ServerPost, err error, after time.Duration) reply {
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return text(http.StatusGatewayTimeout,
			fmt.Sprintf("Operation timed out after %d milliseconds with 0 bytes received", after.Milliseconds()))
	case errors.As(err, &dns):
		return text(http.StatusBadGateway, "Could not resolve host: "+p.Host)
	case errors.As(err, &op) && op.Op == "dial":
		return text(http.StatusBadGateway, fmt.Sprintf(
			"Failed to connect to %s port %d after %d ms: Couldn't connect to server", p.Host, p.Port, after.Milliseconds()))
	case strings.HasPrefix(err.Error(), "Post ") && errors.Is(err, io.EOF):
		return text(http.StatusBadGateway, "Empty reply from server")
	}
	return text(http.StatusBadGateway, "Failure when receiving data from the peer")
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

// peelReply is the unencrypted refusal of a request that does not open.
func peelReply(err error) reply {
	var bad *onion.PeelError
	if errors.As(err, &bad) {
		return text(bad.Status, bad.Text)
	}
	return text(http.StatusInternalServerError, "request failed")
}
