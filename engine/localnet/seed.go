package localnet

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"net/http"

	"sotto/engine/protocol/snode"
)

// nodeList answers get_service_nodes and get_n_service_nodes: all listed nodes,
// or a random choice when there is a limit, with the fields asked for.
func (n *Network) nodeList(params []byte) ([]byte, error) {
	q, err := snode.ParseNodeQuery(orEmpty(params))
	if err != nil {
		return nil, refusal("Failed to parse parameters")
	}
	nodes := n.roster.Load().list()
	if q.Limit > 0 && q.Limit < len(nodes) {
		rand.Shuffle(len(nodes), func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
		nodes = nodes[:q.Limit]
	}
	return snode.EncodeNodeList(nodes, n.height(), q.Fields), nil
}

// maxSeedRequest is generous for two methods.
const maxSeedRequest = 1 << 20

// answerSeed is the seed: JSON-RPC 2.0 at /json_rpc (service-nodes.md §1).
func (n *Network) answerSeed(r *http.Request) reply {
	if r.URL.Path != "/json_rpc" || r.Method != http.MethodPost {
		return notFound(r)
	}
	body, bad, ok := readBody(r, maxSeedRequest)
	if !ok {
		return bad
	}
	var q struct {
		ID     json.RawMessage `json:"id"`
		Method *string         `json:"method"`
		Params json.RawMessage `json:"params"`
	}
	if err := json.Unmarshal(body, &q); err != nil {
		return seedError(nil, -32700, "Parse error")
	}
	if q.Method == nil {
		return seedError(q.ID, -32600, "Invalid Request")
	}
	n.seedRequests.add(*q.Method)
	if *q.Method != "get_n_service_nodes" && *q.Method != snode.EndpointServiceNodes {
		return seedError(q.ID, -32601, "Method not found")
	}
	if p := bytes.TrimSpace(q.Params); len(p) > 0 && p[0] != '{' {
		return seedError(q.ID, -32602, "Invalid params")
	}
	list, err := n.nodeList(q.Params)
	if err != nil {
		return seedError(q.ID, -32602, "Invalid params")
	}
	return document(http.StatusOK, snode.EncodeSeedAnswer(list, q.ID))
}

func seedError(id json.RawMessage, code int, message string) reply {
	if id == nil {
		id = json.RawMessage(`"0"`)
	}
	doc, err := json.Marshal(map[string]any{
		"error":   map[string]any{"code": code, "message": message},
		"id":      id,
		"jsonrpc": "2.0",
	})
	if err != nil {
		return text(http.StatusInternalServerError, "Internal error")
	}
	return document(http.StatusOK, doc)
}
