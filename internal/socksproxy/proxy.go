// Package socksproxy is a SOCKS5 proxy for tests (RFC 1928, RFC 1929): an honest
// one that notes what it was asked for, and every way in which a proxy can be
// of no use.
//
// Most callers call Start. Tests without sockets hand connections to Serve.
package socksproxy

import (
	"context"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"testing"
)

// Fault is a way of being of no use. The zero value is an honest proxy.
type Fault int

// The faults.
const (
	Honest  Fault = iota
	Hangs         // takes connections and says nothing
	Stalls        // greets and then says nothing
	Web           // is a web server
	Rejects       // takes no method at all
	Forbids       // its rules forbid every connection
	CutOff        // reaches nobody
	Babbles       // answers with bytes that mean nothing
	HangsUp       // ends the line after the greeting
)

// Proxy is one proxy. Fields are set before it serves.
type Proxy struct {
	// User and Password are asked for when User is not empty.
	User, Password string
	// Dial connects to what was asked for; nil is the system's dialer. One that
	// connects elsewhere makes a proxy that lies.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)

	mu    sync.Mutex
	fault Fault
	asked []string
	open  map[net.Conn]bool
	over  bool
}

// Start lets a proxy listen on this computer until the test ends, and returns
// its address.
func Start(t testing.TB, p *Proxy) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { p.Serve(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		p.End()
		all.Wait()
	})
	return l.Addr().String()
}

// SetFault changes how it behaves towards those who come from now on, and ends
// the lines that stand.
func (p *Proxy) SetFault(f Fault) {
	p.mu.Lock()
	p.fault = f
	p.mu.Unlock()
	p.hangUp(false)
}

// Asked lists what connections were asked for, host:port as the client sent it.
func (p *Proxy) Asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

// End ends all lines, also those that come later.
func (p *Proxy) End() { p.hangUp(true) }

func (p *Proxy) hangUp(over bool) {
	p.mu.Lock()
	p.over = p.over || over
	open := p.open
	p.open = nil
	p.mu.Unlock()
	for c := range open {
		_ = c.Close()
	}
}

// hold keeps a line to be ended; false when it is too late.
func (p *Proxy) hold(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return false
	}
	if p.open == nil {
		p.open = map[net.Conn]bool{}
	}
	p.open[c] = true
	return true
}

// Serve serves one client and returns when the line has ended.
func (p *Proxy) Serve(c net.Conn) {
	defer c.Close()
	if !p.hold(c) {
		return
	}
	p.mu.Lock()
	fault := p.fault
	p.mu.Unlock()
	switch fault {
	case Hangs:
		_, _ = io.Copy(io.Discard, c)
		return
	case Web:
		_, _ = io.ReadFull(c, make([]byte, 3))
		_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
		return
	}
	if !p.greet(c, fault) {
		return
	}
	addr, ok := request(c)
	if !ok {
		return
	}
	p.mu.Lock()
	p.asked = append(p.asked, addr)
	p.mu.Unlock()
	switch fault {
	case Stalls:
		_, _ = io.Copy(io.Discard, c)
		return
	case Forbids:
		answer(c, 2)
		return
	case CutOff:
		answer(c, 4)
		return
	case Babbles:
		_, _ = c.Write([]byte{5, 0, 0, 77, 1, 2, 3, 4, 5, 6, 7, 8, 9})
		return
	case HangsUp:
		return
	}
	dial := p.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	far, err := dial(context.Background(), "tcp", addr)
	if err != nil {
		answer(c, 5)
		return
	}
	defer far.Close()
	if !p.hold(far) || !answer(c, 0) {
		return
	}
	var both sync.WaitGroup
	pass := func(to, from net.Conn) {
		_, _ = io.Copy(to, from)
		_ = to.Close()
		_ = from.Close()
	}
	both.Go(func() { pass(far, c) })
	both.Go(func() { pass(c, far) })
	both.Wait()
}

// greet chooses the method and checks user and password.
func (p *Proxy) greet(c net.Conn, fault Fault) bool {
	var head [2]byte
	if _, err := io.ReadFull(c, head[:]); err != nil || head[0] != 5 {
		return false
	}
	methods := make([]byte, head[1])
	if _, err := io.ReadFull(c, methods); err != nil {
		return false
	}
	method := byte(0)
	if p.User != "" {
		method = 2
	}
	if fault == Rejects || !slices.Contains(methods, method) {
		_, _ = c.Write([]byte{5, 0xff})
		return false
	}
	if _, err := c.Write([]byte{5, method}); err != nil || method == 0 {
		return err == nil
	}
	user, ok := text(c, 1)
	password, ok2 := text(c, 0)
	if !ok || !ok2 || user != p.User || password != p.Password {
		_, _ = c.Write([]byte{1, 1})
		return false
	}
	_, err := c.Write([]byte{1, 0})
	return err == nil
}

// text reads a text after its length, which stands behind skip bytes.
func text(c net.Conn, skip int) (string, bool) {
	head := make([]byte, skip+1)
	if _, err := io.ReadFull(c, head); err != nil {
		return "", false
	}
	b := make([]byte, head[skip])
	_, err := io.ReadFull(c, b)
	return string(b), err == nil
}

// request reads what the client wants to be connected to.
func request(c net.Conn) (addr string, ok bool) {
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil || head[0] != 5 || head[1] != 1 {
		return "", false
	}
	var host string
	switch head[3] {
	case 1, 4:
		ip := make(net.IP, map[byte]int{1: 4, 4: 16}[head[3]])
		if _, err := io.ReadFull(c, ip); err != nil {
			return "", false
		}
		host = ip.String()
	case 3:
		if host, ok = text(c, 0); !ok {
			return "", false
		}
	default:
		return "", false
	}
	var port [2]byte
	if _, err := io.ReadFull(c, port[:]); err != nil {
		return "", false
	}
	return net.JoinHostPort(host, strconv.Itoa(int(port[0])<<8|int(port[1]))), true
}

// answer says how it went, and names an address of its own as a name, which few
// proxies do and clients must be able to read.
func answer(c net.Conn, code byte) bool {
	_, err := c.Write(append([]byte{5, code, 0, 3, 5}, "proxy\x04\x38"...))
	return err == nil
}
