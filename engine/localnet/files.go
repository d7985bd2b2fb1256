package localnet

import (
	"net/http"

	"sotto/engine/protocol/onion"
)

// answerFiles is the HTTP face of the file server: v4 requests alone, as the
// last hop of an onion request posts them.
func (n *Network) answerFiles(r *http.Request) reply {
	malformed := onion.V4Response{
		Code:    http.StatusBadRequest,
		Headers: []onion.Header{{Name: "content-type", Value: "application/json"}},
		Body:    []byte(`{"status_code":400}`),
	}
	return answerV4(r, n.fileKey, malformed, func(q onion.V4Request) onion.V4Response {
		n.fileRequests.add(q.Method)
		return n.files.Serve(q)
	})
}
