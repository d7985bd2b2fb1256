package localnet

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"sotto/engine/protocol/snode"
)

// Join adds nodes to the list. They have keys of their own and an empty
// database; the members of their swarms push what belongs there, within a
// moment.
func (n *Network) Join(count int) ([]NodeInfo, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return nil, ErrClosed
	}
	if count < 1 || len(n.state.Nodes)+count > MaxNodes {
		return nil, fmt.Errorf("%w: %d more nodes", ErrOptions, count)
	}
	before := slices.Clone(n.state.Nodes)
	var joined []int
	for range count {
		st := nodeState{Index: n.state.NextNode, Swarm: snode.NoSwarm}
		if err := n.startNode(&st); err != nil {
			n.state.Nodes = before
			return nil, err
		}
		n.state.NextNode++
		n.state.join(st)
		joined = append(joined, st.Index)
	}
	if err := n.commit(); err != nil {
		return nil, err
	}
	var infos []NodeInfo
	for _, m := range n.roster.Load().nodes {
		if slices.Contains(joined, m.index) {
			infos = append(infos, m.info())
		}
	}
	return infos, nil
}

// Leave takes nodes from the list. They still run, as nodes do that lost their
// stake, and answer that they are in no swarm; when the network starts again
// they are gone.
func (n *Network) Leave(indices ...int) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, err := n.listed(indices); err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(n.state.Nodes), func(st nodeState) bool {
		return slices.Contains(indices, st.Index)
	})
	if len(left) == 0 {
		return ErrLastNode
	}
	n.state.Nodes = left
	return n.commit()
}

// commit saves and publishes a changed list.
func (n *Network) commit() error {
	if err := saveState(n.db, n.state); err != nil {
		return err
	}
	n.publish()
	return n.writeFile()
}

// Restart kills nodes and starts them again on their ports. What was stored
// elsewhere meanwhile they do not fetch.
func (n *Network) Restart(indices ...int) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	nodes, err := n.listed(indices)
	if err != nil {
		return err
	}
	for _, node := range nodes {
		node.stop()
		err := errors.Join(node.db.Load().Close(), node.openDB())
		if err == nil && !node.gate.faults.Load().Dead {
			err = node.start(nil)
		}
		if err != nil {
			return fmt.Errorf("restart node %d: %w", node.index, err)
		}
	}
	return nil
}

// listed finds listed nodes by index; mu is held.
func (n *Network) listed(indices []int) ([]*node, error) {
	if n.closed {
		return nil, ErrClosed
	}
	var nodes []*node
	for _, i := range indices {
		if !slices.ContainsFunc(n.state.Nodes, func(st nodeState) bool { return st.Index == i }) {
			return nil, fmt.Errorf("%w: %d", ErrNoNode, i)
		}
		nodes = append(nodes, n.nodeAt(i))
	}
	return nodes, nil
}

// Target is a server that can have faults besides the nodes.
type Target string

// The targets of SetServerFaults.
const (
	TargetFileServer Target = "file_server"
	TargetCommunity  Target = "community"
	TargetSeed       Target = "seed"
)

// SetFaults gives nodes these faults in place of those they have; the zero
// value clears. No index at all means every listed node.
func (n *Network) SetFaults(f Faults, indices ...int) error {
	if err := f.check(); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(indices) == 0 {
		for _, st := range n.state.Nodes {
			indices = append(indices, st.Index)
		}
	}
	nodes, err := n.listed(indices)
	if err != nil {
		return err
	}
	for _, node := range nodes {
		if err := setFaults(f, node.gate, node.endpoint); err != nil {
			return fmt.Errorf("node %d: %w", node.index, err)
		}
	}
	return nil
}

// SetServerFaults is SetFaults for a server.
func (n *Network) SetServerFaults(target Target, f Faults) error {
	if err := f.check(); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case n.closed:
		return ErrClosed
	case target == TargetFileServer:
		return setFaults(f, n.fileServer.gate, n.fileServer)
	case target == TargetCommunity:
		return setFaults(f, n.communityHTTP.gate, n.communityHTTP)
	case target == TargetSeed:
		return setFaults(f, n.seed.gate, n.seed, n.seedHTTP)
	}
	return fmt.Errorf("%w: no target %q", ErrFault, string(target))
}

// setFaults applies faults to a gate and the ports behind it.
func setFaults(f Faults, g *gate, endpoints ...*endpoint) error {
	g.faults.Store(&f)
	for _, e := range endpoints {
		if f.Dead {
			e.stop()
		} else if err := e.start(nil); err != nil {
			return err
		}
	}
	return nil
}

// AdvanceClock moves the time of the whole network. What has ended by then is
// gone when it returns.
func (n *Network) AdvanceClock(d time.Duration) error {
	n.mu.Lock()
	if n.closed {
		n.mu.Unlock()
		return ErrClosed
	}
	n.state.OffsetMS += d.Milliseconds()
	err := saveState(n.db, n.state)
	if err == nil {
		n.time.offset.Store(n.state.OffsetMS)
	} else {
		n.state.OffsetMS = n.time.offset.Load()
	}
	n.mu.Unlock()
	if err == nil {
		n.sweep()
	}
	return err
}

// Now is the time of the network in milliseconds.
func (n *Network) Now() int64 { return n.time.now() }

// SetRelease lets the file server tell of a newer version (package release).
func (n *Network) SetRelease(answer []byte) error { return n.files.SetRelease(answer) }
