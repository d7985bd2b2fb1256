package snode

import (
	"encoding/base64"
	"encoding/binary"
	"net/netip"
	"strconv"

	"sotto/engine/protocol/identity"
)

// DecodeSwarm reads the answer of get_swarm or the body of status 421. Entries
// that cannot be read are left out; see Node.Usable.
func DecodeSwarm(body []byte) (*SwarmAnswer, error) {
	a, c := &SwarmAnswer{Swarm: NoSwarm}, &cursor{b: body}
	seen := false
	c.keys(func(key []byte) {
		switch string(key) {
		case "snodes":
			seen = true
			c.items(func() {
				if len(a.Snodes) >= maxMembers {
					c.fail()
					return
				}
				if n, ok := c.node(); ok {
					a.Snodes = append(a.Snodes, n)
				}
			})
		case "swarm":
			if id, err := ParseSwarm(c.str()); err == nil {
				a.Swarm = id
			}
		default:
			c.stamp(key, &a.Stamp)
		}
	})
	if err := c.done(); err != nil || !seen {
		return nil, ErrAnswer
	}
	for i := range a.Snodes {
		a.Snodes[i].Swarm = a.Swarm
	}
	return a, nil
}

// maxNodes bounds a node list; the network has about two thousand.
const maxNodes = 100_000

// DecodeNodeList reads {"service_node_states":[…],…}: the result of
// get_service_nodes, or the whole answer of a seed with the list under
// "result". Unusable nodes are dropped. height is 0 when not told.
func DecodeNodeList(body []byte) (nodes []Node, height int64, err error) {
	c := &cursor{b: body}
	seen, inResult := false, false
	var read func(key []byte)
	read = func(key []byte) {
		switch string(key) {
		case "result":
			if inResult { // nothing that anybody sends, and a recursion
				c.fail()
				return
			}
			inResult = true
			c.keys(read)
			inResult = false
		case "service_node_states":
			seen = true
			c.items(func() {
				if len(nodes) >= maxNodes {
					c.fail()
					return
				}
				if n, ok := c.node(); ok && n.Usable() {
					nodes = append(nodes, n)
				}
			})
		case "height":
			height = c.int()
		}
	}
	c.keys(read)
	c.end()
	if c.bad || !seen {
		return nil, 0, ErrNodeList
	}
	return nodes, height, nil
}

// node reads an entry of any list. A value of the wrong kind spoils only its
// entry (ok is false).
func (c *cursor) node() (n Node, ok bool) {
	n.Swarm, ok = NoSwarm, true
	if c.peek() != '{' {
		c.skip()
		return n, false
	}
	c.keys(func(key []byte) {
		v := cursor{b: c.raw()}
		if c.bad || v.null() {
			return
		}
		switch string(key) {
		case "ip", "public_ip":
			addr, err := netip.ParseAddr(v.str())
			ok = ok && err == nil
			n.IP = addr
		case "port_https", "storage_port":
			n.Port = v.port()
		case "port":
			// The old string; port_https is the same number.
			if n.Port == 0 && v.peek() == '"' {
				p, err := strconv.ParseUint(v.str(), 10, 16)
				ok = ok && err == nil
				n.Port = uint16(p)
			}
		case "port_omq", "port_quic", "storage_lmq_port":
			n.QUICPort = v.port()
		case "pubkey_ed25519":
			n.Ed25519 = v.hex32()
		case "pubkey_x25519":
			n.X25519 = v.hex32()
		case "pubkey_legacy", "service_node_pubkey":
			n.Legacy = v.hex32()
		case "storage_server_version":
			v.ints(n.Version[:])
		case "requested_unlock_height":
			n.UnlockHeight = v.int()
		case "swarm_id":
			id, err := strconv.ParseUint(string(v.word()), 10, 64)
			if err == nil {
				n.Swarm = id
			}
		}
		ok = ok && !v.bad
	})
	return n, ok
}

func (c *cursor) port() uint16 {
	n := c.int()
	if n < 0 || n > 65535 {
		c.fail()
		return 0
	}
	return uint16(n)
}

// NodeFields are the fields of a node list that a client needs.
const NodeFields = `{"public_ip":true,"storage_port":true,"pubkey_x25519":true,"pubkey_ed25519":true,"requested_unlock_height":true,"height":true}`

// SeedRequest is the body that a seed's /json_rpc takes: all active nodes.
func SeedRequest() []byte {
	return []byte(`{"jsonrpc":"2.0","method":"get_n_service_nodes","params":{"active_only":true,"fields":` + NodeFields + `}}`)
}

// ServiceNodesRequest asks a node for the list: what seeds give, through an
// onion path.
func ServiceNodesRequest() *OxendRequest {
	return &OxendRequest{Endpoint: EndpointServiceNodes, Params: []byte(`{"active_only":true,"fields":` +
		`{"public_ip":true,"storage_port":true,"pubkey_x25519":true,"pubkey_ed25519":true,` +
		`"requested_unlock_height":true,"storage_server_version":true}}`)}
}

// NodeQuery is what was asked of a seed or daemon.
type NodeQuery struct {
	Method string // get_n_service_nodes or get_service_nodes; empty within oxend_request
	ID     []byte // JSON-RPC id as it stands, nil when missing
	Limit  int    // 0: all
	Fields []string
}

// ParseNodeQuery reads params of get_service_nodes, or the whole JSON-RPC
// request of a seed. fields may be an object or an array of names.
func ParseNodeQuery(body []byte) (NodeQuery, error) {
	q, c := NodeQuery{}, &cursor{b: body}
	fields := func() {
		if c.peek() == '[' {
			q.Fields = c.strs()
			return
		}
		c.keys(func(key []byte) {
			if on, _ := c.truth(); on && len(q.Fields) < 100 {
				q.Fields = append(q.Fields, string(key))
			}
		})
	}
	param := func(key []byte) {
		switch string(key) {
		case "limit", "n":
			q.Limit = int(min(max(c.int(), 0), maxNodes))
		case "fields":
			fields()
		}
	}
	c.keys(func(key []byte) {
		switch string(key) {
		case "method":
			q.Method = c.str()
		case "id":
			q.ID = c.raw()
		case "params":
			if !c.null() {
				c.keys(param)
			}
		default:
			param(key)
		}
	})
	c.end()
	if c.bad {
		return NodeQuery{}, ErrNodeList
	}
	return q, nil
}

// EncodeNodeList writes {"height":…,"service_node_states":[…],"status":"OK"}
// with the fields asked for (all known when none), keys sorted.
func EncodeNodeList(nodes []Node, height int64, fields []string) []byte {
	want := func(name string) bool {
		if len(fields) == 0 {
			return true
		}
		for _, f := range fields {
			if f == name || f == "all" {
				return true
			}
		}
		return false
	}
	o := open(make([]byte, 0, 64+300*len(nodes)))
	if want("height") {
		o.int("height", height)
	}
	o.key("service_node_states")
	o.b = append(o.b, '[')
	for i := range nodes {
		n := &nodes[i]
		if i > 0 {
			o.b = append(o.b, ',')
		}
		e := object{b: append(o.b, '{'), empty: true}
		if want("pubkey_ed25519") {
			e.hex("pubkey_ed25519", n.Ed25519[:])
		}
		if want("pubkey_x25519") {
			e.hex("pubkey_x25519", n.X25519[:])
		}
		if want("public_ip") {
			e.str("public_ip", n.ipText())
		}
		if want("requested_unlock_height") {
			e.int("requested_unlock_height", n.UnlockHeight)
		}
		if want("service_node_pubkey") {
			e.hex("service_node_pubkey", n.Legacy[:])
		}
		if want("storage_lmq_port") {
			e.int("storage_lmq_port", int64(n.QUICPort))
		}
		if want("storage_port") {
			e.int("storage_port", int64(n.Port))
		}
		if want("storage_server_version") {
			e.ints("storage_server_version", n.Version[:])
		}
		if want("swarm_id") {
			e.key("swarm_id")
			e.b = strconv.AppendUint(e.b, n.Swarm, 10)
		}
		o.b = e.close()
	}
	o.b = append(o.b, ']')
	o.str("status", "OK")
	return o.close()
}

// EncodeSeedAnswer wraps a node list as a seed's JSON-RPC answer. id is what
// the question had (nil: "0" as the daemon defaults to).
func EncodeSeedAnswer(list, id []byte) []byte {
	if id == nil {
		id = []byte(`"0"`)
	}
	o := open(nil)
	o.raw("id", id)
	o.str("jsonrpc", "2.0")
	o.raw("result", list)
	return o.close()
}

// activeNodeSize is the length of a record of active_nodes_bin: Ed25519 key 32,
// swarm id 8 (big-endian), IPv4 4, HTTPS port 2, OMQ/QUIC port 2, version 3.
const activeNodeSize = 51

// DecodeActiveNodes reads the records of active_nodes_bin, given as the base64
// text of the answer. X25519 keys are computed from the Ed25519 keys; records
// whose key has none are dropped.
func DecodeActiveNodes(text []byte) ([]Node, error) {
	b, ok := decodeBase64(text)
	if !ok || len(b)%activeNodeSize != 0 || len(b)/activeNodeSize > maxNodes {
		return nil, ErrNodeList
	}
	nodes := make([]Node, 0, len(b)/activeNodeSize)
	for ; len(b) > 0; b = b[activeNodeSize:] {
		n := Node{
			Ed25519:  [32]byte(b),
			Swarm:    binary.BigEndian.Uint64(b[32:]),
			IP:       netip.AddrFrom4([4]byte(b[40:])),
			Port:     binary.BigEndian.Uint16(b[44:]),
			QUICPort: binary.BigEndian.Uint16(b[46:]),
			Version:  [3]int{int(b[48]), int(b[49]), int(b[50])},
		}
		x, err := identity.X25519FromEd25519(n.Ed25519[:])
		if err != nil {
			continue
		}
		n.X25519 = x
		if n.Usable() {
			nodes = append(nodes, n)
		}
	}
	return nodes, nil
}

// EncodeActiveNodes writes the base64 text of active_nodes_bin.
func EncodeActiveNodes(nodes []Node) []byte {
	b := make([]byte, 0, activeNodeSize*len(nodes))
	for i := range nodes {
		n := &nodes[i]
		var ip [4]byte
		if n.IP.Is4() {
			ip = n.IP.As4()
		}
		b = append(b, n.Ed25519[:]...)
		b = binary.BigEndian.AppendUint64(b, n.Swarm)
		b = append(b, ip[:]...)
		b = binary.BigEndian.AppendUint16(b, n.Port)
		b = binary.BigEndian.AppendUint16(b, n.QUICPort)
		b = append(b, byte(n.Version[0]), byte(n.Version[1]), byte(n.Version[2]))
	}
	return base64.StdEncoding.AppendEncode(nil, b)
}
