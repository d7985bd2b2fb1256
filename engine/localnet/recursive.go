package localnet

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"sotto/engine/localnet/msgdb"
	"sotto/engine/protocol/snode"
)

// beginRecursive runs a request that the whole swarm carries out
// (service-nodes.md §6): here at once, at the members at the same time.
func (n *node) beginRecursive(ctx context.Context, req snode.Request) func() snode.SubAnswer {
	switch r := req.(type) {
	case *snode.StoreRequest:
		finish := recurse(ctx, n, req, n.store, snode.DecodeStore)
		return func() snode.SubAnswer {
			a := finish()
			a.Hash = snode.MessageHash(r.Pubkey, r.Namespace, r.Data)
			for i := range a.Members {
				m := &a.Members[i]
				// What comes from a peer has passed bencode, which has no booleans.
				m.Result.Numeric = m.Node != n.key
				if m.Node == n.key {
					m.Result.T = a.T
				}
			}
			return snode.NewSubAnswer(a.Status(), a.Encode(), nil)
		}
	case *snode.DeleteRequest:
		finish := recurse(ctx, n, req, n.delete, snode.DecodeDelete)
		return func() snode.SubAnswer {
			a := finish()
			status := a.Status()
			if r.Required && status == snode.StatusOK && snode.DeletedNothing(a) {
				status = snode.StatusNotFound
			}
			return snode.NewSubAnswer(status, a.Encode(), nil)
		}
	case *snode.DeleteAllRequest, *snode.DeleteBeforeRequest:
		return encoded(recurse(ctx, n, req, n.delete, snode.DecodeDelete))
	case *snode.ExpireRequest, *snode.ExpireAllRequest:
		return encoded(recurse(ctx, n, req, n.expire, snode.DecodeExpire))
	case *snode.RevokeRequest:
		return encoded(recurse(ctx, n, req, n.revoke, snode.DecodeSubaccount))
	}
	panic(fmt.Sprintf("localnet: request %T", req))
}

func encoded[R any](finish func() *snode.RecursiveAnswer[R]) func() snode.SubAnswer {
	return func() snode.SubAnswer {
		a := finish()
		return snode.NewSubAnswer(a.Status(), a.Encode(), nil)
	}
}

// recurse sends req to the other members of the swarm, does the node's own part
// and returns what waits for all members, each at most Timings.Peer.
func recurse[R any](ctx context.Context, n *node, req snode.Request,
	own func(snode.Request) (R, error),
	decode func([]byte) (*snode.RecursiveAnswer[R], error),
) func() *snode.RecursiveAnswer[R] {
	members := n.net.roster.Load().of[n.swarm()]
	answer := &snode.RecursiveAnswer[R]{Members: make([]snode.Member[R], len(members))}
	var peers sync.WaitGroup
	body := snode.Encode(req)
	mine := -1
	for i, m := range members {
		answer.Members[i].Node = m.Ed25519
		if m.Ed25519 == n.key {
			mine = i
			continue
		}
		peers.Go(func() { askPeer(ctx, n, m, body, &answer.Members[i], decode) })
	}
	if mine >= 0 {
		result, err := own(req)
		answer.Members[mine].Result = result
		if err != nil {
			answer.Members[mine].Failure = &snode.Failure{QueryFailure: true, Reason: "database"}
		}
	}
	answer.Stamp = n.stamp()
	return func() *snode.RecursiveAnswer[R] {
		peers.Wait()
		return answer
	}
}

// askPeer fills in what one member answers to a forwarded request.
func askPeer[R any](ctx context.Context, n *node, to *member, body []byte, into *snode.Member[R],
	decode func([]byte) (*snode.RecursiveAnswer[R], error),
) {
	ctx, cancel := context.WithTimeout(ctx, n.net.opt.Timings.Peer)
	defer cancel()
	status, doc, err := n.net.peers.call(ctx, to, pathForward, body)
	if err != nil {
		into.Failure = &snode.Failure{Timeout: true}
		return
	}
	if status != snode.StatusOK {
		into.Failure = &snode.Failure{Code: strconv.Itoa(status), Reason: string(doc)}
		return
	}
	a, err := decode(doc)
	if err != nil || len(a.Members) != 1 || a.Members[0].Node != into.Node {
		into.Failure = &snode.Failure{BadPeerResponse: true}
		return
	}
	into.Failure, into.Result = a.Members[0].Failure, a.Members[0].Result
}

// forwarded answers a request that a member of the swarm passes on: with this
// node's part alone, in the frame of a whole answer.
func (n *node) forwarded(body []byte) snode.SubAnswer {
	req, err := snode.Parse(body)
	if err != nil {
		return snode.NewSubAnswer(0, nil, err)
	}
	if err := n.permit(req, true); err != nil {
		return snode.NewSubAnswer(0, nil, err)
	}
	switch req.(type) {
	case *snode.StoreRequest:
		return single(n, req, n.store)
	case *snode.DeleteRequest, *snode.DeleteAllRequest, *snode.DeleteBeforeRequest:
		return single(n, req, n.delete)
	case *snode.ExpireRequest, *snode.ExpireAllRequest:
		return single(n, req, n.expire)
	case *snode.RevokeRequest:
		return single(n, req, n.revoke)
	}
	return snode.NewSubAnswer(0, nil, &snode.RPCError{
		Status: snode.StatusBadRequest,
		Text:   "invalid request: received invalid forwarded non-forwardable request",
	})
}

func single[R any](n *node, req snode.Request, own func(snode.Request) (R, error)) snode.SubAnswer {
	m := snode.Member[R]{Node: n.key}
	var err error
	if m.Result, err = own(req); err != nil {
		m.Failure = &snode.Failure{QueryFailure: true, Reason: "database"}
	}
	a := snode.RecursiveAnswer[R]{Members: []snode.Member[R]{m}, Stamp: n.stamp()}
	return snode.NewSubAnswer(snode.StatusOK, a.Encode(), nil)
}

func (n *node) store(req snode.Request) (res snode.StoreResult, err error) {
	r := req.(*snode.StoreRequest)
	res.Hash = snode.MessageHash(r.Pubkey, r.Namespace, r.Data)
	res.Already, res.Expiry, err = n.db.Load().Store(&msgdb.Message{
		Owner:     r.Pubkey,
		Namespace: r.Namespace,
		Message:   snode.Message{Hash: res.Hash, Timestamp: r.Timestamp, Expiration: r.End(), Data: r.Data},
	})
	return res, errors.Join(err, snode.SignResult(req, &res, n.keys.ed25519))
}

func (n *node) delete(req snode.Request) (res snode.DeleteResult, err error) {
	switch r := req.(type) {
	case *snode.DeleteRequest:
		res.Deleted.List, err = n.db.Load().Delete(r.Pubkey, r.Messages)
	case *snode.DeleteAllRequest:
		res.Deleted, err = n.db.Load().DeleteScope(r.Pubkey, r.Scope, nil)
	case *snode.DeleteBeforeRequest:
		res.Deleted, err = n.db.Load().DeleteScope(r.Pubkey, r.Scope, &r.Before)
	}
	return res, errors.Join(err, snode.SignResult(req, &res, n.keys.ed25519))
}

func (n *node) expire(req snode.Request) (res snode.ExpireResult, err error) {
	switch r := req.(type) {
	case *snode.ExpireAllRequest:
		res.Updated, err = n.db.Load().ExpireScope(r.Pubkey, r.Scope, n.longest(r.Expiry))
	case *snode.ExpireRequest:
		err = n.expireMessages(r, &res)
	}
	return res, errors.Join(err, snode.SignResult(req, &res, n.keys.ed25519))
}

func (n *node) expireMessages(r *snode.ExpireRequest, res *snode.ExpireResult) error {
	ends := make([]int64, len(r.Expiry))
	for i, at := range r.Expiry {
		ends[i] = n.longest(at)
	}
	updated, unchanged, err := n.db.Load().Expire(r.Pubkey, r.Messages, ends, expireMode(r))
	if err != nil {
		return err
	}
	res.Several = len(ends) > 1
	if !res.Several {
		res.Expiry = ends
	}
	for _, u := range updated {
		res.Updated.List = append(res.Updated.List, u.Hash)
		if res.Several {
			res.Expiry = append(res.Expiry, u.Expiry)
		}
	}
	if r.Shorten || r.ExtendOnly() {
		res.HasUnchanged, res.Unchanged = true, unchanged
	}
	return nil
}

// longest cuts an end to 30 days from now, by this node's clock.
func (n *node) longest(expiry int64) int64 { return min(expiry, n.now()+snode.PrivateMaxTTL) }

func (n *node) revoke(req snode.Request) (res snode.SubaccountResult, err error) {
	r := req.(*snode.RevokeRequest)
	if r.Undo {
		res.HasCount = true
		res.Count, err = n.db.Load().Unrevoke(r.Pubkey, r.Tokens)
	} else {
		err = n.db.Load().Revoke(r.Pubkey, r.Tokens, n.now())
	}
	return res, errors.Join(err, snode.SignResult(req, &res, n.keys.ed25519))
}
