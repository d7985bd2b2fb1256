package vm

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"sotto/engine/model"
)

func TestProxyForm(t *testing.T) {
	d, f := newHouse(t)
	own := model.Proxy{On: true, Host: "10.0.0.1", Port: 1080, User: "ada", Password: "secret"}
	off := own
	off.On = false
	for _, c := range []struct {
		now  model.Proxy
		kind ProxyKind
		line string
	}{
		{model.Proxy{}, NoProxy, "None"}, {model.Tor, TorProxy, "Tor"}, {own, OwnProxy, "10.0.0.1:1080"}, {off, NoProxy, "None"},
	} {
		form := NewProxyForm(d.Desk, f, c.now)
		if p, ok := form.Proxy(); form.Kind != c.kind || !ok || p != c.now || ProxyLine(c.now) != c.line {
			t.Errorf("%+v: kind %v, gives %+v, %v, %q", c.now, form.Kind, p, ok, ProxyLine(c.now))
		}
	}
	// What was typed is remembered while no proxy is used.
	form := NewProxyForm(d.Desk, f, off)
	form.Kind = OwnProxy
	if p, ok := form.Proxy(); !ok || p != own {
		t.Errorf("on again: %+v", p)
	}
	for address, wrong := range map[string]bool{"": true, "nowhere:": true, "a b:1": true, "localhost:9150": false, "[::1]:9050": false} {
		form.Address = address
		if _, ok := form.Proxy(); ok == wrong || (form.Problem() != "") != (wrong && address != "") {
			t.Errorf("%q: fits %v, says %q", address, ok, form.Problem())
		}
	}
	form.Address, form.User = "localhost:9150", ""
	if _, ok := form.Proxy(); ok || form.Problem() == "" {
		t.Error("a password without a user fits")
	}
}

func TestProxyIsTestedBeforeItIsSet(t *testing.T) {
	d, f := newHouse(t)
	form := NewProxyForm(d.Desk, f, model.Tor)
	test := func(trouble model.ProxyTrouble, err error) string {
		t.Helper()
		f.proxies = func(context.Context, model.Proxy) (model.ProxyTrouble, time.Duration, error) {
			return trouble, 420 * time.Millisecond, err
		}
		form.Test()
		if !form.Testing || form.Outcome != "" {
			t.Error("it does not say that it began")
		}
		d.until("tested", func() bool { return !form.Testing })
		return form.Outcome
	}
	if said := test(model.ProxyWorks, nil); !form.Good || !strings.Contains(said, "0.4 s") {
		t.Errorf("says %q", said)
	}
	seen := map[string]bool{}
	for p := model.ProxySilent; p <= model.ProxyLies; p++ {
		said := test(p, nil)
		if form.Good || said == "" || strings.HasPrefix(said, "proxy.") || seen[said] {
			t.Errorf("%v: says %q", p, said)
		}
		seen[said] = true
	}
	if said := test(0, model.Fail(model.ReasonNotAllowed, "offline", errors.New("x"))); form.Good || !strings.Contains(said, "offline") {
		t.Errorf("says %q", said)
	}

	// An answer to what has changed meanwhile does not count.
	hang := make(chan struct{})
	f.proxies = func(ctx context.Context, _ model.Proxy) (model.ProxyTrouble, time.Duration, error) {
		<-ctx.Done()
		close(hang)
		return model.ProxyWorks, 0, nil
	}
	form.Test()
	form.Edited()
	<-hang
	if form.Testing || form.Outcome != "" {
		t.Errorf("after an edit: %v, %q", form.Testing, form.Outcome)
	}
}
