package localnet

import (
	"crypto/rand"
	"errors"
	"net/http"

	"sotto/engine/protocol/onion"
)

// answerFiles is the HTTP face of the file server: v4 requests alone, as the
// last hop of an onion request posts them.
func (n *Network) answerFiles(r *http.Request) reply {
	if r.URL.Path != onion.DefaultTarget || r.Method != http.MethodPost {
		return notFound(r)
	}
	body, bad, ok := readBody(r, onion.MaxRequest)
	if !ok {
		return bad
	}
	call, err := onion.PeelServer(body, n.fileKey)
	var refused *onion.PeelError
	var answer onion.V4Response
	switch {
	case errors.As(err, &refused):
		return text(refused.Status, refused.Text)
	case err != nil:
		answer = onion.V4Response{
			Code:    http.StatusBadRequest,
			Headers: []onion.Header{{Name: "content-type", Value: "application/json"}},
			Body:    []byte(`{"status_code":400}`),
		}
	default:
		n.fileRequests.add(call.Request.Method)
		answer = n.files.Serve(call.Request)
	}
	defer call.Reply.Zero()
	sealed, err := call.Reply.SealServer(rand.Reader, answer)
	if err != nil {
		return text(http.StatusInternalServerError, "request failed")
	}
	return reply{status: http.StatusOK, contentType: typeBinary, body: sealed}
}
