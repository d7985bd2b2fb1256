package community

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"sotto/engine/protocol/onion"
)

// Batch is several calls in one, answered in order. Only the batch is signed,
// its calls are the same caller's (protocol/communities.md §4).
type Batch struct {
	// Sequence stops after the first call that does not succeed.
	Sequence bool
	Calls    []Call
}

// NewBatch writes requests into a batch.
func NewBatch(requests ...Request) (Batch, error) {
	var b Batch
	for _, r := range requests {
		c, err := r.call()
		if err != nil {
			return Batch{}, err
		}
		b.Calls = append(b.Calls, c)
	}
	return b, nil
}

// NewSequence is NewBatch for calls that depend on the success of those before.
func NewSequence(requests ...Request) (Batch, error) {
	b, err := NewBatch(requests...)
	b.Sequence = true
	return b, err
}

type partJSON struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers,omitempty"`
	JSON    json.RawMessage   `json:"json,omitempty"`
	Base64  *string           `json:"b64,omitempty"`
	Bytes   *string           `json:"bytes,omitempty"`
}

func (b Batch) call() (Call, error) {
	if len(b.Calls) == 0 || len(b.Calls) > MaxBatch {
		return Call{}, fmt.Errorf("%w: batch of %d calls", ErrRequest, len(b.Calls))
	}
	parts := make([]partJSON, 0, len(b.Calls))
	for _, c := range b.Calls {
		p := partJSON{Method: c.Method, Path: c.Path}
		if c.Body != nil {
			if c.hasType(typeJSON) {
				p.JSON = c.Body
			} else {
				s := encodeBase64(c.Body)
				p.Base64 = &s
			}
		}
		for _, h := range c.Headers {
			// The content type follows from the kind of body.
			if !strings.EqualFold(h.Name, "Content-Type") {
				if p.Headers == nil {
					p.Headers = map[string]string{}
				}
				p.Headers[h.Name] = h.Value
			}
		}
		parts = append(parts, p)
	}
	path := "/batch"
	if b.Sequence {
		path = "/sequence"
	}
	return newPath(path).json(methodPost, parts)
}

// parseBatch reads the calls. Any malformed element refuses them all.
func parseBatch(c Call) (Batch, bool) {
	b := Batch{Sequence: strings.HasPrefix(c.Path, "/sequence")}
	if !c.hasType(typeJSON) {
		return b, false
	}
	err := elements(c.Body, func(raw json.RawMessage) error {
		if len(b.Calls) >= MaxBatch {
			return ErrTooMany
		}
		part, err := parsePart(raw)
		b.Calls = append(b.Calls, part)
		return err
	})
	return b, err == nil
}

func parsePart(raw json.RawMessage) (Call, error) {
	var p partJSON
	if err := json.Unmarshal(raw, &p); err != nil {
		return Call{}, err
	}
	c := Call{Method: p.Method, Path: p.Path}
	for name, value := range p.Headers {
		c.Headers = append(c.Headers, onion.Header{Name: name, Value: value})
	}
	onion.SortHeaders(c.Headers)
	bodies, kind := 0, typeBinary
	if p.JSON != nil {
		bodies, kind, c.Body = bodies+1, typeJSON, p.JSON
	}
	if p.Base64 != nil {
		b, err := decodeBase64(*p.Base64)
		if err != nil {
			return Call{}, err
		}
		bodies, c.Body = bodies+1, b
	}
	if p.Bytes != nil {
		bodies, c.Body = bodies+1, []byte(*p.Bytes)
	}
	want := 0
	switch p.Method {
	case methodPost, methodPut:
		want = 1
	case methodGet, methodDelete:
	default:
		return Call{}, ErrRequest
	}
	if bodies != want || !strings.HasPrefix(p.Path, "/") {
		return Call{}, ErrRequest
	}
	if bodies == 1 && c.Header("Content-Type") == "" {
		c.Headers = append(c.Headers, onion.Header{Name: "Content-Type", Value: kind})
	}
	return c, nil
}

type resultJSON struct {
	Code    int             `json:"code"`
	Headers json.RawMessage `json:"headers"`
	Body    json.RawMessage `json:"body"`
}

// EncodeBatchAnswer writes the answers of a batch: a body of type
// application/json as it is, any other in base64.
func EncodeBatchAnswer(list []onion.V4Response) ([]byte, error) {
	results := make([]resultJSON, 0, len(list))
	for _, a := range list {
		headers := map[string]string{}
		for _, h := range a.Headers {
			headers[strings.ToLower(h.Name)] = h.Value
		}
		doc, err := json.Marshal(headers)
		if err != nil {
			return nil, err
		}
		r := resultJSON{Code: a.Code, Headers: doc, Body: a.Body}
		if a.Header("content-type") != typeJSON {
			r.Body = json.RawMessage(`"` + base64.StdEncoding.EncodeToString(a.Body) + `"`)
		}
		results = append(results, r)
	}
	return json.Marshal(results)
}

// Decode reads the answers, each for the Decode method of its request. A batch
// has one for each call; a sequence may end early.
func (b Batch) Decode(a onion.V4Response) ([]onion.V4Response, error) {
	if err := success(a, MaxBatchAnswer); err != nil {
		return nil, err
	}
	var list []onion.V4Response
	err := elements(a.Body, func(raw json.RawMessage) error {
		if len(list) >= len(b.Calls) {
			return ErrTooMany
		}
		r, err := decodeResult(raw)
		list = append(list, r)
		return err
	})
	if err == nil && len(list) < len(b.Calls) && (!b.Sequence || len(list) == 0) {
		err = fmt.Errorf("%d answers to %d calls", len(list), len(b.Calls))
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	return list, nil
}

func decodeResult(raw json.RawMessage) (onion.V4Response, error) {
	var j resultJSON
	if err := json.Unmarshal(raw, &j); err != nil {
		return onion.V4Response{}, err
	}
	r := onion.V4Response{Code: j.Code}
	err := fields(j.Headers, func(name string, raw json.RawMessage) error {
		var value string
		if len(r.Headers) < 32 && json.Unmarshal(raw, &value) == nil {
			r.Headers = append(r.Headers, onion.Header{Name: strings.ToLower(name), Value: value})
		}
		return nil
	})
	if err != nil {
		return r, err
	}
	if r.Header("content-type") == typeJSON {
		r.Body = j.Body
		return r, nil
	}
	var s string
	if err := json.Unmarshal(j.Body, &s); err != nil {
		return r, err
	}
	r.Body, err = decodeBase64(s)
	return r, err
}
