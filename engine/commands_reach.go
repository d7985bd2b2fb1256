package engine

import (
	"context"
	"errors"
	"time"

	"sotto/engine/model"
	"sotto/engine/transport"
	"sotto/store"
)

// reachOf is how settings want the network to be reached.
func reachOf(s model.Settings) model.Reach {
	return model.Reach{Offline: s.WorkOffline, Proxy: s.Proxy}
}

// putReach keeps how a new profile gets to the network. What a backup was made
// with gives way: the proxy of another computer may not be there, and who names
// one must not be seen without it.
func (o *Options) putReach(tx *store.Tx) error {
	s := tx.Settings()
	before := reachOf(s)
	if o.Reach.Proxy.On {
		s.Proxy = o.Reach.Proxy
	}
	s.WorkOffline = s.WorkOffline || o.Reach.Offline
	if reachOf(s) == before {
		return nil
	}
	return tx.PutSettings(s)
}

// storedReach is what holds from the first connection on. Settings that cannot
// be read are an error: a proxy that nobody knows of must not be gone around.
func storedReach(st *store.Store) (reach model.Reach, err error) {
	err = st.View(func(tx *store.Tx) error {
		reach = reachOf(tx.Settings())
		return nil
	})
	return reach, storeError("read the settings", err)
}

// CheckProxy finds out whether a proxy leads to the network, before it is set:
// seeds are asked through it. It returns how long the answer took, or what is
// wrong; a trouble comes without an error. Working offline is ReasonNotAllowed.
func (e *Engine) CheckProxy(ctx context.Context, p model.Proxy) (model.ProxyTrouble, time.Duration, error) {
	took, err := e.core.net.checkProxy(ctx, p)
	var proxy *transport.ProxyError
	switch {
	case errors.As(err, &proxy):
		return proxy.Trouble, 0, nil
	case errors.Is(err, transport.ErrWorkOffline):
		return model.ProxyWorks, 0, model.Fail(model.ReasonNotAllowed, "Sotto works offline", err)
	case ctx.Err() != nil:
		return model.ProxyWorks, 0, contextError(ctx)
	}
	return model.ProxyWorks, took, networkError("check the proxy", err)
}
