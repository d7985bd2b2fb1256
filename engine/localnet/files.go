package localnet

import (
	"net/http"

	"sotto/engine/protocol/attach"
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
		return n.spoil(q, n.files.Serve(q))
	})
}

// spoil applies the faults that only a server of files can have: the answer is
// sealed as it should be, and what is in it is wrong.
func (n *Network) spoil(q onion.V4Request, a onion.V4Response) onion.V4Response {
	call, err := attach.ParseCall(q)
	if err != nil || call.Kind != attach.CallDownload || a.Code != http.StatusOK {
		return a
	}
	g := n.fileServer.gate
	f := g.faults.Load()
	if g.chance(f.Swap) {
		if other, ok := n.files.Other(call.ID); ok {
			a.Body = other
		}
	}
	if g.chance(f.Truncate) {
		a.Body = a.Body[:len(a.Body)/2]
	}
	return a
}
