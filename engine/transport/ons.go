package transport

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

// onsSources is how many different nodes must agree (identity.md §5).
const onsSources = 3

// ResolveONS looks a name up. Three nodes must agree. The errors are those of
// requests, identity.ErrONSName, ErrNameNotFound and ErrNameDisputed.
func (c *Client) ResolveONS(ctx context.Context, name string) (identity.ID, error) {
	ons, err := identity.ParseONSName(name)
	if err != nil {
		return identity.ID{}, err
	}
	ctx, done := c.join(ctx)
	defer done()
	if _, err := c.awaitRoute(ctx, nil, nobodys, false); err != nil {
		return identity.ID{}, err
	}
	params, err := json.Marshal(struct {
		Type     int    `json:"type"`
		NameHash string `json:"name_hash"`
	}{0, ons.HashBase64()})
	if err != nil {
		return identity.ID{}, fmt.Errorf("encode request: %w", err)
	}
	req := &snode.OxendRequest{Endpoint: snode.EndpointONS, Params: params}

	type answer struct {
		id   identity.ID // zero: not registered
		node key
		err  error
	}
	var asked []key
	ids := map[identity.ID]bool{}
	for agreed, spare := 0, onsSources; agreed < onsSources; {
		// Those that failed are replaced by others, never counted twice.
		c.mu.Lock()
		list := c.k.sources(onsSources-agreed, asked)
		c.mu.Unlock()
		if len(list) < onsSources-agreed {
			return identity.ID{}, fmt.Errorf("%w: not enough nodes to ask", ErrUnreachable)
		}
		answers := make(chan answer, len(list))
		for _, n := range list {
			asked = append(asked, n.Ed25519)
			go func() {
				id, err := c.resolveAt(ctx, &n, req, ons)
				answers <- answer{id, n.Ed25519, err}
			}()
		}
		var last error
		for range list {
			if a := <-answers; a.err == nil {
				ids[a.id] = true
				agreed++
			} else {
				last = a.err
				spare--
			}
		}
		switch {
		case ctx.Err() != nil:
			return identity.ID{}, context.Cause(ctx)
		case errors.Is(last, ErrOffline):
			return identity.ID{}, last
		case len(ids) > 1:
			return identity.ID{}, ErrNameDisputed
		case last != nil && spare < 0:
			return identity.ID{}, fmt.Errorf("%w: %w", ErrUnreachable, last)
		}
	}
	for id := range ids {
		if !id.IsZero() {
			return id, nil
		}
	}
	return identity.ID{}, ErrNameNotFound
}

// resolveAt asks one node; the zero id means that the name is not registered.
func (c *Client) resolveAt(ctx context.Context, n *snode.Node, req snode.Request, name identity.ONSName) (identity.ID, error) {
	last := nobodys
	res, err := c.tryNode(ctx, n, req, testTimeout, &last, true)
	if err != nil {
		return identity.ID{}, err
	}
	if res.Status != snode.StatusOK {
		c.strike(n.Ed25519)
		return identity.ID{}, &RejectedError{Status: res.Status}
	}
	return openONS(res.Body, name)
}

// openONS reads {"result":{"encrypted_value":hex,"nonce":hex}}.
func openONS(body []byte, name identity.ONSName) (identity.ID, error) {
	oxend, err := snode.DecodeOxend(body)
	if err != nil {
		return identity.ID{}, err
	}
	const limit = 4096 // two short hex texts
	var r struct {
		Value string `json:"encrypted_value"`
		Nonce string `json:"nonce"`
	}
	if len(oxend.Result) > limit {
		return identity.ID{}, snode.ErrAnswer
	}
	if err := json.Unmarshal(oxend.Result, &r); err != nil {
		return identity.ID{}, fmt.Errorf("%w: %w", snode.ErrAnswer, err)
	}
	if r.Value == "" {
		return identity.ID{}, nil
	}
	value, err := hex.DecodeString(r.Value)
	if err != nil {
		return identity.ID{}, snode.ErrAnswer
	}
	nonce, err := hex.DecodeString(r.Nonce)
	if err != nil {
		return identity.ID{}, snode.ErrAnswer
	}
	return name.Open(value, nonce)
}
