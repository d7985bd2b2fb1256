package engine

import (
	"context"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
	"sotto/engine/transport"
)

// network is what the engine needs of the transport. Errors of ask, members and
// resolve are *model.Error; permanent tells which of them no repetition cures.
type network interface {
	Run(ctx context.Context) error
	// Now is network time.
	Now() model.Millis
	// members returns the swarm of an account.
	members(ctx context.Context, account model.ID) ([]snode.Node, error)
	// ask sends a request to a member of the account's swarm, or to node when it
	// is not nil, and returns the body of a good answer. build is called for
	// each attempt with the network time to sign with.
	ask(ctx context.Context, account model.ID, node *snode.Node, build func(now int64) (snode.Request, error)) ([]byte, error)
	// server sends a request to a web server, such as a community's, through an
	// onion path; its answer is given whatever its status. build is called for
	// each attempt with the network time in ms.
	server(ctx context.Context, url string, key [32]byte, build func(now int64) (onion.V4Request, error)) (onion.V4Response, error)
	// transfer is server for a file of about size bytes, which may take its
	// time; progress gets bytes of request and answer as they pass.
	transfer(ctx context.Context, url string, key [32]byte, size int64, progress transport.Progress, build func(now int64) (onion.V4Request, error)) (onion.V4Response, error)
	// web fetches up to limit bytes from a public https address, beside the paths.
	web(ctx context.Context, address string, limit int64) (transport.Web, error)
	resolve(ctx context.Context, name string) (model.ID, error)
	status() model.NetworkStatus
	setReach(r model.Reach)
	checkProxy(ctx context.Context, p model.Proxy) (time.Duration, error)
	wake()
}

// permanent says that a failed request fails the same way each time.
func permanent(err error) bool {
	switch model.ReasonOf(err) {
	case model.ReasonRejected, model.ReasonTooLarge, model.ReasonInvalid, model.ReasonNotAllowed, model.ReasonExpired:
		return true
	}
	return false
}
