package transport

import (
	"context"
	"errors"
	"maps"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/internal/socksproxy"
)

const proxyAddr = "proxy.test:9050"

func theProxy() model.Proxy {
	return model.Proxy{On: true, Host: "proxy.test", Port: 9050}
}

// proxied puts a proxy into the fake network and makes it the only thing that
// can be dialled.
func (f *fakeNet) proxied(p *socksproxy.Proxy) func(*Config) {
	if p.Dial == nil {
		p.Dial = f.dial
	}
	f.t.Cleanup(p.End)
	return func(c *Config) {
		c.Reach = model.Reach{Proxy: theProxy()}
		c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if addr != proxyAddr {
				f.t.Errorf("dialled %s around the proxy", addr)
				return nil, errors.New("not the proxy")
			}
			here, there := net.Pipe()
			go p.Serve(there)
			return here, nil
		}
	}
}

func TestEverythingThroughTheProxy(t *testing.T) {
	f := newFakeNet(t, 12)
	a := anna(t, f, 4)
	proxy := &socksproxy.Proxy{User: "ada", Password: "s3cret"}
	p := f.run(f.proxied(proxy), func(c *Config) { c.Reach.Proxy.User, c.Reach.Proxy.Password = "ada", "s3cret" })
	p.until("online", online(p))
	if _, err := p.Do(context.Background(), a.id, a.poll, Options{}); err != nil {
		t.Fatal(err)
	}
	st := p.Status()
	if !st.Proxied || st.WorkOffline || st.ProxyTrouble != model.ProxyWorks {
		t.Errorf("status %+v", st)
	}
	// The name of the seed reaches the proxy as a name.
	if asked := proxy.Asked(); !slices.Contains(asked, "seed.test:4443") || len(asked) < 3 {
		t.Errorf("the proxy was asked for %v", asked)
	}
	f.onlyKnown(p)
}

func TestProxyOfNoUse(t *testing.T) {
	for name, c := range map[string]struct {
		fault   socksproxy.Fault
		trouble model.ProxyTrouble
	}{
		"hangs":    {socksproxy.Hangs, model.ProxySilent},
		"web":      {socksproxy.Web, model.ProxyOther},
		"rejects":  {socksproxy.Rejects, model.ProxyDenied},
		"forbids":  {socksproxy.Forbids, model.ProxyClosed},
		"cut off":  {socksproxy.CutOff, model.ProxyCutOff},
		"babbles":  {socksproxy.Babbles, model.ProxyOther},
		"hangs up": {socksproxy.HangsUp, model.ProxyCutOff},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFakeNet(t, 12)
			a := anna(t, f, 4)
			proxy := &socksproxy.Proxy{}
			f.near = 50 * time.Millisecond
			p := f.run(f.proxied(proxy))
			p.until("online", online(p))
			guards := p.guards()
			p.pass(time.Minute)

			proxy.SetFault(c.fault)
			err := p.later("failed", func() error {
				_, err := p.Do(context.Background(), a.id, a.poll, Options{})
				return err
			})
			if Reason(err) != model.ReasonOffline {
				t.Fatalf("error %v", err)
			}
			p.until("the trouble is named", func() bool {
				st := p.Status()
				return st.Connection == model.Offline && st.ProxyTrouble == c.trouble
			})
			took, err := p.CheckProxy(t.Context(), theProxy())
			var failed *ProxyError
			if !errors.As(err, &failed) || failed.Trouble != c.trouble || took != 0 {
				t.Errorf("checked: %v, %v", took, err)
			}

			proxy.SetFault(socksproxy.Honest)
			p.until("online again", online(p))
			// Nobody is blamed for what the proxy did.
			for g := range p.guards() {
				if !guards[g] {
					t.Error("another guard")
				}
			}
			if took, err := p.CheckProxy(t.Context(), theProxy()); err != nil || took < 0 {
				t.Errorf("checked: %v, %v", took, err)
			}
		})
	}
}

// A proxy that leads elsewhere is found out by the seed's certificate.
func TestProxyThatLies(t *testing.T) {
	f := newFakeNet(t, 12)
	impostor := f.certificate("seed.test", start.AddDate(-1, 0, 0), start.AddDate(1, 0, 0))
	f.serve("elsewhere.test:1", impostor, nil)
	proxy := &socksproxy.Proxy{Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return f.dial(ctx, network, "elsewhere.test:1")
	}}
	p := f.run(f.proxied(proxy))
	_, err := p.CheckProxy(t.Context(), theProxy())
	var failed *ProxyError
	if !errors.As(err, &failed) || failed.Trouble != model.ProxyLies {
		t.Errorf("error %v", err)
	}
}

func TestWorkOffline(t *testing.T) {
	f := newFakeNet(t, 12)
	a := anna(t, f, 4)
	p := f.run()
	p.until("online", online(p))
	guards := p.guards()

	p.SetReach(model.Reach{Offline: true})
	if st := p.Status(); st.Connection != model.Offline || !st.WorkOffline {
		t.Fatalf("status %+v", st)
	}
	p.pass(time.Minute) // what was under way has ended
	before, served := f.dialled(), f.served.Load()
	if _, err := p.Do(context.Background(), a.id, a.poll, Options{}); Reason(err) != model.ReasonOffline {
		t.Errorf("error %v", err)
	}
	if _, err := p.CheckProxy(t.Context(), theProxy()); !errors.Is(err, ErrWorkOffline) {
		t.Errorf("error %v", err)
	}
	p.Wake()
	p.pass(3 * time.Hour)
	if !maps.Equal(f.dialled(), before) || f.served.Load() != served {
		t.Error("something was dialled")
	}
	p.mu.Lock()
	open := len(p.gate.open)
	p.mu.Unlock()
	if open != 0 {
		t.Errorf("%d connections stay", open)
	}

	p.SetReach(model.Reach{})
	p.until("online", online(p))
	for g := range p.guards() {
		if !guards[g] {
			t.Error("another guard")
		}
	}
}

// TestTurnToTheProxy changes the way while requests are under way.
func TestTurnToTheProxy(t *testing.T) {
	f := newFakeNet(t, 12)
	a := anna(t, f, 4)
	proxy := &socksproxy.Proxy{Dial: f.dial}
	f.t.Cleanup(proxy.End)
	turned := make(chan struct{})
	var around atomic.Int32 // attempts around the proxy that go on
	p := f.run(func(c *Config) {
		c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if addr == proxyAddr {
				here, there := net.Pipe()
				go proxy.Serve(there)
				return here, nil
			}
			select {
			case <-turned:
				around.Add(1)
				if <-ctx.Done(); errors.Is(ctx.Err(), context.Canceled) {
					around.Add(-1) // it was begun before, and the turn ended it
				}
				return nil, ctx.Err()
			default:
			}
			return f.dial(ctx, network, addr)
		}
	})
	p.until("online", online(p))
	guards := p.guards()
	if _, err := p.Do(context.Background(), a.id, a.poll, Options{}); err != nil {
		t.Fatal(err)
	}
	close(turned)
	p.SetReach(model.Reach{Proxy: theProxy()})
	err := p.later("through the proxy", func() error {
		_, err := p.Do(context.Background(), a.id, a.poll, Options{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(proxy.Asked()) == 0 {
		t.Error("nothing went through the proxy")
	}
	p.until("nothing goes around the proxy", func() bool { return around.Load() == 0 })
	for g := range p.guards() {
		if !guards[g] {
			t.Error("another guard")
		}
	}
}

// TestUselessProxyIsNoWay: a proxy without an address closes the way, it does
// not open the direct one.
func TestUselessProxyIsNoWay(t *testing.T) {
	f := newFakeNet(t, 12)
	p := f.run(func(c *Config) { c.Reach = model.Reach{Proxy: model.Proxy{On: true}} })
	p.until("offline", func() bool { return p.Status().Connection == model.Offline })
	if p.Status().ProxyTrouble != model.ProxySilent || len(f.dialled()) != 0 {
		t.Errorf("status %+v, dialled %v", p.Status(), f.dialled())
	}
}

func TestParseProxy(t *testing.T) {
	for in, want := range map[string]string{
		"127.0.0.1:9050": "127.0.0.1:9050", "localhost:1": "localhost:1", "[::1]:9150": "[::1]:9150", "::1": "[::1]:1080",
		"socks5://10.0.0.1:1080": "10.0.0.1:1080", " proxy.example ": "proxy.example:1080",
	} {
		if p, ok := model.ParseProxy(in); !ok || p.Address() != want {
			t.Errorf("%q is %q, %v", in, p.Address(), ok)
		}
	}
	for _, in := range []string{"", ":1", "a:0", "a:65536", "a:b:1", "[x]:1", "http://a:1", "user@a:1", "a b:1", strings.Repeat("a", 256)} {
		if p, ok := model.ParseProxy(in); ok {
			t.Errorf("%q is %q", in, p.Address())
		}
	}
}

func FuzzProxyAnswers(f *testing.F) {
	f.Add([]byte{5, 0, 5, 0, 0, 1, 1, 2, 3, 4, 5, 6})
	f.Add([]byte{5, 2, 1, 0, 5, 0, 0, 3, 255})
	f.Fuzz(func(t *testing.T, answers []byte) {
		dial := func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			go func() {
				go func() {
					b := make([]byte, 1024)
					for {
						if _, err := there.Read(b); err != nil {
							return
						}
					}
				}()
				_, _ = there.Write(answers)
				_ = there.Close()
			}()
			return here, nil
		}
		p := theProxy()
		p.User = "u"
		conn, err := throughProxy(t.Context(), dial, p, "seed.test:4443", time.Second)
		var failed *ProxyError
		switch {
		case err == nil:
			_ = conn.Close()
		case !errors.As(err, &failed):
			t.Fatalf("error %v", err)
		}
	})
}
