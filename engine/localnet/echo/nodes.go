package echo

import (
	"context"
	"encoding/json"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"slices"
	"time"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

// refresh asks the seed for the nodes.
func (c *client) refresh(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	status, body, err := c.exchange(ctx, c.seed+"/json_rpc", "application/json", snode.SeedRequest())
	if err != nil {
		return err
	}
	var answer struct {
		Result json.RawMessage `json:"result"`
	}
	if status != http.StatusOK || json.Unmarshal(body, &answer) != nil {
		return fmt.Errorf("echo: seed answered with status %d", status)
	}
	list, _, err := snode.DecodeNodeList(answer.Result)
	if err != nil {
		return err
	}
	usable := list[:0]
	for _, n := range list {
		if n.Usable() {
			usable = append(usable, n)
		}
	}
	if len(usable) == 0 {
		return errNoNodes
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.nodes = usable
	listed := make(map[[32]byte]bool, len(usable))
	for _, n := range usable {
		listed[n.Ed25519] = true
	}
	for id, swarm := range c.swarms {
		if slices.ContainsFunc(swarm, func(n snode.Node) bool { return !listed[n.Ed25519] }) {
			delete(c.swarms, id)
		}
	}
	return nil
}

// path picks the hops to a destination, which is not one of them.
func (c *client) path(to [32]byte) ([]snode.Node, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	path := c.best(slices.DeleteFunc(slices.Clone(c.nodes), func(n snode.Node) bool { return n.Ed25519 == to }))
	if len(path) == 0 {
		return nil, errNoNodes
	}
	return path[:min(hops, len(path))], nil
}

// best puts nodes in a random order, those with strikes last.
func (c *client) best(nodes []snode.Node) []snode.Node {
	nodes = slices.Clone(nodes)
	mathrand.Shuffle(len(nodes), func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
	slices.SortStableFunc(nodes, func(a, b snode.Node) int { return c.strikes[a.Ed25519] - c.strikes[b.Ed25519] })
	return nodes
}

// pick is the best of some nodes.
func (c *client) pick(nodes []snode.Node) snode.Node {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.best(nodes)[0]
}

// judge remembers how a path and its destination did.
func (c *client) judge(path []snode.Node, to [32]byte, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, n := range append(slices.Clone(path), snode.Node{Ed25519: to}) {
		if ok {
			delete(c.strikes, n.Ed25519)
		} else {
			c.strikes[n.Ed25519]++
		}
	}
}

func (c *client) anyNode() (snode.Node, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.nodes) == 0 {
		return snode.Node{}, errNoNodes
	}
	return c.best(c.nodes)[0], nil
}

// swarm finds the nodes of an account.
func (c *client) swarm(ctx context.Context, id identity.ID) ([]snode.Node, error) {
	c.mu.Lock()
	cached := c.swarms[id]
	c.mu.Unlock()
	if len(cached) > 0 {
		return cached, nil
	}
	to, err := c.anyNode()
	if err != nil {
		return nil, err
	}
	body, err := c.rpc(ctx, to, &snode.SwarmRequest{Pubkey: id})
	if err != nil {
		return nil, err
	}
	a, err := snode.DecodeSwarm(body)
	if err != nil {
		return nil, err
	}
	c.sawTime(a.T)
	return c.setSwarm(id, a.Snodes)
}

func (c *client) setSwarm(id identity.ID, nodes []snode.Node) ([]snode.Node, error) {
	if len(nodes) == 0 {
		return nil, errNoNodes
	}
	c.mu.Lock()
	c.swarms[id] = nodes
	c.mu.Unlock()
	return nodes, nil
}
