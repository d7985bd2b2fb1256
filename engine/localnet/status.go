package localnet

import (
	"encoding/hex"
	"slices"

	"sotto/engine/localnet/communityserver"
	"sotto/engine/protocol/snode"
)

// State is what goes on in the network.
type State struct {
	Now           int64        `json:"now_ms"`
	ClockOffsetMS int64        `json:"clock_offset_ms"`
	Height        int64        `json:"height"`
	Nodes         []NodeStatus `json:"nodes"`
	Swarms        []SwarmState `json:"swarms"`
	// Requests of all nodes by method; requests of a batch are counted besides
	// the batch. Hops are onion requests by what the node did with them.
	Requests   map[string]int64 `json:"requests"`
	Hops       map[string]int64 `json:"hops"`
	FileServer ServerState      `json:"file_server"`
	Community  CommunityState   `json:"community"`
	Seed       ServerState      `json:"seed"`
}

// NodeStatus is one running node. One that has left is not Listed.
type NodeStatus struct {
	Index    int              `json:"index"`
	Ed25519  string           `json:"ed25519"`
	Swarm    string           `json:"swarm"`
	Listed   bool             `json:"listed"`
	Messages int              `json:"messages"`
	Requests map[string]int64 `json:"requests"`
	Hops     map[string]int64 `json:"hops"`
	Faults   Faults           `json:"faults"`
}

// SwarmState counts the messages that a swarm has: the most that one of its
// members has.
type SwarmState struct {
	Swarm    string `json:"swarm"`
	Nodes    []int  `json:"nodes"`
	Messages int    `json:"messages"`
}

// ServerState is a server that is not a node.
type ServerState struct {
	Files    int              `json:"files,omitempty"`
	Requests map[string]int64 `json:"requests"`
	Faults   Faults           `json:"faults"`
}

// CommunityState is the community server; requests are by the first element of
// their path, so that a poll of all rooms is one "batch".
type CommunityState struct {
	communityserver.Counts
	Requests map[string]int64 `json:"requests"`
	Faults   Faults           `json:"faults"`
}

// State counts.
func (n *Network) State() (State, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return State{}, ErrClosed
	}
	s := State{
		Now:           n.time.now(),
		ClockOffsetMS: n.time.offset.Load(),
		Height:        n.height(),
		Swarms:        []SwarmState{},
		Requests:      map[string]int64{},
		Hops:          map[string]int64{},
		FileServer:    ServerState{Requests: n.fileRequests.all(), Faults: *n.fileServer.gate.faults.Load()},
		Seed:          ServerState{Requests: n.seedRequests.all(), Faults: *n.seed.gate.faults.Load()},
	}
	var err error
	if s.FileServer.Files, err = n.files.Count(); err != nil {
		return State{}, err
	}
	s.Community = CommunityState{Requests: n.communityRequests.all(), Faults: *n.communityHTTP.gate.faults.Load()}
	if s.Community.Counts, err = n.community.Count(); err != nil {
		return State{}, err
	}
	list := n.roster.Load()
	for _, id := range list.swarms {
		s.Swarms = append(s.Swarms, SwarmState{Swarm: snode.FormatSwarm(id), Nodes: []int{}})
	}
	for _, node := range n.nodes {
		ns := NodeStatus{
			Index:    node.index,
			Ed25519:  hex.EncodeToString(node.key[:]),
			Requests: node.requests.all(),
			Hops:     node.hops.all(),
			Faults:   *node.gate.faults.Load(),
		}
		if ns.Messages, err = node.db.Load().Count(); err != nil {
			return State{}, err
		}
		if swarm := list.swarmByKey(node.key); swarm != snode.NoSwarm {
			ns.Listed, ns.Swarm = true, snode.FormatSwarm(swarm)
			i, _ := slices.BinarySearch(list.swarms, swarm)
			s.Swarms[i].Nodes = append(s.Swarms[i].Nodes, node.index)
			s.Swarms[i].Messages = max(s.Swarms[i].Messages, ns.Messages)
		}
		for name, count := range ns.Requests {
			s.Requests[name] += count
		}
		for name, count := range ns.Hops {
			s.Hops[name] += count
		}
		s.Nodes = append(s.Nodes, ns)
	}
	return s, nil
}
