package engine

import (
	"errors"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/release"
	"sotto/engine/protocol/snode"
	"sotto/store"
)

// assemble puts an engine together around an open store.
func assemble(o Options, st *store.Store, account *identity.Account) (*Engine, error) {
	e, err := newEngine(o, st, account)
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	net, err := newClient(o, st, func() { e.inbox.put(e.core.networkChanged) })
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	e.core.net = net
	return e, nil
}

// newEngine makes everything but the network.
func newEngine(o Options, st *store.Store, account *identity.Account) (*Engine, error) {
	e := &Engine{
		store: st, account: account, network: st.Network(), rooms: o.Network.Communities, log: o.Logger,
		inbox: newInbox(), hub: new(hub), stopped: make(chan struct{}),
	}
	e.core = &core{
		store: st, account: account, me: account.ID(), self: model.ConversationOf(account.ID()),
		signer: snode.NewAccountSigner(account),
		clock:  o.Clock, rand: o.Rand, log: o.Logger, hub: e.hub, inbox: e.inbox,
		server: attach.Server{Base: o.Network.FileServer.URL, X25519: o.Network.FileServer.X25519},
	}
	e.core.releases = o.Network.Releases
	if o.ReleaseKey != "" {
		key, err := release.ParseKey(o.ReleaseKey)
		if err != nil {
			return nil, model.Fail(model.ReasonInternal, "the key for versions is malformed", err)
		}
		e.core.trusted = &key
	}
	e.core.pictures = pictures{
		settled: make(map[string]model.Millis), queued: make(map[string]*wantedPicture), opening: make(chan struct{}, 1),
	}
	return e, e.core.load()
}

// networkChanged is called after the transport's status changed. What waits for
// a network is tried at once when it is back.
func (c *core) networkChanged() {
	s := c.net.status()
	online := s.Connection == model.Online || s.Connection == model.Degraded
	if online && !c.online {
		c.hurry()
	}
	c.online = online
	c.hub.emit(StatusChanged{})
}
