package command

import (
	"context"
	"os"

	"sotto/engine"
	"sotto/engine/model"
)

// Reach answers the network commands: how the network is reached.
type Reach struct {
	Network    string `json:"network"`
	Connection string `json:"connection"` // connecting, online, degraded, offline
	Proxy      string `json:"proxy"`      // host:port, empty: none
	User       string `json:"proxy_user"`
	Offline    bool   `json:"work_offline"`
}

// ProxyChecked answers network test.
type ProxyChecked struct {
	Works   bool   `json:"works"`
	Trouble string `json:"trouble"` // works, silent, other, denied, closed, cut_off, lies
	TookMS  int64  `json:"took_ms"`
}

// ProxyVariable is the environment variable that holds the password for a proxy.
const ProxyVariable = "SOTTO_PROXY_PASSWORD"

var connections = [...]string{"connecting", "online", "degraded", "offline"}

func (c *Run) emitReach(e *engine.Engine) error {
	s, now := e.Settings(), e.Status()
	out := Reach{Network: now.Network, Connection: connections[now.Connection], Offline: s.WorkOffline}
	if s.Proxy.On {
		out.Proxy, out.User = s.Proxy.Address(), s.Proxy.User
	}
	return c.emit(out)
}

func networkShow(ctx context.Context, c *Run) error {
	e, err := c.offline(ctx)
	if err != nil {
		return err
	}
	return c.emitReach(e)
}

func checkReach(a Args) error {
	switch {
	case a.Has("proxy") && a.Has("no_proxy"):
		return usage("--proxy and --no-proxy exclude each other")
	case a.Has("offline") && a.Has("online"):
		return usage("--offline and --online exclude each other")
	case a.Has("proxy_user") && !a.Has("proxy"):
		return usage("--proxy-user goes with --proxy")
	}
	return nil
}

// networkSet changes settings; the engine follows them at once, also one that
// another process runs.
func networkSet(ctx context.Context, c *Run) error {
	proxy, err := c.proxy()
	if err != nil {
		return err
	}
	e, err := c.engine(ctx)
	if err != nil {
		return err
	}
	err = e.UpdateSettings(ctx, func(s *model.Settings) {
		switch {
		case c.Args.Has("proxy"):
			s.Proxy = proxy
		case c.Args.Has("no_proxy"):
			s.Proxy.On = false
		}
		if c.Args.Has("offline") || c.Args.Has("online") {
			s.WorkOffline = c.Args.Has("offline")
		}
	})
	if err != nil {
		return err
	}
	return c.emitReach(e)
}

// networkTest asks the network through a proxy: the one given, or the one set.
func networkTest(ctx context.Context, c *Run) error {
	proxy, err := c.proxy()
	if err != nil {
		return err
	}
	e, err := c.engine(ctx)
	if err != nil {
		return err
	}
	if !c.Args.Has("proxy") {
		if proxy = e.Settings().Proxy; !proxy.On {
			return model.Fail(model.ReasonInvalid, "no proxy is set: name one with --proxy", nil)
		}
	}
	trouble, took, err := e.CheckProxy(ctx, proxy)
	if err != nil {
		return err
	}
	return c.emit(ProxyChecked{trouble == model.ProxyWorks, trouble.String(), took.Milliseconds()})
}

// proxy reads --proxy and what goes with it.
func (c *Run) proxy() (model.Proxy, error) {
	if !c.Args.Has("proxy") {
		return model.Proxy{}, nil
	}
	password := c.Args.Text("proxy_password")
	if password == "" && !c.Remote {
		password = os.Getenv(ProxyVariable)
	}
	return ParseProxy(c.Args.Text("proxy"), c.Args.Text("proxy_user"), password)
}

// ParseProxy reads "HOST:PORT", or "tor".
func ParseProxy(address, user, password string) (model.Proxy, error) {
	if address == "tor" {
		return model.Tor, nil
	}
	p, ok := model.ParseProxy(address)
	if user != "" {
		p.User, p.Password = user, password
	}
	if !ok || !p.Valid() {
		return model.Proxy{}, usage("a proxy is HOST:PORT or tor")
	}
	return p, nil
}
