package transport

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"sotto/engine/protocol/onion"
)

// serverTimeout is the limit of one try at a server; the last hop itself waits
// 25 s (onion-requests.md §9.4).
const serverTimeout = 30 * time.Second

// Server brings a request to a web server. The response may have any status:
// 4xx is handed over at once, 429 and 5xx after all tries. The error is
// ErrOffline, ErrUnreachable, onion.ErrTooLarge or the cause of ctx.
func (c *Client) Server(ctx context.Context, to ServerAddress, req onion.V4Request, o Options) (onion.V4Response, error) {
	return c.ServerBuild(ctx, to, func(int64) (onion.V4Request, error) { return req, nil }, o)
}

// ServerBuild is Server for requests with a time and signature of their own:
// each try has a fresh one.
func (c *Client) ServerBuild(ctx context.Context, to ServerAddress, build BuildServer, o Options) (onion.V4Response, error) {
	dest, err := serverDestination(to)
	if err != nil {
		return onion.V4Response{}, err
	}
	ctx, done := c.join(ctx)
	defer done()
	o = o.withDefaults(serverTimeout)
	last, pause := nobodys, o.Pause
	for try := 1; ; {
		req, err := build(c.Now())
		if err != nil {
			return onion.V4Response{}, err
		}
		resp, err := c.tryServer(ctx, dest, onion.EncodeV4Request(req), o.Timeout, &last)
		var failed *tryError
		switch {
		case err == nil && resp.Code != 429 && resp.Code < 500:
			return resp, nil
		case err != nil && !errors.As(err, &failed):
			return onion.V4Response{}, err
		}
		if try++; try > o.Attempts {
			if err == nil {
				return resp, nil
			}
			return onion.V4Response{}, fmt.Errorf("%w: %w", ErrUnreachable, err)
		}
		c.log.Debug("server request failed, trying again", "try", try, "err", err)
		if err := c.sleep(ctx, pause); err != nil {
			return onion.V4Response{}, err
		}
		pause *= 2
	}
}

func (c *Client) tryServer(ctx context.Context, dest onion.ServerDestination, payload []byte, timeout time.Duration, last *int) (onion.V4Response, error) {
	r, err := c.awaitRoute(ctx, nil, *last, false)
	if err != nil {
		return onion.V4Response{}, err
	}
	*last = r.slot
	rep, err := c.exchange(ctx, r, dest, payload, timeout)
	c.judge(r, nil, rep, err)
	switch {
	case err != nil:
		return onion.V4Response{}, err
	case rep.RefusedBy > 0:
		return onion.V4Response{}, &tryError{fault{blame: nobody, err: &RejectedError{Status: rep.Status}}}
	}
	return onion.V4Response{Code: rep.Status, Headers: rep.Headers, Body: rep.Body}, nil
}

func serverDestination(to ServerAddress) (onion.ServerDestination, error) {
	u, err := parseBase(to.URL)
	if err != nil {
		return onion.ServerDestination{}, fmt.Errorf("%w: %w", ErrServerAddress, err)
	}
	d := onion.ServerDestination{Host: u.Hostname(), Protocol: u.Scheme, X25519: to.X25519}
	if p := u.Port(); p != "" {
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil {
			return d, fmt.Errorf("%w: port", ErrServerAddress)
		}
		d.Port = uint16(n)
	}
	return d, nil
}
