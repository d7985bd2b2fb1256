package onion

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// PathErrorKind says who is at fault when the guard did not answer 200, and so
// what the path keeper does (onion-requests.md §9.1).
type PathErrorKind uint8

const (
	// PathUnknown: none of the known texts; the path gets a failure.
	PathUnknown PathErrorKind = iota
	// NextNodeNotFound: Node is unknown to a hop. Drop it at once.
	NextNodeNotFound
	// NextNodeUnreachable: Node did not take the request. It gets a failure.
	NextNodeUnreachable
	// NodeNotReady: Node (or the guard, when unnamed) is starting or stopping.
	NodeNotReady
	// PathTimeout: some hop or the destination is dead and nobody says which.
	PathTimeout
	// PathBadResponse: a hop got something unusable from the next one.
	PathBadResponse
	// PathCiphertext: some hop could not decrypt: a wrong X25519 key in the pool.
	PathCiphertext
	// OwnFrame: the guard could not read the request: a fault of this program.
	OwnFrame
	// OwnClock: 406 or 425. Correct the clock, do not retry blindly.
	OwnClock
	// WrongSwarm: 421; the body is that of get_swarm.
	WrongSwarm
	// ServerUnreachable: the last hop could not connect to the web server. Not
	// the path's fault.
	ServerUnreachable
	// ServerStatus: very likely the web server's own HTTP error, passed on.
	ServerStatus
	// TooLarge: the guard refused the size of the body.
	TooLarge
	// RateLimited: 429 from the guard.
	RateLimited
)

var kindNames = [...]string{"unknown", "next node not found", "next node unreachable",
	"node not ready", "time out", "bad response", "invalid ciphertext", "own frame", "own clock",
	"wrong swarm", "server unreachable", "server status", "too large", "rate limited"}

func (k PathErrorKind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// PathError is an answer of the guard with another HTTP status than 200.
type PathError struct {
	Kind   PathErrorKind
	Status int
	// Node is the Ed25519 key of the guilty node when Named.
	Node  [32]byte
	Named bool
}

func (e *PathError) Error() string {
	if e.Named {
		return fmt.Sprintf("onion path: %s (%d, node %x)", e.Kind, e.Status, e.Node[:4])
	}
	return fmt.Sprintf("onion path: %s (%d)", e.Kind, e.Status)
}

// The texts of nodes. Only the first three name the guilty one.
const (
	textNotFound    = "Next node not found: "
	textUnreachable = "Next node is currently unreachable: "
	textNotReady    = "Snode not ready: "
)

// ParsePathError recognizes the unencrypted answer of a path. toServer says
// that the request went to a web server, whose own errors pass unchanged.
func ParsePathError(status int, body []byte, toServer bool) *PathError {
	e := &PathError{Status: status}
	// No known text is longer; a hostile guard may send megabytes.
	text := strings.TrimSpace(string(body[:min(len(body), 256)]))
	switch {
	case e.names(text, textNotFound):
		e.Kind = NextNodeNotFound
	case e.names(text, textUnreachable):
		e.Kind = NextNodeUnreachable
	case e.names(text, textNotReady),
		strings.HasPrefix(text, "Snode not ready"), strings.HasPrefix(text, "Service node is not ready"):
		e.Kind = NodeNotReady
	case status == 406, status == 425:
		e.Kind = OwnClock
	case status == 421:
		e.Kind = WrongSwarm
	case status == 413:
		e.Kind = TooLarge
	case strings.HasPrefix(text, "Error parsing onion request"):
		e.Kind = OwnFrame
	case text == "Invalid ciphertext":
		e.Kind = PathCiphertext
	case text == "Request time out":
		e.Kind = PathTimeout
	case text == "Invalid response from snode":
		e.Kind = PathBadResponse
	case strings.HasPrefix(text, "Failed to connect to "), strings.HasPrefix(text, "Could not resolve host"),
		strings.HasPrefix(text, "Couldn't resolve host"), strings.HasPrefix(text, "Could not connect to"):
		e.Kind = ServerUnreachable
	case status == 429 && !toServer:
		e.Kind = RateLimited
	case toServer && status == 502:
		e.Kind = ServerUnreachable
	case toServer && status != 503 && status != 504:
		e.Kind = ServerStatus
	}
	return e
}

// names reads the key after a prefix. A text with the prefix but without a
// well-formed key accuses nobody.
func (e *PathError) names(text, prefix string) bool {
	rest, ok := strings.CutPrefix(text, prefix)
	if !ok {
		return false
	}
	var key [32]byte
	if len(rest) != 64 {
		return false
	}
	if _, err := hex.Decode(key[:], []byte(rest)); err != nil {
		return false
	}
	e.Node, e.Named = key, true
	return true
}
