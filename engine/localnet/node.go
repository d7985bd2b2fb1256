package localnet

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	"sotto/engine/localnet/msgdb"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
)

// serverName is how official nodes call themselves.
const serverName = "Oxen Storage Server/2.8.0"

// node is one service node.
type node struct {
	net   *Network
	index int
	keys  nodeKeys
	key   [32]byte // Ed25519, public
	path  string   // of the database
	db    atomic.Pointer[msgdb.DB]
	*endpoint

	limit    rateLimit
	requests tally // by method
	hops     tally // by role in onion requests
}

func (n *Network) newNode(ctx context.Context, st *nodeState) (*node, error) {
	keys, err := st.keys(n.state.Master)
	if err != nil {
		return nil, err
	}
	tlsKey, err := newTLSKey()
	if err != nil {
		return nil, err
	}
	cert, _, err := certificate(tlsKey, n.opt.Listen)
	if err != nil {
		return nil, err
	}
	s1, s2 := n.state.dice(st.Index)
	node := &node{
		net:   n,
		index: st.Index,
		keys:  keys,
		key:   keys.public(),
		path:  filepath.Join(n.opt.Dir, "nodes", databaseName(st.Index)),
		limit: rateLimit{now: time.Now},
	}
	node.endpoint = &endpoint{
		ip: n.opt.Listen, port: st.Port, tls: serverTLS(cert), server: serverName,
		gate: newGate(n.opt.Timings.Slow, s1, s2), answer: node.answer, parent: ctx,
	}
	return node, node.openDB()
}

func databaseName(index int) string { return fmt.Sprintf("%03d.db", index) }

func (n *node) openDB() error {
	db, err := msgdb.Open(n.path)
	if err != nil {
		return fmt.Errorf("node %d: %w", n.index, err)
	}
	n.db.Store(db)
	return nil
}

// now is the node's clock.
func (n *node) now() int64 {
	return n.net.time.now() + int64(n.gate.faults.Load().ClockSkewS)*1000
}

func (n *node) stamp() snode.Stamp { return snode.Stamp{T: n.now(), HF: hardFork} }

// swarm is the node's swarm, NoSwarm when it is not (or no longer) listed.
func (n *node) swarm() uint64 { return n.net.roster.Load().swarmByKey(n.key) }

func (n *node) ready() bool { return n.swarm() != snode.NoSwarm }

// answer is the HTTP face of a node (service-nodes.md §3).
func (n *node) answer(r *http.Request) reply {
	if r.Method == http.MethodPost {
		switch r.URL.Path {
		case "/storage_rpc/v1":
			return n.answerRPC(r)
		case "/onion_req/v2":
			return n.answerOnion(r)
		case "/ping_test/v1":
			a := text(http.StatusOK, "")
			a.header = [2]string{"X-Oxen-Snode-Pubkey", base64.StdEncoding.EncodeToString(n.keys.legacy[:])}
			return a
		case pathForward, pathPush:
			if n.net.peers.isPeer(r) {
				return n.answerPeer(r)
			}
		}
	}
	if r.Method == http.MethodGet && r.URL.Path == "/get_stats/v1" {
		return document(http.StatusOK, []byte(`{"version":"2.8.0"}`))
	}
	return notFound(r)
}

func (n *node) answerRPC(r *http.Request) reply {
	if !n.net.opt.NoRateLimit && !n.limit.allow(r) {
		return text(http.StatusTooManyRequests, "Too Many Requests\n")
	}
	body, bad, ok := readBody(r, snode.MaxRequestBody)
	if !ok {
		return bad
	}
	if len(r.Header["X-Loki-Long-Poll"]) > 0 {
		return text(http.StatusGone, "long polling is no longer supported, client upgrade required")
	}
	if !n.ready() {
		return text(http.StatusServiceUnavailable, "Service node is not ready: not in any swarm\n")
	}
	a := n.rpc(r.Context(), body)
	if a.Text {
		return reply{status: a.Code, contentType: typeText, body: a.Body}
	}
	return document(a.Code, a.Body)
}

// answerOnion takes its layer off a request and does what is below it
// (onion-requests.md §5).
func (n *node) answerOnion(r *http.Request) reply {
	body, bad, ok := readBody(r, onion.MaxRequest)
	if !ok {
		return bad
	}
	if !n.ready() {
		return text(http.StatusServiceUnavailable, "Snode not ready: "+hex.EncodeToString(n.key[:]))
	}
	peeled, err := onion.Peel(body, n.keys.onion)
	if err != nil {
		return peelReply(err)
	}
	switch p := peeled.(type) {
	case *onion.Final:
		n.hops.add(hopDestination)
		a := n.rpc(r.Context(), p.Body)
		return n.seal(p.Reply, a.Code, a.Body, !a.Text)
	case *onion.Refused:
		return n.seal(p.Reply, p.Status, []byte(p.Text), false)
	case *onion.ServerPost:
		n.hops.add(hopExit)
		return n.post(r.Context(), p)
	case *onion.Forward:
		if n.net.peers.isPeer(r) {
			n.hops.add(hopMiddle)
		} else {
			n.hops.add(hopGuard)
		}
		return n.forward(r.Context(), p)
	}
	panic(fmt.Sprintf("localnet: peeled %T", peeled))
}

func (n *node) seal(to *onion.Reply, status int, body []byte, json bool) reply {
	defer to.Zero()
	sealed, err := to.SealNode(rand.Reader, status, body, json)
	if err != nil {
		return text(http.StatusInternalServerError, "request failed")
	}
	return reply{status: http.StatusOK, contentType: typeText, body: sealed}
}

// forward passes an onion request on; the answer goes back unchanged.
func (n *node) forward(ctx context.Context, f *onion.Forward) reply {
	next := n.net.roster.Load().byKey[f.Destination]
	if next == nil {
		return text(http.StatusBadGateway, "Next node not found: "+hex.EncodeToString(f.Destination[:]))
	}
	ctx, cancel := context.WithTimeout(ctx, n.net.opt.Timings.Hop)
	defer cancel()
	status, body, err := n.net.peers.call(ctx, next, "/onion_req/v2", f.Body)
	if err != nil {
		return text(http.StatusGatewayTimeout, "Request time out")
	}
	return reply{status: knownStatus(status), contentType: typeText, body: body}
}

// knownStatus is what becomes of a status between two nodes: those that the
// official server has no name for arrive as 500.
func knownStatus(status int) int {
	switch status {
	case 200, 302, 400, 401, 403, 404, 406, 410, 413, 421, 425, 429, 500, 501, 502, 503, 504:
		return status
	}
	return http.StatusInternalServerError
}

// swarmAnswer is the body of get_swarm and of status 421.
func (n *node) swarmAnswer(id identity.ID) *snode.SwarmAnswer {
	list := n.net.roster.Load()
	swarm := list.swarmOf(id)
	return &snode.SwarmAnswer{Snodes: nodesOf(list.of[swarm]), Swarm: swarm, Stamp: n.stamp()}
}
