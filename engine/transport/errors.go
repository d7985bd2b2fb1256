package transport

import (
	"context"
	"errors"
	"fmt"
	"net"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// Errors of requests.
var (
	// ErrOffline: no network, or no path through it.
	ErrOffline = errors.New("transport: offline")
	// ErrWorkOffline: nothing is dialled because Reach.Offline is set.
	ErrWorkOffline = errors.New("transport: working offline")
	// ErrUnreachable: the network works, but all tries at nodes or server failed.
	ErrUnreachable = errors.New("transport: no answer after all tries")
	// ErrClock: nodes refuse the time of requests even after it was corrected.
	ErrClock = errors.New("transport: the clock is wrong")
	// ErrMoved: the node asked is not in the account's swarm any more. Ask Swarm
	// again.
	ErrMoved = errors.New("transport: swarm moved")
	// ErrServerAddress: a server address that is not http(s)://host[:port].
	ErrServerAddress = errors.New("transport: invalid server address")
	// ErrClosed: the client was closed.
	ErrClosed = errors.New("transport: closed")
)

// Errors of ResolveONS, besides the errors of requests and identity.ErrONSName.
var (
	// ErrNameNotFound: three nodes agree that the name is not registered.
	ErrNameNotFound = errors.New("transport: name not registered")
	// ErrNameDisputed: nodes answer differently.
	ErrNameDisputed = errors.New("transport: nodes disagree about the name")
)

// Errors of ParseNetwork and New.
var (
	// ErrNetworkFile: the text is not a network file; the chain says why.
	ErrNetworkFile = errors.New("transport: invalid network file")
	// ErrPlainSeed: an http seed that is not on a loopback address.
	ErrPlainSeed = errors.New("transport: plain http seed not allowed")
	// ErrPin: a pin that is not "sha256/" and 32 bytes in base64.
	ErrPin = errors.New("transport: malformed pin")
)

// Errors of seeds, found in the chain of what Run logs.
var (
	// ErrPinMismatch: the seed's certificate is another one than the pinned.
	ErrPinMismatch = errors.New("transport: certificate is not the pinned one")
	// ErrCertificate: pinned key, but wrong host name, dates or self-signature.
	ErrCertificate = errors.New("transport: certificate not valid")
	// ErrSeedAnswer: the seed's answer is no list of nodes.
	ErrSeedAnswer = errors.New("transport: seed answer not valid")
)

// RejectedError is a final refusal: the inner status of a storage request that
// no retry changes (400, 401, 403 …). Text is what the node said.
type RejectedError struct {
	Status int
	Text   string
}

func (e *RejectedError) Error() string {
	return fmt.Sprintf("transport: rejected with status %d: %.80q", e.Status, e.Text)
}

// DialError is an attempt to connect to something that is neither a seed nor a
// guard node: a fault of this package, never of the network.
type DialError struct{ Address string }

func (e *DialError) Error() string { return "transport: dialling this address is not allowed" }

// plainError keeps addresses and what strangers sent out of error texts, and so
// out of logs; the chain stays as it is.
type plainError struct{ err error }

func (e plainError) Unwrap() error { return e.err }

func (e plainError) Error() string {
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.As(e.err, &dns):
		return "name look-up failed"
	case errors.As(e.err, &op):
		return op.Op + ": " + plainError{op.Err}.Error()
	}
	return fmt.Sprintf("%.120q", e.err.Error())
}

// Reason maps an error of this package to what a person can be told.
func Reason(err error) model.Reason {
	var rejected *RejectedError
	var own *model.Error
	var proxy *ProxyError
	switch {
	case err == nil:
		return model.ReasonNone
	case errors.As(err, &own):
		return own.Reason
	case errors.Is(err, ErrOffline), errors.Is(err, ErrWorkOffline), errors.As(err, &proxy), errors.Is(err, ErrUnreachable), errors.Is(err, ErrClosed), errors.Is(err, ErrMoved),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return model.ReasonOffline
	case errors.Is(err, ErrClock):
		return model.ReasonClock
	case errors.Is(err, onion.ErrTooLarge):
		return model.ReasonTooLarge
	case errors.Is(err, ErrNameNotFound):
		return model.ReasonNotFound
	case errors.Is(err, ErrNameDisputed), errors.As(err, &rejected):
		return model.ReasonRejected
	case errors.Is(err, ErrNetworkFile), errors.Is(err, ErrPlainSeed), errors.Is(err, ErrPin),
		errors.Is(err, ErrServerAddress), errors.Is(err, identity.ErrONSName):
		return model.ReasonInvalid
	}
	return model.ReasonInternal
}
