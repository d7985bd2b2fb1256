package localnet

import (
	"net/netip"
	"slices"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

// hardFork and serverVersion are what official nodes of 2.8.0 tell.
var (
	hardFork      = snode.HardFork{19, 4}
	serverVersion = [3]int{2, 8, 0}
)

// member is a listed node as the others know it.
type member struct {
	snode.Node
	index int
}

// roster is the list of nodes at one moment, what a real node gets from the
// chain. It never changes; a new one takes its place.
type roster struct {
	nodes  []*member
	byKey  map[[32]byte]*member
	swarms []uint64 // ascending
	of     map[uint64][]*member
}

func newRoster(nodes []*member) *roster {
	r := &roster{nodes: nodes, byKey: make(map[[32]byte]*member), of: make(map[uint64][]*member)}
	for _, m := range nodes {
		r.byKey[m.Ed25519] = m
		if len(r.of[m.Swarm]) == 0 {
			r.swarms = append(r.swarms, m.Swarm)
		}
		r.of[m.Swarm] = append(r.of[m.Swarm], m)
	}
	slices.Sort(r.swarms)
	return r
}

func (r *roster) swarmOf(id identity.ID) uint64 { return snode.SwarmOf(id, r.swarms) }

// swarmByKey is the swarm of a node, NoSwarm when it is not listed.
func (r *roster) swarmByKey(key [32]byte) uint64 {
	if m := r.byKey[key]; m != nil {
		return m.Swarm
	}
	return snode.NoSwarm
}

// list is all nodes for the list of a seed.
func (r *roster) list() []snode.Node { return nodesOf(r.nodes) }

func nodesOf(members []*member) []snode.Node {
	list := make([]snode.Node, len(members))
	for i, m := range members {
		list[i] = m.Node
	}
	return list
}

// newMember describes a node to the others. QUIC is not served; its port is
// announced as the HTTPS one, because lists have no way to leave it out.
func newMember(ip netip.Addr, index int, port uint16, swarm uint64, k *nodeKeys) *member {
	return &member{index: index, Node: snode.Node{
		Ed25519:  k.public(),
		X25519:   k.onion.Public(),
		Legacy:   k.legacy,
		IP:       ip,
		Port:     port,
		QUICPort: port,
		Swarm:    swarm,
		Version:  serverVersion,
	}}
}
