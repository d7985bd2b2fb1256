package onion

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
)

// Answer is what the destination (or, refusing, a hop) answered.
type Answer struct {
	// Status is the real result: the RPC status of a node, the v4 code of a
	// server. An HTTP status of 200 from the guard says nothing about it.
	Status int
	// Body is a node's JSON document or error text, or a server's body.
	Body []byte
	// Headers are a server's, names in lower case; nil from a node.
	Headers []Header
	// RefusedBy is 0 when the destination answered, else the number of the hop
	// (1 is the guard) that could decrypt its layer and refused it.
	RefusedBy int
}

// OpenAnswer opens the body that came with HTTP status 200. A node's answer is
// base64 (or raw, when Binary was asked) of {"status":…,"body":…} with the body
// mostly JSON inside a string; a server's is raw v4 (onion-requests.md §7).
func (r *Request) OpenAnswer(body []byte) (*Answer, error) {
	if r.server {
		if plain, err := r.openWith(0, body); err == nil {
			resp, err := DecodeV4Response(plain)
			if err != nil {
				return nil, fmt.Errorf("%w: %w", ErrAnswerFormat, err)
			}
			return &Answer{Status: resp.Code, Headers: resp.Headers, Body: resp.Body}, nil
		}
		return r.openRefusal(body)
	}
	sealed, room := body, []byte(nil)
	if !r.binary {
		var err error
		if sealed, err = decodeBase64(body); err != nil {
			return nil, ErrAnswerDoesNotOpen
		}
		room = sealed // ours: decrypt in place
	}
	plain, err := r.openInto(room, 0, sealed)
	if err != nil {
		return r.openRefusal(body)
	}
	return parseNodeAnswer(plain)
}

func (r *Request) openWith(layer int, sealed []byte) ([]byte, error) {
	return r.openInto(nil, layer, sealed)
}

// openInto decrypts with the key of a layer. room is nil or sealed itself.
func (r *Request) openInto(room []byte, layer int, sealed []byte) ([]byte, error) {
	if layer >= len(r.ciphers) {
		return nil, errCiphertext
	}
	c := &r.ciphers[layer]
	if n := c.nonceSize(); len(room) > n {
		return c.open(room[n:n], sealed)
	}
	return c.open(make([]byte, 0, len(sealed)), sealed)
}

// openRefusal tries the keys of the hops: a hop that cannot act on its layer
// ("Invalid url") answers with its own key, in base64.
func (r *Request) openRefusal(body []byte) (*Answer, error) {
	// Refusals are short sentences; do not try four keys on megabytes.
	const limit = 64 << 10
	if len(body) > limit {
		return nil, ErrAnswerDoesNotOpen
	}
	forms := [][]byte{body}
	if sealed, err := decodeBase64(body); err == nil {
		forms = [][]byte{sealed, body}
	}
	for i := 1; i < len(r.ciphers); i++ {
		if r.ciphers[i].scheme == AESCBC {
			continue // opens one random text in 256: proves nothing
		}
		for _, sealed := range forms {
			plain, err := r.openWith(i, sealed)
			if err != nil {
				continue
			}
			a, err := parseNodeAnswer(plain)
			if err != nil {
				return nil, err
			}
			a.RefusedBy = len(r.ciphers) - i
			return a, nil
		}
	}
	return nil, ErrAnswerDoesNotOpen
}

// decodeBase64 takes the text of an answer. Very old services wrap it as
// {"result":"<base64>"}.
func decodeBase64(body []byte) ([]byte, error) {
	body = bytes.TrimSpace(body)
	if len(body) > 0 && body[0] == '{' {
		var wrapped struct{ Result string }
		if err := json.Unmarshal(body, &wrapped); err != nil {
			return nil, err
		}
		body = []byte(wrapped.Result)
	}
	body = bytes.TrimRight(body, "=")
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(body)))
	n, err := base64.RawStdEncoding.Decode(out, body)
	if err != nil {
		return nil, err
	}
	return out[:n], nil
}

// parseNodeAnswer reads {"status":int,"body":string|object}, and takes over and
// spoils plain. It only finds the ends of the two values: an embedded document
// is judged by its own decoder.
func parseNodeAnswer(plain []byte) (*Answer, error) {
	a := &Answer{}
	var haveStatus bool
	err := topLevel(plain, func(key string, raw []byte) (err error) {
		switch key {
		case "status", "status_code":
			a.Status, err = strconv.Atoi(string(raw))
			haveStatus = err == nil
		case "body", "result":
			if len(raw) > 0 && raw[0] == '"' {
				a.Body, err = unquoteInto(raw[:0], raw)
			} else {
				a.Body = raw
			}
		}
		return err
	})
	if err != nil || !haveStatus {
		return nil, ErrAnswerFormat
	}
	return a, nil
}

// AppendNodeAnswer appends the plaintext of a node's answer: {"body":…,"status":n}.
// document says that body is a JSON document, which goes in as it is when the
// client asked for JSON and as a string otherwise.
func AppendNodeAnswer(dst []byte, status int, body []byte, embed bool) []byte {
	dst = append(dst, `{"body":`...)
	if embed {
		dst = append(dst, body...)
	} else {
		dst = appendString(dst, body)
	}
	dst = append(dst, `,"status":`...)
	dst = strconv.AppendInt(dst, int64(status), 10)
	return append(dst, '}')
}
