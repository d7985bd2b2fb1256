package testkit

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/engine/transport"
	"sotto/internal/socksproxy"
)

// onlyPeer lets engines connect to one address and counts; any other is an
// error of the test.
func onlyPeer(t *testing.T, k *Kit, peer string) *atomic.Int32 {
	t.Helper()
	dialled := new(atomic.Int32)
	k.Configure = func(c *transport.Config) {
		c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if addr != peer {
				t.Errorf("dialled %s, not the proxy", addr)
				return nil, errors.New("not the proxy")
			}
			dialled.Add(1)
			return new(net.Dialer).DialContext(ctx, network, addr)
		}
	}
	return dialled
}

// proxyOf is a proxy at an address of this computer.
func proxyOf(addr, user, password string) model.Proxy {
	at := netip.MustParseAddrPort(addr)
	return model.Proxy{On: true, Host: at.Addr().String(), Port: at.Port(), User: user, Password: password}
}

// TestAWholeRunThroughTheProxy: accounts, messages, files, a profile picture, a
// group, a community and clearing, with no other peer than the proxy, from the
// first connection after the profile is opened.
func TestAWholeRunThroughTheProxy(t *testing.T) {
	k := New(t)
	proxy := &socksproxy.Proxy{User: "ada", Password: "not for the disk"}
	addr := socksproxy.Start(t, proxy)
	dialled := onlyPeer(t, k, addr)
	k.Proxy = proxyOf(addr, "ada", "not for the disk")

	alice, bob := k.Alice(t), k.Bob(t)
	alice.Befriend(bob)
	alice.Send(bob, "through the proxy")
	_, err := alice.SendFiles(alice.Ctx(), bob.ID(), model.Draft{Text: "a file"}, []engine.File{{Name: "notes.txt", Data: strings.NewReader("some notes")}})
	alice.Must(err)
	alice.Exchange()
	bob.AwaitFile(alice)
	_, err = bob.CreateGroup(bob.Ctx(), "Rowers", "", []model.ID{alice.Me().ID})
	bob.Must(err)
	bob.Exchange()
	alice.Exchange()
	_, err = alice.JoinCommunity(alice.Ctx(), k.CommunityURL("lounge"))
	alice.Must(err)
	alice.Exchange()

	// Over a restart the proxy holds from the first connection on.
	bob.Quit()
	bob.Start()
	bob.Exchange()
	if s := bob.Status(); !s.Proxied || s.Connection == model.Offline {
		t.Errorf("status %+v", s)
	}
	_, err = bob.ClearNetwork(bob.Ctx())
	bob.Must(err)
	if dialled.Load() == 0 || len(proxy.Asked()) == 0 {
		t.Error("nothing went through the proxy")
	}

	bob.Quit()
	alice.Quit()
	for _, p := range []*Person{alice, bob} {
		err := filepath.WalkDir(p.dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			if err == nil && (strings.Contains(string(data), "not for the disk") || strings.Contains(string(data), addr)) {
				t.Errorf("%s tells the proxy or its password", filepath.Base(path))
			}
			return err
		})
		p.Must(err)
	}
}

// TestAProxyThatFailsIsNotGoneAround: when it ends, nothing else is dialled, the
// status says why, and what was written goes out when it is back.
func TestAProxyThatFailsIsNotGoneAround(t *testing.T) {
	k := New(t)
	proxy := &socksproxy.Proxy{}
	addr := socksproxy.Start(t, proxy)
	onlyPeer(t, k, addr)
	k.Proxy = proxyOf(addr, "", "")
	alice, bob := k.Alice(t), k.Bob(t)
	alice.Befriend(bob)

	proxy.SetFault(socksproxy.Rejects)
	id := alice.Send(bob, "later")
	alice.Await("the trouble", func() bool {
		s := alice.Status()
		return s.Connection == model.Offline && s.ProxyTrouble == model.ProxyDenied
	})
	trouble, _, err := alice.CheckProxy(alice.Ctx(), k.Proxy)
	if err != nil || trouble != model.ProxyDenied {
		t.Errorf("checked: %v, %v", trouble, err)
	}
	proxy.SetFault(socksproxy.Honest)
	alice.Wake()
	alice.Await("that it goes out", func() bool {
		m, _ := alice.Message(id)
		return m.State == model.StateSent
	})
	if trouble, took, err := alice.CheckProxy(alice.Ctx(), k.Proxy); err != nil || trouble != model.ProxyWorks || took <= 0 {
		t.Errorf("checked: %v, %v, %v", trouble, took, err)
	}
}

// TestWorkOffline: nothing is dialled while it is on, messages wait, and go out
// afterwards.
func TestWorkOffline(t *testing.T) {
	k := New(t)
	var refused atomic.Bool
	k.Configure = func(c *transport.Config) {
		c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if refused.Load() {
				t.Errorf("dialled %s offline", addr)
			}
			return new(net.Dialer).DialContext(ctx, network, addr)
		}
	}
	alice := k.Alice(t)
	k.Configure = nil
	bob := k.Bob(t)
	alice.Befriend(bob)

	offline := func(on bool) {
		alice.Must(alice.UpdateSettings(alice.Ctx(), func(s *model.Settings) { s.WorkOffline = on }))
	}
	offline(true)
	refused.Store(true)
	id := alice.Send(bob, "written offline")
	if s := alice.Status(); s.Connection != model.Offline || !s.WorkOffline {
		t.Errorf("status %+v", s)
	}
	_, err := alice.Sync(alice.Ctx())
	if model.ReasonOf(err) != model.ReasonOffline {
		t.Errorf("sync: %v", err)
	}
	alice.Quit()
	alice.Start()
	if _, err := alice.Sync(alice.Ctx()); model.ReasonOf(err) != model.ReasonOffline {
		t.Errorf("sync after a restart: %v", err)
	}
	if m, _ := alice.Message(id); m.State == model.StateSent {
		t.Error("sent")
	}
	refused.Store(false)
	offline(false)
	alice.Await("that it goes out", func() bool {
		m, _ := alice.Message(id)
		return m.State == model.StateSent
	})
}
