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
	order   []key // sorted: choices depend on entropy only, not on map order
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
	p.order = p.order[:0]
	for k := range nodes {
		p.order = append(p.order, k)
	}
	slices.SortFunc(p.order, func(a, b key) int { return bytes.Compare(a[:], b[:]) })
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
	if i, ok := slices.BinarySearchFunc(p.order, k, func(a, b key) int { return bytes.Compare(a[:], b[:]) }); ok {
		p.order = slices.Delete(p.order, i, i+1)
	}
	delete(p.nodes, k)
	delete(p.strikes, k)
	p.dropped[k] = now
}

// candidates are the nodes for which ok holds, in random order, those without
// failures first.
func (p *pool) candidates(d dice, ok func(*snode.Node) bool) []snode.Node {
	var list []snode.Node
	for _, k := range p.order {
		if n := p.nodes[k]; ok(&n) {
			list = append(list, n)
		}
	}
	shuffle(d, list)
	slices.SortStableFunc(list, func(a, b snode.Node) int { return p.strikes[a.Ed25519] - p.strikes[b.Ed25519] })
	return list
}

// subnet is the /24 network of a node.
func subnet(ip netip.Addr) netip.Prefix {
	p, err := ip.Prefix(24)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
