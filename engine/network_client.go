package engine

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
	"sotto/engine/transport"
	"sotto/store"
)

// client is the real network: package transport behind the interface of the
// engine.
type client struct{ *transport.Client }

func newClient(o Options, st *store.Store, changed func()) (network, error) {
	reach, err := storedReach(st)
	if err != nil {
		return nil, err
	}
	cfg := transport.Config{
		Network: o.Network,
		Reach:   reach,
		Cache:   cache{st},
		Clock:   o.Clock,
		Rand:    o.Rand,
		Logger:  o.Logger,
		Changed: changed,
	}
	if o.Configure != nil {
		o.Configure(&cfg)
	}
	c, err := transport.New(cfg)
	if err != nil {
		return nil, networkError("reach the network", err)
	}
	return client{c}, nil
}

func (c client) Now() model.Millis { return model.Millis(c.Client.Now()) }

func (c client) members(ctx context.Context, account model.ID) ([]snode.Node, error) {
	nodes, err := c.Swarm(ctx, account)
	return nodes, networkError("find the swarm", err)
}

func (c client) ask(ctx context.Context, account model.ID, node *snode.Node, build func(now int64) (snode.Request, error)) ([]byte, error) {
	var (
		result transport.Result
		err    error
	)
	if node == nil {
		result, err = c.Do(ctx, account, build, transport.Options{})
	} else {
		result, err = c.DoAt(ctx, account, *node, build, transport.Options{Attempts: 2})
	}
	if err != nil {
		return nil, networkError("ask the swarm", err)
	}
	if err := snode.CheckStatus(result.Status, result.Body); err != nil {
		return nil, statusError(err)
	}
	return result.Body, nil
}

func (c client) server(ctx context.Context, url string, key [32]byte, build func(now int64) (onion.V4Request, error)) (onion.V4Response, error) {
	answer, err := c.ServerBuild(ctx, transport.ServerAddress{URL: url, X25519: key}, build, transport.Options{Attempts: 2})
	return answer, networkError("ask the server", err)
}

// slowest is the pace in bytes a second at which a file still gets through: a
// path of three nodes over a telephone.
const slowest = 32 << 10

func (c client) transfer(ctx context.Context, url string, key [32]byte, size int64, progress transport.Progress, build func(now int64) (onion.V4Request, error)) (onion.V4Response, error) {
	timeout := 30*time.Second + time.Duration(size/slowest)*time.Second
	answer, err := c.ServerBuild(transport.WithProgress(ctx, progress), transport.ServerAddress{URL: url, X25519: key}, build,
		transport.Options{Timeout: timeout})
	return answer, networkError("move a file", err)
}

func (c client) web(ctx context.Context, address string, limit int64) (transport.Web, error) {
	web, err := c.Web(ctx, address, limit)
	switch {
	case errors.Is(err, transport.ErrWebAddress):
		return web, model.Fail(model.ReasonInvalid, "this is not an address on the web", err)
	case errors.Is(err, transport.ErrWebAnswer):
		return web, model.Fail(model.ReasonRejected, "the web server does not give the page", err)
	}
	return web, networkError("look at the page", err)
}

func (c client) resolve(ctx context.Context, name string) (model.ID, error) {
	id, err := c.ResolveONS(ctx, name)
	if errors.Is(err, identity.ErrONSName) {
		return id, model.Fail(model.ReasonInvalid, "this is not a name", err)
	}
	return id, networkError("look up the name", err)
}

func (c client) wake() { c.Wake() }

func (c client) setReach(r model.Reach) { c.SetReach(r) }

func (c client) checkProxy(ctx context.Context, p model.Proxy) (time.Duration, error) {
	return c.CheckProxy(ctx, p)
}

func (c client) status() model.NetworkStatus {
	s := c.Status()
	out := model.NetworkStatus{
		Network:     s.Network,
		Connection:  s.Connection,
		PoolSize:    s.PoolSize,
		ClockOffset: s.ClockOffset.Milliseconds(),
		ClockWrong:  s.ClockWrong,
		Problem:     s.Problem,

		WorkOffline: s.WorkOffline, Proxied: s.Proxied, ProxyTrouble: s.ProxyTrouble,
	}
	for _, p := range s.Paths {
		path := model.Path{Failures: p.Failures}
		for _, h := range p.Hops {
			path.Hops = append(path.Hops, model.Hop{Ed25519: hex.EncodeToString(h.Ed25519[:]), IP: h.IP, Port: h.Port})
		}
		out.Paths = append(out.Paths, path)
	}
	return out
}

// networkError gives an error of the transport its reason.
func networkError(doing string, err error) error {
	if err == nil {
		return nil
	}
	return model.Fail(transport.Reason(err), "could not "+doing, err)
}

// statusError gives the answer of a node its reason (service-nodes.md §9).
// Only what the request itself is at fault for is final.
func statusError(err error) error {
	reason := model.ReasonOffline
	var rpc *snode.RPCError
	if errors.As(err, &rpc) {
		// The text of a node may repeat what it was asked for.
		err = fmt.Errorf("status %d", rpc.Status)
		switch {
		case snode.IsClock(rpc.Status):
			reason = model.ReasonClock
		case rpc.Status == snode.StatusRateLimited:
		case rpc.Status >= 400 && rpc.Status < 500:
			reason = model.ReasonRejected
		}
	}
	return model.Fail(reason, "a node refused the request", err)
}

// cache keeps the transport's state (known nodes, guards, swarms) in the store.
type cache struct{ store *store.Store }

const cachePrefix = "transport/"

func (c cache) Load(name string) ([]byte, error) {
	var data []byte
	err := c.store.View(func(tx *store.Tx) error {
		data = tx.Blob(cachePrefix + name)
		return nil
	})
	return data, err
}

func (c cache) Save(name string, data []byte) error {
	return c.store.Update(func(tx *store.Tx) error { return tx.PutBlob(cachePrefix+name, data) })
}
