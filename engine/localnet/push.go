package localnet

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"net/http"

	"sotto/engine/localnet/msgdb"
	"sotto/engine/protocol/snode"
)

// maxPush bounds the body of a push: a batch of the largest messages in base64.
const (
	pushBatch = 64
	maxPush   = 16 << 20
)

// answerPeer serves the paths that only nodes know.
func (n *node) answerPeer(r *http.Request) reply {
	body, bad, ok := readBody(r, maxPush)
	if !ok {
		return bad
	}
	if !n.ready() {
		return text(http.StatusServiceUnavailable, "Service node is not ready: not in any swarm\n")
	}
	if r.URL.Path == pathForward {
		a := n.forwarded(body)
		return reply{status: a.Code, contentType: typeJSON, body: a.Body}
	}
	var list []msgdb.Message
	if err := json.Unmarshal(body, &list); err != nil {
		return text(http.StatusBadRequest, "invalid json")
	}
	for i := range list {
		if m := &list[i]; m.Hash != snode.MessageHash(m.Owner, m.Namespace, m.Data) {
			return text(http.StatusBadRequest, "invalid message hash")
		}
	}
	if err := n.db.Load().StoreAll(list); err != nil {
		return text(http.StatusInternalServerError, "request failed")
	}
	return text(http.StatusOK, "OK")
}

// follow does what a node does when the list changes: it brings its messages to
// newcomers of its swarm, to new swarms that they now belong to, and, when its
// own swarm is gone, to wherever they belong. It runs in the background.
func (n *node) follow(ctx context.Context, before, after *roster) {
	was, is := before.swarmByKey(n.key), after.swarmByKey(n.key)
	if was == snode.NoSwarm {
		return // new itself: nothing to give
	}
	dissolved := len(after.of[was]) == 0
	wants := func(m *member) bool {
		if m.Ed25519 == n.key {
			return false
		}
		switch {
		case dissolved, len(before.of[m.Swarm]) == 0:
			return true
		case m.Swarm == is:
			return before.swarmByKey(m.Ed25519) != is
		}
		return false
	}
	for _, m := range after.nodes {
		if wants(m) {
			n.net.background.Go(func() { n.push(ctx, m, after) })
		}
	}
}

// push sends a node all messages that belong to its swarm.
func (n *node) push(ctx context.Context, to *member, list *roster) {
	ctx, cancel := context.WithTimeout(ctx, n.net.opt.Timings.Hop)
	defer cancel()
	err := n.db.Load().Each(pushBatch, func(batch []msgdb.Message) error {
		theirs := batch[:0]
		for _, m := range batch {
			if list.swarmOf(m.Owner) == to.Swarm {
				theirs = append(theirs, m)
			}
		}
		if len(theirs) == 0 {
			return nil
		}
		body, err := json.Marshal(theirs)
		if err != nil {
			return err
		}
		_, _, err = n.net.peers.call(ctx, to, pathPush, body)
		return err
	})
	if err != nil && ctx.Err() == nil {
		n.net.opt.Logger.Warn("localnet: push to a new node failed", "from", n.index, "to", to.index, "error", err)
	}
}

// hides says whether a message belongs to the share that this node withholds.
func (n *node) hides(hash string, share float64) bool {
	h := fnv.New64a()
	h.Write(n.key[:])
	h.Write([]byte(hash))
	return float64(h.Sum64()>>11)/(1<<53) < share
}
