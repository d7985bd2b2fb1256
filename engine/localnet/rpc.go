package localnet

import (
	"context"

	"sotto/engine/localnet/msgdb"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

// rpc answers the body of a storage RPC that came from a client.
func (n *node) rpc(ctx context.Context, body []byte) snode.SubAnswer {
	req, err := snode.Parse(body)
	if err != nil {
		return snode.NewSubAnswer(0, nil, err)
	}
	return n.begin(ctx, req)()
}

// begin does a node's own part of a request at once and in order, and starts
// what its swarm does. The function returned waits for the rest: so the
// requests of a batch run side by side, as official nodes run them.
func (n *node) begin(ctx context.Context, req snode.Request) func() snode.SubAnswer {
	n.requests.add(req.Method())
	switch r := req.(type) {
	case *snode.BatchRequest:
		return n.batch(ctx, r)
	case *snode.IfElseRequest:
		return n.ifElse(ctx, r)
	}
	if err := n.permit(req, false); err != nil {
		return done(0, nil, err)
	}
	switch r := req.(type) {
	case *snode.InfoRequest:
		a := snode.InfoAnswer{Version: serverVersion, Stamp: n.stamp()}
		a.Timestamp = a.T
		return done(snode.StatusOK, a.Encode(), nil)
	case *snode.SwarmRequest:
		return done(snode.StatusOK, n.swarmAnswer(r.Pubkey).Encode(), nil)
	case *snode.RetrieveRequest:
		return n.retrieve(r)
	case *snode.ExpiriesRequest:
		list, err := n.db.Load().Expiries(r.Pubkey, r.Messages)
		a := snode.ExpiriesAnswer{Expiries: list}
		return done(snode.StatusOK, a.Encode(), err)
	case *snode.OxendRequest:
		return n.oxend(r)
	}
	return n.beginRecursive(ctx, req)
}

// permit is the order of official nodes: swarm first, then time and signature.
func (n *node) permit(req snode.Request, forwarded bool) error {
	if r, ok := req.(snode.AccountRequest); ok {
		if _, any := req.(*snode.SwarmRequest); !any && n.net.roster.Load().swarmOf(r.Account()) != n.swarm() {
			return &snode.WrongSwarmError{Swarm: n.swarmAnswer(r.Account())}
		}
	}
	return snode.Authorize(req, snode.Env{
		Now: n.now(),
		HF:  hardFork,
		Revoked: func(account identity.ID, token snode.SubaccountToken) bool {
			revoked, err := n.db.Load().Revoked(account, token)
			return err != nil || revoked
		},
		Forwarded: forwarded,
	})
}

func done(status int, doc []byte, err error) func() snode.SubAnswer {
	a := snode.NewSubAnswer(status, doc, err)
	return func() snode.SubAnswer { return a }
}

func (n *node) retrieve(r *snode.RetrieveRequest) func() snode.SubAnswer {
	count, size := r.Limit()
	list, more, err := n.db.Load().Retrieve(r.Pubkey, r.Namespace, r.LastHash, count, size)
	if err != nil {
		return done(0, nil, err)
	}
	a := snode.RetrieveAnswer{Messages: n.show(list), More: more, Stamp: n.stamp()}
	return done(snode.StatusOK, a.Encode(), nil)
}

// show leaves out what the fault "withhold" hides.
func (n *node) show(list []snode.Message) []snode.Message {
	share := n.gate.faults.Load().Withhold
	if share <= 0 {
		return list
	}
	shown := list[:0:0]
	for _, m := range list {
		if !n.hides(m.Hash, share) {
			shown = append(shown, m)
		}
	}
	return shown
}

// batch runs requests side by side, sequence one after the other until one
// fails.
func (n *node) batch(ctx context.Context, r *snode.BatchRequest) func() snode.SubAnswer {
	var a snode.BatchAnswer
	if r.Sequence {
		for _, sub := range r.Requests {
			res := n.begin(ctx, sub)()
			a.Results = append(a.Results, res)
			if res.Code < 200 || res.Code > 299 {
				break
			}
		}
		return done(snode.StatusOK, a.Encode(), nil)
	}
	var rest []func() snode.SubAnswer
	for _, sub := range r.Requests {
		rest = append(rest, n.begin(ctx, sub))
	}
	return func() snode.SubAnswer {
		for _, finish := range rest {
			a.Results = append(a.Results, finish())
		}
		return snode.NewSubAnswer(snode.StatusOK, a.Encode(), nil)
	}
}

func (n *node) ifElse(ctx context.Context, r *snode.IfElseRequest) func() snode.SubAnswer {
	a := snode.IfElseAnswer{Height: n.net.height(), HF: hardFork, Version: serverVersion}
	a.Condition = r.If.Holds(hardFork, serverVersion, a.Height)
	branch := r.Else
	if a.Condition {
		branch = r.Then
	}
	if branch == nil {
		return done(snode.StatusOK, a.Encode(), nil)
	}
	finish := n.begin(ctx, branch)
	return func() snode.SubAnswer {
		res := finish()
		a.Result = &res
		return snode.NewSubAnswer(snode.StatusOK, a.Encode(), nil)
	}
}

// expireMode is the direction that an expire request leaves open.
func expireMode(r *snode.ExpireRequest) msgdb.Mode {
	switch {
	case r.Shorten:
		return msgdb.ShortenOnly
	case r.ExtendOnly():
		return msgdb.ExtendOnly
	}
	return msgdb.Any
}
