package onion

import "encoding/base64"

// ServerCall is an onion request as a web server finds it in the body of a POST
// to /oxen/v4/lsrpc.
type ServerCall struct {
	Request V4Request
	Reply   *Reply
}

// PeelServer opens the body that the last hop posted: the whole frame that the
// hop decrypted, whose control also holds the hop's own keys (host, target).
// The error is a *PeelError when the body does not open, else ErrV4Format with
// a call whose Reply can still tell the client.
func PeelServer(body []byte, key *NodeKey) (*ServerCall, error) {
	ciphertext, head, err := parseOuter(body)
	if err != nil {
		return nil, err
	}
	plain, cipher, err := openLayer(ciphertext, head, key)
	if err != nil {
		return nil, err
	}
	call := &ServerCall{Reply: &Reply{cipher: cipher}}
	call.Request, err = DecodeV4Request(plain)
	return call, err
}

func encodeBase64(b []byte) []byte {
	out := make([]byte, base64.StdEncoding.EncodedLen(len(b)))
	base64.StdEncoding.Encode(out, b)
	return out
}
