package onion

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// Header is one HTTP header of a v4 request or response.
type Header struct{ Name, Value string }

// V4Request is a request to a server, as it travels inside the onion
// (onion-requests.md §6).
type V4Request struct {
	Method   string // GET, POST, PUT, DELETE
	Endpoint string // begins with '/', carries the query string
	Headers  []Header
	// Body is sent when it is not nil. There is no default content type: give
	// Content-Type with a body.
	Body []byte
}

// V4Response is a server's answer.
type V4Response struct {
	Code    int
	Headers []Header // names in lower case
	Body    []byte
}

// Header returns the value of the named header, whatever its case, or "".
func (r V4Request) Header(name string) string { return findHeader(r.Headers, name) }

// Header returns the value of the named header, whatever its case, or "".
func (r V4Response) Header(name string) string { return findHeader(r.Headers, name) }

// Header returns the value of a server's header, whatever its case, or "".
func (a *Answer) Header(name string) string { return findHeader(a.Headers, name) }

func findHeader(hs []Header, name string) string {
	for _, h := range hs {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// EncodeV4Request returns l<len>:<JSON>[<len>:<body>]e with
// JSON = {"method":…,"endpoint":…,"headers":{…}}, headers in the given order.
func EncodeV4Request(r V4Request) []byte {
	j := append(make([]byte, 0, 64+len(r.Endpoint)), `{"method":`...)
	j = appendString(j, r.Method)
	j = append(j, `,"endpoint":`...)
	j = appendString(j, r.Endpoint)
	j = append(j, `,"headers":`...)
	j = appendHeaders(j, r.Headers)
	return encodeV4(append(j, '}'), r.Body, r.Body != nil)
}

// EncodeV4Response returns l<len>:{"code":…,"headers":{…}}<len>:<body>e; the
// body is always there, maybe empty.
func EncodeV4Response(r V4Response) []byte {
	j := append(make([]byte, 0, 96), `{"code":`...)
	j = strconv.AppendInt(j, int64(r.Code), 10)
	j = append(j, `,"headers":`...)
	j = appendHeaders(j, r.Headers)
	return encodeV4(append(j, '}'), r.Body, true)
}

func appendHeaders(dst []byte, hs []Header) []byte {
	dst = append(dst, '{')
	for i, h := range hs {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, h.Name)
		dst = append(dst, ':')
		dst = appendString(dst, h.Value)
	}
	return append(dst, '}')
}

func encodeV4(head, body []byte, withBody bool) []byte {
	dst := append(make([]byte, 0, len(head)+len(body)+24), 'l')
	dst = strconv.AppendInt(dst, int64(len(head)), 10)
	dst = append(append(dst, ':'), head...)
	if withBody {
		dst = strconv.AppendInt(dst, int64(len(body)), 10)
		dst = append(append(dst, ':'), body...)
	}
	return append(dst, 'e')
}

// DecodeV4Request reads a request. Body points into p. Header values that are
// numbers or booleans become their text, as servers take them.
func DecodeV4Request(p []byte) (V4Request, error) {
	var r V4Request
	head, body, has, err := decodeV4(p)
	if err != nil {
		return r, err
	}
	var j struct {
		Method   *string
		Endpoint *string
		Headers  json.RawMessage
	}
	if err := json.Unmarshal(head, &j); err != nil {
		return r, fmt.Errorf("%w: %w", ErrV4Format, err)
	}
	if j.Method == nil || j.Endpoint == nil || !strings.HasPrefix(*j.Endpoint, "/") {
		return r, fmt.Errorf("%w: method or endpoint missing", ErrV4Format)
	}
	r.Method, r.Endpoint = *j.Method, *j.Endpoint
	if r.Headers, err = decodeHeaders(j.Headers); err != nil {
		return r, err
	}
	if has {
		r.Body = body
	}
	return r, nil
}

// DecodeV4Response reads a response. Body points into p.
func DecodeV4Response(p []byte) (V4Response, error) {
	var r V4Response
	head, body, _, err := decodeV4(p)
	if err != nil {
		return r, err
	}
	var j struct {
		Code    *int
		Headers json.RawMessage
	}
	if err := json.Unmarshal(head, &j); err != nil {
		return r, fmt.Errorf("%w: %w", ErrV4Format, err)
	}
	if j.Code == nil {
		return r, fmt.Errorf("%w: code missing", ErrV4Format)
	}
	r.Code, r.Body = *j.Code, body
	if r.Headers, err = decodeHeaders(j.Headers); err != nil {
		return r, err
	}
	for i := range r.Headers {
		r.Headers[i].Name = strings.ToLower(r.Headers[i].Name)
	}
	return r, nil
}

// decodeHeaders keeps the order of the document.
func decodeHeaders(raw json.RawMessage) ([]Header, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	var hs []Header
	err := topLevel(raw, func(name string, value []byte) error {
		h := Header{Name: name}
		switch value[0] {
		case '"':
			text, err := unquote(value)
			if err != nil {
				return err
			}
			h.Value = string(text)
		case '{', '[':
			return fmt.Errorf("header %q is no text", name)
		case 'n': // null: as if it were not there
			return nil
		default:
			h.Value = string(value)
		}
		hs = append(hs, h)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrV4Format, err)
	}
	return hs, nil
}

// decodeV4 takes the list of one or two byte strings apart, strictly.
func decodeV4(p []byte) (head, body []byte, hasBody bool, err error) {
	if len(p) < 2 || p[0] != 'l' || p[len(p)-1] != 'e' {
		return nil, nil, false, ErrV4Format
	}
	rest := p[1 : len(p)-1]
	if head, rest, err = bencodedString(rest); err != nil {
		return nil, nil, false, err
	}
	if len(rest) == 0 {
		return head, nil, false, nil
	}
	if body, rest, err = bencodedString(rest); err != nil {
		return nil, nil, false, err
	}
	if len(rest) != 0 {
		return nil, nil, false, ErrV4Format
	}
	return head, body, true, nil
}

func bencodedString(p []byte) (s, rest []byte, err error) {
	i := bytes.IndexByte(p[:min(len(p), 12)], ':')
	if i < 1 || (i > 1 && p[0] == '0') {
		return nil, nil, ErrV4Format
	}
	n := 0
	for _, c := range p[:i] {
		if c < '0' || c > '9' {
			return nil, nil, ErrV4Format
		}
		n = n*10 + int(c-'0')
	}
	if n > len(p)-i-1 {
		return nil, nil, ErrV4Format
	}
	return p[i+1 : i+1+n : i+1+n], p[i+1+n:], nil
}

// SortHeaders puts headers in the order of their names, for callers that hold
// them in a map.
func SortHeaders(hs []Header) {
	sort.Slice(hs, func(i, j int) bool { return hs[i].Name < hs[j].Name })
}
