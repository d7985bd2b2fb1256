package vm

import (
	"context"
	"time"

	"sotto/engine/model"
	"sotto/ui/text"
)

// ProxyEngine is what the choice of a proxy needs of the engine.
type ProxyEngine interface {
	CheckProxy(ctx context.Context, p model.Proxy) (model.ProxyTrouble, time.Duration, error)
}

// ProxyKind is which proxy is meant.
type ProxyKind int

// The kinds.
const (
	NoProxy  ProxyKind = iota
	TorProxy           // of a Tor client on this computer
	OwnProxy           // any other
)

// ProxyForm is a proxy before it is set.
type ProxyForm struct {
	Changed func() // on the interface's goroutine

	Kind                    ProxyKind
	Address, User, Password string // of OwnProxy, as typed
	Testing                 bool
	Outcome                 string // of the last test
	Good                    bool   // it works

	desk   Desk
	engine ProxyEngine
	tests  int // the one whose answer counts
	cancel context.CancelFunc
}

// NewProxyForm begins with what is set, or was before it was switched off.
func NewProxyForm(desk Desk, e ProxyEngine, now model.Proxy) *ProxyForm {
	f := &ProxyForm{Changed: func() {}, desk: desk, engine: e}
	switch {
	case now == model.Tor:
		f.Kind = TorProxy
	case now.Host != "":
		f.Address, f.User, f.Password = now.Address(), now.User, now.Password
		if now.On {
			f.Kind = OwnProxy
		}
	}
	return f
}

// Proxy is what the form says; false while that is no address.
func (f *ProxyForm) Proxy() (model.Proxy, bool) {
	switch f.Kind {
	case TorProxy:
		return model.Tor, true
	case OwnProxy:
		p, ok := model.ParseProxy(f.Address)
		p.User, p.Password = f.User, f.Password
		return p, ok && p.Valid()
	}
	p, _ := model.ParseProxy(f.Address) // remembered for the next time
	p.On, p.User, p.Password = false, f.User, f.Password
	return p, true
}

// Problem says what is wrong with what was typed; empty while nothing is, or
// nothing was typed.
func (f *ProxyForm) Problem() string {
	if _, ok := model.ParseProxy(f.Address); f.Kind == OwnProxy && f.Address != "" && !ok {
		return text.T("proxy.address_wrong")
	}
	if f.Kind == OwnProxy && f.User == "" && f.Password != "" {
		return text.T("proxy.user_missing")
	}
	return ""
}

// Edited takes back what the last test said.
func (f *ProxyForm) Edited() {
	f.Stop()
	f.Outcome, f.Good = "", false
	f.Changed()
}

// Test asks the network through the proxy.
func (f *ProxyForm) Test() {
	p, ok := f.Proxy()
	if !ok || !p.On {
		return
	}
	f.Stop()
	ctx, cancel := context.WithCancel(f.desk.Context())
	f.tests++
	test := f.tests
	f.Testing, f.cancel, f.Outcome, f.Good = true, cancel, "", false
	f.Changed()
	type result struct {
		trouble model.ProxyTrouble
		took    time.Duration
	}
	Ask(f.desk, func(context.Context) (result, error) {
		trouble, took, err := f.engine.CheckProxy(ctx, p)
		return result{trouble, took}, err
	}, func(r result, err error) {
		cancel()
		if test != f.tests {
			return
		}
		f.Testing, f.cancel = false, nil
		switch {
		case err != nil:
			f.Outcome = sentenceIn("proxy", err)
		case r.trouble != model.ProxyWorks:
			f.Outcome = text.T("proxy." + r.trouble.String())
		default:
			f.Good, f.Outcome = true, text.F("proxy.works", "time", seconds(r.took))
		}
		f.Changed()
	})
}

// Stop ends a test that runs.
func (f *ProxyForm) Stop() {
	if f.cancel != nil {
		f.cancel()
		f.cancel, f.Testing = nil, false
		f.tests++
	}
}

// seconds names a short time: "0.4 s".
func seconds(d time.Duration) string {
	return text.F("proxy.seconds", "n", decimal(max(d.Seconds(), 0.1)))
}

// ProxyLine says in a word which proxy is used.
func ProxyLine(p model.Proxy) string {
	switch {
	case !p.On:
		return text.T("proxy.none")
	case p == model.Tor:
		return text.T("proxy.tor")
	}
	return p.Address()
}
