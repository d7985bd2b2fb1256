package localnet

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

// RegisterONS gives id a name. An existing name moves to the new id.
func (n *Network) RegisterONS(name string, id identity.ID) error {
	parsed, err := identity.ParseONSName(name)
	if err != nil {
		return err
	}
	var nonce [identity.ONSNonceSize]byte
	if _, err := rand.Read(nonce[:]); err != nil {
		return err
	}
	entry := nameState{Hash: parsed.HashBase64(), Value: parsed.Seal(id, nonce), Nonce: nonce[:]}
	n.mu.Lock()
	defer n.mu.Unlock()
	names := make([]nameState, 0, len(n.state.Names)+1)
	for _, other := range n.state.Names {
		if other.Hash != entry.Hash {
			names = append(names, other)
		}
	}
	n.state.Names = append(names, entry)
	n.publishNames()
	return saveState(n.db, n.state)
}

// publishNames makes the names of state those that nodes answer with. Requests
// never wait for n.mu, because whoever stops a node holds it.
func (n *Network) publishNames() {
	names := make(map[string]nameState, len(n.state.Names))
	for _, entry := range n.state.Names {
		names[entry.Hash] = entry
	}
	n.names.Store(&names)
}

func (n *Network) lookUp(hash []byte) (nameState, bool) {
	entry, found := (*n.names.Load())[base64.StdEncoding.EncodeToString(hash)]
	return entry, found
}

// refusal is what the chain's daemon says, word by word.
type refusal string

func (r refusal) Error() string { return string(r) }

// oxend answers for the chain behind the node. A refusal is 400 with the
// daemon's words.
func (n *node) oxend(r *snode.OxendRequest) func() snode.SubAnswer {
	var result []byte
	var err error
	switch r.Endpoint {
	case snode.EndpointServiceNodes:
		result, err = n.net.nodeList(r.Params)
	case snode.EndpointONS:
		result, err = n.net.resolve(r.Params)
	}
	if err != nil {
		return done(0, nil, &snode.RPCError{Status: snode.StatusBadRequest, Text: err.Error()})
	}
	a := snode.OxendAnswer{Result: result, Stamp: n.stamp()}
	return done(snode.StatusOK, a.Encode(), nil)
}

// resolve answers ons_resolve.
func (n *Network) resolve(params []byte) ([]byte, error) {
	var q struct {
		Type *int    `json:"type"`
		Hash *string `json:"name_hash"`
	}
	if err := json.Unmarshal(orEmpty(params), &q); err != nil {
		return nil, refusal("Unable to resolve ONS address: invalid parameters")
	}
	switch {
	case q.Type == nil || *q.Type < 0:
		return nil, refusal("Unable to resolve ONS address: 'type' parameter not specified")
	case *q.Type != 0: // only Session names exist here
		return nil, refusal(fmt.Sprintf("Invalid lokinet type %d", *q.Type))
	case q.Hash == nil:
		return nil, refusal("Unable to resolve ONS address: 'name_hash' parameter not specified")
	}
	hash, err := parseNameHash(*q.Hash)
	if err != nil {
		return nil, err
	}
	entry, found := n.lookUp(hash)
	if !found {
		return []byte("{}"), nil
	}
	return json.Marshal(map[string]string{
		"encrypted_value": hex.EncodeToString(entry.Value),
		"nonce":           hex.EncodeToString(entry.Nonce),
	})
}

// parseNameHash reads 32 bytes as hex or as base64 with or without padding.
func parseNameHash(s string) ([]byte, error) {
	bad := refusal(fmt.Sprintf("Unable to resolve ONS address: invalid 'name_hash' value '%.80s'", s))
	var hash []byte
	var err error
	switch len(s) {
	case 64:
		hash, err = hex.DecodeString(s)
	case 44:
		hash, err = base64.StdEncoding.DecodeString(s)
	case 43:
		hash, err = base64.RawStdEncoding.DecodeString(s)
	}
	if err != nil || len(hash) != 32 {
		return nil, bad
	}
	return hash, nil
}

func orEmpty(params []byte) []byte {
	if len(params) == 0 {
		return []byte("{}")
	}
	return params
}
