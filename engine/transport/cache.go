package transport

import (
	"encoding/binary"
	"net/netip"
	"time"

	"sotto/engine/protocol/snode"
)

// Names in the Cache.
const (
	cacheNodes  = "nodes"
	cacheGuards = "guards"
)

// saveEvery is the least time between two writes of the node list.
const saveEvery = time.Minute

// A cached list is: version 1 (byte) ‖ time it was fetched (8 bytes,
// big-endian, ms) ‖ records of Ed25519 key 32 ‖ X25519 key 32 ‖ IPv4 4 ‖ port 2
// (big-endian).
const (
	listVersion = 1
	listHeader  = 9
	listRecord  = 70
)

func encodeList(nodes []snode.Node, fetched time.Time) []byte {
	b := make([]byte, 0, listHeader+len(nodes)*listRecord)
	b = append(b, listVersion)
	b = binary.BigEndian.AppendUint64(b, uint64(fetched.UnixMilli()))
	for i := range nodes {
		n := &nodes[i]
		b = append(b, n.Ed25519[:]...)
		b = append(b, n.X25519[:]...)
		ip := n.IP.As4() // acceptable nodes have IPv4 addresses
		b = append(b, ip[:]...)
		b = binary.BigEndian.AppendUint16(b, n.Port)
	}
	return b
}

// decodeList is the inverse of encodeList. What is not a list, and nodes that
// may not be used, are nothing: a cache is not worth an error.
func decodeList(net *Network, b []byte) (nodes []snode.Node, fetched time.Time) {
	if len(b) < listHeader || b[0] != listVersion || (len(b)-listHeader)%listRecord != 0 ||
		(len(b)-listHeader)/listRecord > maxPool {
		return nil, time.Time{}
	}
	fetched = time.UnixMilli(int64(binary.BigEndian.Uint64(b[1:])))
	for b = b[listHeader:]; len(b) > 0; b = b[listRecord:] {
		n := snode.Node{
			Ed25519: [32]byte(b),
			X25519:  [32]byte(b[32:]),
			IP:      netip.AddrFrom4([4]byte(b[64:])),
			Port:    binary.BigEndian.Uint16(b[68:]),
			Swarm:   snode.NoSwarm,
		}
		if acceptable(net, &n) {
			nodes = append(nodes, n)
		}
	}
	return nodes, fetched
}

// loadCache puts the nodes and guards of the last run into place.
func (c *Client) loadCache() {
	if c.cfg.Cache == nil {
		return
	}
	load := func(name string) []byte {
		b, err := c.cfg.Cache.Load(name)
		if err != nil {
			c.log.Warn("cache does not open", "name", name, "err", err)
			return nil
		}
		return b
	}
	nodes, fetched := decodeList(&c.cfg.Network, load(cacheNodes))
	guards, _ := decodeList(&c.cfg.Network, load(cacheGuards))
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(nodes) > 0 {
		c.k.pool.replace(nodes, fetched)
	}
	for i, used := 0, 0; i < len(guards) && used < slotCount; i++ {
		// Without a cached list the guards wait for one; replacePool then
		// sorts out those that are gone.
		if (len(nodes) == 0 || c.k.same(&guards[i])) && !c.k.onPath(guards[i].Ed25519, true, false, nobodys) {
			c.k.slots[used].guard, c.k.slots[used].hasGuard, c.k.slots[used].tested = guards[i], true, true
			used++
		}
	}
	c.settle()
}

// toSave takes what must be written; nil for what need not.
func (c *Client) toSave(now time.Time, force bool) (nodes, guards []byte) {
	k := c.k
	if k.savePool && (force || now.Sub(c.savedAt) >= saveEvery) {
		nodes = encodeList(k.pool.list, k.pool.fetched)
		k.savePool, c.savedAt = false, now
	}
	if k.saveGuards {
		var list []snode.Node
		for i := range k.slots {
			if s := &k.slots[i]; s.hasGuard && s.tested {
				list = append(list, s.guard)
			}
		}
		guards = encodeList(list, now)
		k.saveGuards = false
	}
	return nodes, guards
}

// save writes what has changed.
func (c *Client) save(nodes, guards []byte) {
	if c.cfg.Cache == nil {
		return
	}
	for name, data := range map[string][]byte{cacheNodes: nodes, cacheGuards: guards} {
		if data == nil {
			continue
		}
		if err := c.cfg.Cache.Save(name, data); err != nil {
			c.log.Warn("cache does not save", "name", name, "err", err)
		}
	}
}
