package localnet

import (
	"encoding/binary"
	"fmt"
	"slices"

	"sotto/engine/protocol/snode"
)

// Which node is in which swarm is decided by the chain in the real network, and
// here by these few lines. Swarm ids are random 64-bit numbers.

// layOut distributes the nodes of a new network that have no swarm yet: as many
// swarms as can be filled, what is left over makes some of them larger.
func (st *state) layOut() {
	var free []*nodeState
	for i := range st.Nodes {
		if st.Nodes[i].Swarm == snode.NoSwarm {
			free = append(free, &st.Nodes[i])
		}
	}
	if len(free) == 0 {
		return
	}
	ids := make([]uint64, max(1, len(free)/st.SwarmSize))
	for i := range ids {
		ids[i] = st.newSwarmID()
		free[i].Swarm = ids[i]
	}
	for i, n := range free {
		n.Swarm = ids[i%len(ids)]
	}
}

// join places a new node: into the smallest swarm, unless there are now enough
// nodes for one swarm more. That one takes the newest nodes of those that are
// over their size.
func (st *state) join(n nodeState) {
	sizes := make(map[uint64]int)
	var ids []uint64
	for _, other := range st.Nodes {
		if sizes[other.Swarm]++; sizes[other.Swarm] == 1 {
			ids = append(ids, other.Swarm)
		}
	}
	slices.SortStableFunc(ids, func(a, b uint64) int { return sizes[a] - sizes[b] })
	if len(ids) > 0 && len(st.Nodes)+1 < (len(ids)+1)*st.SwarmSize {
		n.Swarm = ids[0]
		st.Nodes = append(st.Nodes, n)
		return
	}
	n.Swarm = st.newSwarmID()
	missing := st.SwarmSize - 1
	for i := len(st.Nodes) - 1; i >= 0 && missing > 0; i-- {
		if other := &st.Nodes[i]; sizes[other.Swarm] > st.SwarmSize {
			sizes[other.Swarm]--
			other.Swarm = n.Swarm
			missing--
		}
	}
	st.Nodes = append(st.Nodes, n)
}

// newSwarmID derives an id that is not in use.
func (st *state) newSwarmID() uint64 {
	for i := 0; ; i++ {
		key := derive(st.Master, fmt.Sprintf("swarm %d %d", st.NextNode, i))
		id := binary.BigEndian.Uint64(key[:])
		used := slices.ContainsFunc(st.Nodes, func(n nodeState) bool { return n.Swarm == id })
		if id != snode.NoSwarm && !used {
			return id
		}
	}
}
