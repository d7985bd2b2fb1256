package transport

import (
	"time"

	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
)

// Build makes a storage request for network time now (milliseconds), signed
// where it must be. It is called again for each try after the clock was
// corrected; an error ends the call and is returned as it is.
type Build func(now int64) (snode.Request, error)

// BuildServer makes a server request for network time now (milliseconds).
type BuildServer func(now int64) (onion.V4Request, error)

// Options bound one request. The zero value is good for polls and stores.
type Options struct {
	Attempts int           // tries in all; 0: 3
	Timeout  time.Duration // of one try; 0: 10 s for nodes, 30 s for servers
	Pause    time.Duration // before the second try, doubling; 0: 100 ms
}

// Result is what a node answered.
type Result struct {
	Node   snode.Node // who answered
	Status int        // inner status
	Body   []byte     // JSON document, or the text of an error; for the Decode functions of snode
}

// Cache keeps small state of the client over restarts: known nodes, guards,
// swarms. Load of a name never saved returns nil, nil. Both are called from
// goroutines of the client.
type Cache interface {
	Load(name string) ([]byte, error)
	Save(name string, data []byte) error
}
