package transport

import (
	"bytes"
	"net/netip"
	"slices"
	"time"

	"sotto/engine/protocol/snode"
)

// key is a node's Ed25519 key, by which nodes are known.
type key = [32]byte

const (
	// maxStrikes is the failure at which a node or guard is dropped
	// (onion-requests.md §9.1).
	maxStrikes = 3
	// maxPool bounds what a seed can make us keep; the network has about two
	// thousand nodes.
	maxPool = 20_000
	// quarantine is how long a dropped node that is listed again counts as
	// nearly dropped.
	quarantine = 10 * time.Minute
)

// pool is the known nodes and their failures.
type pool struct {
	net     *Network
	nodes   map[key]snode.Node
	list    []snode.Node // the same, sorted: choices depend on entropy only, not on map order
	strikes map[key]int
	dropped map[key]time.Time
	fetched time.Time // when the list came from the network
}

func newPool(net *Network) pool {
	return pool{net: net, nodes: map[key]snode.Node{}, strikes: map[key]int{}, dropped: map[key]time.Time{}}
}

// acceptable says whether a node may be used. Addresses inside somebody's house
// are refused: a list must not make the program dial its owner's router.
func acceptable(net *Network, n *snode.Node) bool {
	if !n.Usable() || lowOrder(n.X25519) {
		return false
	}
	if net.AllowLoopback {
		return true
	}
	ip := n.IP
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !ip.IsLoopback() && !ip.IsLinkLocalUnicast()
}

// lowOrder recognizes the X25519 keys with which nothing can be encrypted: the
// seven small-order points (RFC 7748 §6.1 tells to refuse their result).
func lowOrder(k [32]byte) bool {
	k[31] &= 0x7f // the top bit is ignored by X25519
	return slices.Contains(lowOrderKeys[:], k)
}

var lowOrderKeys = [...][32]byte{
	{},
	{1},
	mustKey("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
	mustKey("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
	mustKey("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
	mustKey("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
	mustKey("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
}

// replace takes a fresh list. Nodes that were dropped a short time ago come
// back one failure away from being dropped again.
func (p *pool) replace(list []snode.Node, now time.Time) {
	nodes := make(map[key]snode.Node, len(list))
	for _, n := range list {
		if len(nodes) >= maxPool {
			break
		}
		if _, twice := nodes[n.Ed25519]; twice || !acceptable(p.net, &n) {
			continue
		}
		nodes[n.Ed25519] = lean(n)
	}
	p.nodes = nodes
	p.list = make([]snode.Node, 0, len(nodes))
	for _, n := range nodes {
		p.list = append(p.list, n)
	}
	slices.SortFunc(p.list, func(a, b snode.Node) int { return bytes.Compare(a.Ed25519[:], b.Ed25519[:]) })
	for k, at := range p.dropped {
		if now.Sub(at) >= quarantine {
			delete(p.dropped, k)
		} else if _, ok := nodes[k]; ok {
			p.strikes[k] = maxStrikes - 1
		}
	}
	for k := range p.strikes {
		if _, ok := nodes[k]; !ok {
			delete(p.strikes, k)
		}
	}
	p.fetched = now
}

// lean keeps of a node what paths and destinations need.
func lean(n snode.Node) snode.Node {
	return snode.Node{Ed25519: n.Ed25519, X25519: n.X25519, IP: n.IP, Port: n.Port, Swarm: snode.NoSwarm}
}

func (p *pool) remove(k key, now time.Time) {
	if i, ok := slices.BinarySearchFunc(p.list, k, func(n snode.Node, k key) int { return bytes.Compare(n.Ed25519[:], k[:]) }); ok {
		p.list = slices.Delete(p.list, i, i+1)
	}
	delete(p.nodes, k)
	delete(p.strikes, k)
	p.dropped[k] = now
}

// candidates are at most n of the nodes for which ok holds, chosen at random
// among those with the fewest failures.
func (p *pool) candidates(d dice, n int, ok func(*snode.Node) bool) []snode.Node {
	at := make([]int32, 0, len(p.list))
	for i := range p.list {
		if ok(&p.list[i]) {
			at = append(at, int32(i))
		}
	}
	shuffle(d, at)
	if len(p.strikes) > 0 {
		slices.SortStableFunc(at, func(a, b int32) int {
			return p.strikes[p.list[a].Ed25519] - p.strikes[p.list[b].Ed25519]
		})
	}
	out := make([]snode.Node, 0, min(n, len(at)))
	for _, i := range at[:min(n, len(at))] {
		out = append(out, p.list[i])
	}
	return out
}

// sameSubnet says whether two IPv4 addresses are of one /24 network.
func sameSubnet(a, b netip.Addr) bool {
	x, y := a.As4(), b.As4()
	return x[0] == y[0] && x[1] == y[1] && x[2] == y[2]
}
