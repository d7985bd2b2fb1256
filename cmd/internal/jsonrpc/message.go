package jsonrpc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

const version = "2.0"

// Bounds of one connection.
const (
	MaxLine     = 1 << 20  // bytes of a request
	MaxAnswer   = 64 << 20 // bytes of an answer
	MaxBatch    = 100
	MaxInFlight = 256
)

// Codes of the specification, and CodeFailed for a call that was understood and
// did not work; its data says why.
const (
	CodeParse          = -32700
	CodeInvalidRequest = -32600
	CodeMethodNotFound = -32601
	CodeInvalidParams  = -32602
	CodeInternal       = -32603
	CodeFailed         = -32000
)

// Error is the error object of an answer.
type Error struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Data    any    `json:"data,omitempty"`
}

func (e *Error) Error() string { return e.Message }

// Errorf makes an error with a code.
func Errorf(code int, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Errors of connections.
var (
	// ErrLineTooLong: a line above MaxLine or MaxAnswer.
	ErrLineTooLong = errors.New("jsonrpc: line too long")
	// ErrClosed: the connection ended before the answer came.
	ErrClosed = errors.New("jsonrpc: connection closed")
)

// request is a call or, without an id, a notification.
type request struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method"`
	Params  any             `json:"params,omitempty"`
}

// response has exactly one of Result and Error.
type response struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *Error          `json:"error,omitempty"`
}

// Call is one request as a handler sees it.
type Call struct {
	Method string
	Params json.RawMessage // an object, or empty
	Peer   *Peer
}

// incoming is a request as it was read.
type incoming struct {
	id     json.RawMessage // nil: a notification
	method string
	params json.RawMessage
}

var null = json.RawMessage("null")

// parseRequest reads one request object. On an error the id is the one to
// answer with.
func parseRequest(raw json.RawMessage) (incoming, *Error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil || fields == nil {
		return incoming{id: null}, Errorf(CodeInvalidRequest, "a request is a JSON object")
	}
	in := incoming{id: fields["id"], params: fields["params"]}
	if !validID(in.id) {
		return incoming{id: null}, Errorf(CodeInvalidRequest, "an id is a string, a number or null")
	}
	answerTo := in.id
	if answerTo == nil {
		answerTo = null
	}
	var v string
	if json.Unmarshal(fields["jsonrpc"], &v) != nil || v != version {
		return incoming{id: answerTo}, Errorf(CodeInvalidRequest, `"jsonrpc" must be "2.0"`)
	}
	if json.Unmarshal(fields["method"], &in.method) != nil || in.method == "" {
		return incoming{id: answerTo}, Errorf(CodeInvalidRequest, `"method" must be a string`)
	}
	switch first(in.params) {
	case 0, 'n': // absent, null
		in.params = nil
	case '{':
	default:
		return incoming{id: answerTo}, Errorf(CodeInvalidParams, "parameters are an object, by name")
	}
	return in, nil
}

// validID holds ids to what the specification allows. One without a value is
// a notification.
func validID(raw json.RawMessage) bool {
	switch c := first(raw); {
	case c == 0, c == '"', c == 'n', c == '-', '0' <= c && c <= '9':
		return true
	}
	return false
}

// first returns the first byte of a JSON value.
func first(raw json.RawMessage) byte {
	raw = bytes.TrimLeft(raw, " \t\r\n")
	if len(raw) == 0 {
		return 0
	}
	return raw[0]
}

// encode writes JSON without escaping HTML, and without a final newline.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}
