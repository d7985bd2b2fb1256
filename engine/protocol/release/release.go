// Package release is how Sotto says that there is a newer version: a short
// signed statement, kept by a server that answers onion requests, and asked for
// by those who want to know. Nothing is downloaded or installed by it.
//
// Most callers call Request and Verify. Encode is the server's half.
//
//	GET /releases/sotto.json → {"statement": text, "signature": text}
//	statement = {"program":"sotto","version":"0.2.0","published":"2026-12-01","page":"https://…"}
//	signature = a minisign signature of the statement's bytes, prehashed ("ED")
//
// What is left out: whether the statement is old. A server can keep a newer one
// back, which looks as if there were none.
package release

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"sotto/engine/protocol/onion"
)

// Program is what the statement is about.
const Program = "sotto"

// Endpoint is where a server keeps the statement.
const Endpoint = "/releases/sotto.json"

// maxAnswer bounds what is read, in bytes.
const maxAnswer = 16 << 10

// Errors of Verify.
var (
	// ErrNone: the server has no statement.
	ErrNone = errors.New("release: no statement")
	// ErrMalformed: what the server gave is no statement.
	ErrMalformed = errors.New("release: malformed statement")
	// ErrSignature: it is not signed with the key that this program trusts.
	ErrSignature = errors.New("release: signature does not verify")
)

// Version is major, minor and patch.
type Version [3]int

// ParseVersion reads "1.2.3".
func ParseVersion(s string) (v Version, ok bool) {
	parts := strings.Split(s, ".")
	if len(parts) != len(v) {
		return v, false
	}
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 20)
		if err != nil || len(p) > 1 && p[0] == '0' {
			return Version{}, false
		}
		v[i] = int(n)
	}
	return v, true
}

func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]) }

// After reports whether v is newer than other.
func (v Version) After(other Version) bool {
	for i := range v {
		if v[i] != other[i] {
			return v[i] > other[i]
		}
	}
	return false
}

// Statement is what was said, once its signature was verified.
type Statement struct {
	Version   Version
	Published string // "2026-12-01"
	Page      string // https address to read on, may be empty
}

type statement struct {
	Program   string `json:"program"`
	Version   string `json:"version"`
	Published string `json:"published"`
	Page      string `json:"page"`
}

type answer struct {
	Statement string `json:"statement"`
	Signature string `json:"signature"`
}

// Request asks a server for the statement. It says nothing of who asks, not even
// the version that runs.
func Request() onion.V4Request { return onion.V4Request{Method: "GET", Endpoint: Endpoint} }

// Encode makes the answer of a server.
func Encode(statement, signature []byte) []byte {
	b, err := json.Marshal(answer{string(statement), string(signature)})
	if err != nil {
		panic("release: " + err.Error()) // two strings always marshal
	}
	return b
}

// Verify reads a server's answer. The signature is checked before anything of
// the statement is looked at.
func Verify(r onion.V4Response, key PublicKey) (Statement, error) {
	switch {
	case r.Code == 404:
		return Statement{}, ErrNone
	case r.Code != 200 || len(r.Body) > maxAnswer:
		return Statement{}, fmt.Errorf("%w: status %d, %d bytes", ErrMalformed, r.Code, len(r.Body))
	}
	var a answer
	if err := json.Unmarshal(r.Body, &a); err != nil {
		return Statement{}, fmt.Errorf("%w: not JSON", ErrMalformed)
	}
	if err := key.verify([]byte(a.Statement), a.Signature); err != nil {
		return Statement{}, err
	}
	var s statement
	dec := json.NewDecoder(bytes.NewReader([]byte(a.Statement)))
	if err := dec.Decode(&s); err != nil || s.Program != Program {
		return Statement{}, fmt.Errorf("%w: of another program", ErrMalformed)
	}
	v, ok := ParseVersion(s.Version)
	if !ok || len(s.Published) > 32 {
		return Statement{}, fmt.Errorf("%w: no version", ErrMalformed)
	}
	if u, err := url.Parse(s.Page); s.Page != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
		return Statement{}, fmt.Errorf("%w: no page", ErrMalformed)
	}
	return Statement{v, s.Published, s.Page}, nil
}
