package community

import (
	"encoding/json"
	"fmt"
	"mime"
	"strconv"
	"strings"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// Call is a request of the API as it is written.
type Call struct {
	Method string
	// Path begins with '/' and carries the query. Emoji in it are raw UTF-8, as
	// they are inside onion requests.
	Path    string
	Headers []onion.Header // besides authentication
	Body    []byte         // nil: none
}

const (
	typeJSON   = "application/json"
	typeBinary = "application/octet-stream"
)

// Request is a call of the API; the structs of this package named after the
// calls are all there are. Each has a Decode method for its answer.
type Request interface {
	call() (Call, error)
}

// Encode writes a request. The error wraps ErrRequest: a field that no server
// accepts, such as a room token with a slash.
func Encode(r Request) (Call, error) { return r.call() }

// Sign makes the v4 request that travels in the onion. A nil key leaves it
// anonymous. The nonce must be new for every try, unix is network time in
// seconds.
func (c Call) Sign(k *Key, nonce [NonceSize]byte, unix int64) onion.V4Request {
	r := onion.V4Request{Method: c.Method, Endpoint: c.Path, Body: c.Body}
	if k != nil {
		r.Headers = k.AuthHeaders(nonce, unix, c.Method, c.Path, c.Body)
	}
	r.Headers = append(r.Headers, c.Headers...)
	return r
}

// CallOf is what a server finds in a v4 request.
func CallOf(r onion.V4Request) Call {
	return Call{Method: r.Method, Path: r.Endpoint, Headers: r.Headers, Body: r.Body}
}

// Header returns the value of the named header, whatever its case, or "".
func (c Call) Header(name string) string {
	return onion.V4Request{Headers: c.Headers}.Header(name)
}

// hasType reports whether the body is of a content type, parameters aside.
func (c Call) hasType(want string) bool {
	t, _, err := mime.ParseMediaType(c.Header("Content-Type"))
	return err == nil && t == want
}

func get(p *path) (Call, error) { return p.call(methodGet) }

// path builds the path of a call, and remembers the first field that does not
// fit into one.
type path struct {
	b     strings.Builder
	query bool
	err   error
}

func newPath(s string) *path {
	p := new(path)
	p.b.WriteString(s)
	return p
}

func inRoom(token string) *path {
	p := newPath("/room/")
	if !ValidToken(token) {
		p.fail("room token %q", token)
	}
	p.b.WriteString(token)
	return p
}

func (p *path) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("%w: %s", ErrRequest, fmt.Sprintf(format, args...))
	}
}

func (p *path) add(s string) *path {
	p.b.WriteByte('/')
	p.b.WriteString(s)
	return p
}

func (p *path) num(n int64) *path {
	if n < 0 {
		p.fail("number %d", n)
	}
	return p.add(strconv.FormatInt(n, 10))
}

func (p *path) user(id identity.ID) *path {
	if id.IsZero() {
		p.fail("no user")
	}
	return p.add(id.String())
}

func (p *path) emoji(s string) *path {
	if !ValidEmoji(s) {
		p.fail("reaction of %d bytes", len(s))
	}
	return p.add(s)
}

func (p *path) param(name, value string) *path {
	if p.query {
		p.b.WriteByte('&')
	} else {
		p.b.WriteByte('?')
	}
	p.query = true
	p.b.WriteString(name + "=" + value)
	return p
}

func (p *path) call(method string) (Call, error) {
	return Call{Method: method, Path: p.b.String()}, p.err
}

// json is call with a JSON body.
func (p *path) json(method string, body any) (Call, error) {
	doc, err := json.Marshal(body)
	if err != nil {
		return Call{}, fmt.Errorf("%w: %w", ErrRequest, err)
	}
	c, err := p.call(method)
	c.Body = doc
	c.Headers = []onion.Header{{Name: "Content-Type", Value: typeJSON}}
	return c, err
}

func ok[T any](v T, err error) (T, error) {
	if err != nil {
		var none T
		return none, err
	}
	return v, nil
}
