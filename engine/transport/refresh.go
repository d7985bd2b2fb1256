package transport

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sotto/engine/protocol/snode"
)

const (
	refreshSources = 3
	refreshTries   = 4
	// refreshFailures is how many refreshes may fail before the seeds are asked.
	refreshFailures = 3
)

// errRefresh: the sources do not agree on enough nodes.
var errRefresh = errors.New("transport: nodes disagree about the list of nodes")

// refresh fetches the list from three nodes, through onion requests, and keeps
// what all of them name (service-nodes.md §1.2). The old list stays if that
// fails.
func (c *Client) refresh(ctx context.Context) {
	var list []snode.Node
	var err error
	for range refreshTries {
		if list, err = c.refreshOnce(ctx); err == nil || errors.Is(err, ErrOffline) || ctx.Err() != nil {
			break
		}
		c.log.Debug("refresh failed", "err", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refreshing = false
	now := c.clk.Now()
	if err != nil {
		c.refreshNext = now.Add(c.dice.about(refreshRest))
		c.k.ciphertext = 0
		if ctx.Err() == nil && !errors.Is(err, ErrOffline) {
			c.refreshFails++
			c.log.Info("list of nodes not refreshed", "err", err)
		}
	} else {
		c.refreshFails = 0
		c.k.replacePool(list, now)
		c.log.Info("list of nodes refreshed", "nodes", len(list))
	}
	c.settle()
}

func (c *Client) refreshOnce(ctx context.Context) ([]snode.Node, error) {
	c.mu.Lock()
	sources := c.k.sources(refreshSources, nil)
	need := max(c.cfg.Network.MinPool, len(c.k.pool.nodes)/2)
	c.mu.Unlock()
	if len(sources) < refreshSources {
		return nil, fmt.Errorf("%w: too few to ask", errRefresh)
	}
	type answer struct {
		nodes []snode.Node
		err   error
	}
	answers := make(chan answer, len(sources))
	for _, n := range sources {
		go func() {
			nodes, err := c.listFrom(ctx, &n)
			answers <- answer{nodes, err}
		}()
	}
	var lists [][]snode.Node
	var failed error
	for range sources {
		a := <-answers
		if a.err != nil {
			failed = a.err
			continue
		}
		lists = append(lists, a.nodes)
	}
	if failed != nil {
		return nil, failed
	}
	common := slices.DeleteFunc(intersect(lists), func(n snode.Node) bool { return !acceptable(&c.cfg.Network, &n) })
	if len(common) < need {
		return nil, fmt.Errorf("%w: %d in common, need %d", errRefresh, len(common), need)
	}
	return common, nil
}

// sources are random nodes in different /24 networks (where that matters).
func (k *keeper) sources(n int, but []key) []snode.Node {
	var out []snode.Node
	for _, c := range k.pool.candidates(k.dice, 64, func(n *snode.Node) bool { return !slices.Contains(but, n.Ed25519) }) {
		near := false
		for i := range out {
			near = near || k.net.DistinctSubnets && sameSubnet(out[i].IP, c.IP)
		}
		if !near {
			out = append(out, c)
		}
		if len(out) == n {
			break
		}
	}
	return out
}

func (c *Client) listFrom(ctx context.Context, n *snode.Node) ([]snode.Node, error) {
	last := nobodys
	res, err := c.tryNode(ctx, n, snode.ServiceNodesRequest(), testTimeout, &last, true)
	if err != nil {
		return nil, err
	}
	if res.Status != snode.StatusOK {
		c.strike(n.Ed25519)
		return nil, &RejectedError{Status: res.Status}
	}
	oxend, err := snode.DecodeOxend(res.Body)
	if err != nil {
		return nil, err
	}
	nodes, _, err := snode.DecodeNodeList(oxend.Result)
	return nodes, err
}

// intersect keeps the nodes that all lists have with equal keys and address.
func intersect(lists [][]snode.Node) []snode.Node {
	if len(lists) == 0 {
		return nil
	}
	count := map[snode.Node]int{}
	for _, list := range lists {
		seen := map[snode.Node]bool{}
		for i := range list {
			if n := lean(list[i]); !seen[n] {
				seen[n] = true
				count[n]++
			}
		}
	}
	var out []snode.Node
	for i := range lists[0] {
		if n := lean(lists[0][i]); count[n] == len(lists) {
			out = append(out, n)
			count[n] = 0
		}
	}
	return out
}
