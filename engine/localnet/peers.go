package localnet

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Nodes talk to each other by HTTPS on the same port as clients. A secret of
// the network in a header tells them from clients, as the transport of real
// nodes does; without it the paths below do not exist.
const (
	peerHeader  = "X-Localnet-Peer"
	pathForward = "/localnet/forward" // a storage RPC for this member alone
	pathPush    = "/localnet/push"    // messages of a peer's database
)

// maxPeerAnswer bounds what a node reads from another: an onion answer with the
// largest retrieve, JSON in a string in base64, is about 12 MB.
const maxPeerAnswer = 64 << 20

// redialEvery is how often a node that refuses connections is tried again
// within the time limit; real nodes keep reconnecting as well.
const redialEvery = 100 * time.Millisecond

type peerNet struct {
	secret string
	client *http.Client
}

func newPeerNet(secret [32]byte) *peerNet {
	return &peerNet{
		secret: hex.EncodeToString(secret[:]),
		client: &http.Client{Transport: &http.Transport{
			DialContext: (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			// The certificates of nodes prove nothing, here or in the real network.
			TLSClientConfig:     &tls.Config{InsecureSkipVerify: true, ClientSessionCache: tls.NewLRUClientSessionCache(256)},
			TLSNextProto:        map[string]func(string, *tls.Conn) http.RoundTripper{}, // no HTTP/2
			MaxIdleConns:        4096,
			MaxIdleConnsPerHost: 64,
			IdleConnTimeout:     time.Minute,
			DisableCompression:  true,
			ReadBufferSize:      16 << 10,
			WriteBufferSize:     16 << 10,
		}},
	}
}

func (p *peerNet) isPeer(r *http.Request) bool {
	h := r.Header[peerHeader]
	return len(h) == 1 && hmac.Equal([]byte(h[0]), []byte(p.secret))
}

// call posts body to a node and waits until ctx ends for an answer: a refused
// connection is tried again, a lost answer is not asked for again.
func (p *peerNet) call(ctx context.Context, to *member, path string, body []byte) (status int, answer []byte, err error) {
	url := "https://" + net.JoinHostPort(to.IP.String(), strconv.Itoa(int(to.Port))) + path
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
		if err != nil {
			return 0, nil, err
		}
		req.Header[peerHeader] = []string{p.secret}
		resp, err := p.client.Do(req)
		if err == nil {
			return readPeer(ctx, resp)
		}
		var op *net.OpError
		wait := redialEvery
		if !errors.As(err, &op) || op.Op != "dial" {
			wait = time.Hour // lost on the way: nothing more will come
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			t.Stop()
			return 0, nil, fmt.Errorf("node %d: %w", to.index, ctx.Err())
		case <-t.C:
		}
	}
}

func readPeer(ctx context.Context, resp *http.Response) (int, []byte, error) {
	defer resp.Body.Close()
	var body []byte
	var err error
	if n := resp.ContentLength; n >= 0 && n <= maxPeerAnswer {
		body = make([]byte, n)
		_, err = io.ReadFull(resp.Body, body)
	} else {
		body, err = io.ReadAll(io.LimitReader(resp.Body, maxPeerAnswer))
	}
	if err != nil {
		<-ctx.Done() // cut off: as good as no answer
		return 0, nil, ctx.Err()
	}
	return resp.StatusCode, body, nil
}

func (p *peerNet) close() { p.client.CloseIdleConnections() }
