package echo

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
)

// errNoNodes: the seed lists nothing that can carry a request.
var errNoNodes = errors.New("echo: no usable nodes")

const (
	hops       = 3
	attempts   = 25 // about a minute of trouble
	rpcTimeout = 20 * time.Second
	fileLimit  = 60 * time.Second
	maxAnswer  = 32 << 20
)

// client is the network side: nodes, swarms, onion requests, network time.
type client struct {
	seed string
	http *http.Client

	mu     sync.Mutex
	nodes  []snode.Node
	swarms map[identity.ID][]snode.Node
	// strikes are the failures that a node was part of since the last success:
	// paths go around whoever has most of them.
	strikes map[[32]byte]int
	offset  int64  // network time minus local time, ms
	last    uint64 // last timestamp given out
}

// clockJump is how far timestamps may run ahead of network time, in ms.
const clockJump = 5000

func newClient(seed string) *client {
	return &client{
		seed:    seed,
		swarms:  make(map[identity.ID][]snode.Node),
		strikes: make(map[[32]byte]int),
		http: &http.Client{Transport: &http.Transport{
			// Nobody vouches for a node's certificate: the onion layers do.
			TLSClientConfig:     &tls.Config{InsecureSkipVerify: true},
			TLSNextProto:        map[string]func(string, *tls.Conn) http.RoundTripper{},
			DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			MaxIdleConnsPerHost: 4,
			IdleConnTimeout:     time.Minute,
		}},
	}
}

func (c *client) close() { c.http.CloseIdleConnections() }

// now is network time in milliseconds.
func (c *client) now() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().UnixMilli() + c.offset
}

// stamp is network time, each one later than the one before: two messages of a
// device must not share a timestamp.
func (c *client) stamp() uint64 {
	now := uint64(c.now())
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last > now+clockJump {
		c.last = 0 // the network's clock was set back; nodes refuse what is ahead
	}
	c.last = max(now, c.last+1)
	return c.last
}

func (c *client) sawTime(t int64) {
	if t <= 0 {
		return
	}
	c.mu.Lock()
	c.offset = t - time.Now().UnixMilli()
	c.mu.Unlock()
}

func (c *client) exchange(ctx context.Context, to, contentType string, body []byte) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	return resp.StatusCode, answer, err
}

// send brings a payload through a fresh path to dest, once.
func (c *client) send(ctx context.Context, key [32]byte, dest onion.Destination, payload []byte) (*onion.Answer, error) {
	path, err := c.path(key)
	if err != nil {
		return nil, err
	}
	a, err := c.sendBy(ctx, path, dest, payload)
	if ctx.Err() == nil || err == nil {
		c.judge(path, key, err == nil)
	}
	return a, err
}

func (c *client) sendBy(ctx context.Context, path []snode.Node, dest onion.Destination, payload []byte) (*onion.Answer, error) {
	var layers []onion.Node
	for _, n := range path {
		layers = append(layers, onion.Node{Ed25519: n.Ed25519, X25519: n.X25519})
	}
	req, err := onion.Build(layers, dest, payload, onion.Options{Rand: rand.Reader})
	if err != nil {
		return nil, err
	}
	defer req.Zero()
	guard := "https://" + net.JoinHostPort(path[0].IP.String(), strconv.Itoa(int(path[0].Port))) + "/onion_req/v2"
	status, body, err := c.exchange(ctx, guard, "application/octet-stream", req.Body)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		_, toServer := dest.(onion.ServerDestination)
		return nil, onion.ParsePathError(status, body, toServer)
	}
	return req.OpenAnswer(body)
}

// rpc asks one node and returns the body of a 2xx answer.
func (c *client) rpc(ctx context.Context, to snode.Node, req snode.Request) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, rpcTimeout)
	defer cancel()
	dest := onion.NodeDestination{Node: onion.Node{Ed25519: to.Ed25519, X25519: to.X25519}}
	answer, err := c.send(ctx, to.Ed25519, dest, snode.Encode(req))
	if err != nil {
		return nil, err
	}
	if err := snode.CheckStatus(answer.Status, answer.Body); err != nil {
		return nil, err
	}
	return answer.Body, nil
}

// ensure has nodes and the time.
func (c *client) ensure(ctx context.Context) error {
	c.mu.Lock()
	known := len(c.nodes) > 0
	c.mu.Unlock()
	if known {
		return nil
	}
	if err := c.refresh(ctx); err != nil {
		return err
	}
	return c.syncTime(ctx)
}

func (c *client) syncTime(ctx context.Context) error {
	to, err := c.anyNode()
	if err != nil {
		return err
	}
	body, err := c.rpc(ctx, to, &snode.InfoRequest{})
	if err != nil {
		return err
	}
	info, err := snode.DecodeInfo(body)
	if err != nil {
		return err
	}
	c.sawTime(info.Timestamp)
	return nil
}

// member asks a random node of the account's swarm. build is called anew for
// each attempt, so that signatures have the time of now.
func (c *client) member(ctx context.Context, id identity.ID, build func() (snode.Request, error)) (body []byte, node snode.Node, err error) {
	for try := range attempts {
		if try > 0 && !sleep(ctx, backOff(try)) {
			return nil, node, ctx.Err()
		}
		if body, node, err = c.memberOnce(ctx, id, build); err == nil {
			return body, node, nil
		}
		c.learn(ctx, id, err)
	}
	return nil, node, err
}

func (c *client) memberOnce(ctx context.Context, id identity.ID, build func() (snode.Request, error)) ([]byte, snode.Node, error) {
	if err := c.ensure(ctx); err != nil {
		return nil, snode.Node{}, err
	}
	nodes, err := c.swarm(ctx, id)
	if err != nil {
		return nil, snode.Node{}, err
	}
	node := c.pick(nodes)
	req, err := build()
	if err != nil {
		return nil, node, err
	}
	body, err := c.rpc(ctx, node, req)
	return body, node, err
}

// learn draws the consequence of a failure.
func (c *client) learn(ctx context.Context, id identity.ID, err error) {
	var wrong *snode.WrongSwarmError
	var refused *snode.RPCError
	switch {
	case errors.As(err, &wrong):
		if _, err := c.setSwarm(id, wrong.Swarm.Snodes); err == nil {
			return
		}
		_ = c.refresh(ctx) // the next attempt shows whether it helped
	case errors.As(err, &refused) && snode.IsClock(refused.Status):
		_ = c.syncTime(ctx)
	case errors.As(err, &refused):
	default:
		_ = c.refresh(ctx)
	}
}

// server brings a v4 request to the file server.
func (c *client) server(ctx context.Context, s Server, req onion.V4Request) (a *onion.Answer, err error) {
	u, err := url.Parse(s.URL)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		return nil, err
	}
	dest := onion.ServerDestination{
		X25519: s.X25519, Protocol: u.Scheme, Host: u.Hostname(), Port: uint16(port),
	}
	payload := onion.EncodeV4Request(req)
	for try := range attempts {
		if try > 0 && !sleep(ctx, backOff(try)) {
			return nil, ctx.Err()
		}
		if err = c.ensure(ctx); err != nil {
			continue
		}
		limited, cancel := context.WithTimeout(ctx, fileLimit)
		a, err = c.send(limited, [32]byte{}, dest, payload)
		cancel()
		if err == nil {
			return a, nil
		}
		_ = c.refresh(ctx)
	}
	return nil, err
}

func backOff(try int) time.Duration {
	return min(time.Duration(try)*200*time.Millisecond, 3*time.Second)
}

// sleep waits, and is false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
