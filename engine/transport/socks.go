package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"time"

	"sotto/engine/model"
)

// proxyTimeout bounds what a proxy says of itself: connecting to it, its choice
// of a method, its word on user and password. Proxies are near; only the
// connection that it then makes may take its time.
const proxyTimeout = 5 * time.Second

// SOCKS5 (RFC 1928, RFC 1929).
const (
	socksVersion  = 5
	socksNoAuth   = 0
	socksPassword = 2
	socksNone     = 0xff
	socksConnect  = 1
	socksIPv4     = 1
	socksName     = 3
	socksIPv6     = 4

	passwordVersion = 1
)

// dialFunc opens a connection to host:port.
type dialFunc func(ctx context.Context, network, addr string) (net.Conn, error)

// ProxyError is a connection that did not come about because of the proxy. It
// blames no node: nothing was heard of any.
type ProxyError struct {
	Trouble model.ProxyTrouble
	Err     error
}

func (e *ProxyError) Error() string { return "proxy: " + e.Trouble.String() }
func (e *ProxyError) Unwrap() error { return e.Err }

// throughProxy opens a connection to addr by way of a proxy. A name in addr is
// sent as it is: the proxy looks it up, this computer never does. limit bounds
// what the proxy says of itself. The error is a *ProxyError, or the cause of
// ctx.
func throughProxy(ctx context.Context, dial dialFunc, p model.Proxy, addr string, limit time.Duration) (net.Conn, error) {
	if !p.Valid() {
		return nil, &ProxyError{model.ProxySilent, errors.New("no usable address")}
	}
	request, err := socksRequest(addr)
	if err != nil {
		return nil, err
	}
	near, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	conn, err := dial(near, "tcp", p.Address())
	if err != nil {
		return nil, proxyFault(ctx, model.ProxySilent, err)
	}
	// Whatever ends the attempt ends the reading; afterwards the connection is
	// the caller's, without a limit.
	past := time.Unix(1, 0)
	nearOver := context.AfterFunc(near, func() { _ = conn.SetDeadline(past) })
	trouble, err := greet(conn, p)
	nearOver()
	if err == nil {
		over := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(past) })
		trouble, err = connectBy(conn, request)
		if !over() && err == nil {
			err = context.Cause(ctx)
		}
	}
	if err == nil {
		// near may have set the limit just before it was told not to.
		err = conn.SetDeadline(time.Time{})
	}
	if err != nil {
		_ = conn.Close()
		return nil, proxyFault(ctx, trouble, err)
	}
	return conn, nil
}

// proxyFault tells the proxy's failures from a caller who gave up.
func proxyFault(ctx context.Context, trouble model.ProxyTrouble, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.DeadlineExceeded) {
		return cause
	}
	return &ProxyError{trouble, err}
}

// greet agrees on a method: none, or user and password where there are some.
func greet(conn net.Conn, p model.Proxy) (model.ProxyTrouble, error) {
	hello := []byte{socksVersion, 1, socksNoAuth}
	if p.User != "" {
		hello = []byte{socksVersion, 2, socksNoAuth, socksPassword}
	}
	var answer [2]byte
	if err := say(conn, hello, answer[:]); err != nil {
		return silentOr(err, model.ProxyOther), err
	}
	switch {
	case answer[0] != socksVersion:
		return model.ProxyOther, fmt.Errorf("answers with version %d", answer[0])
	case answer[1] == socksNoAuth:
		return model.ProxyWorks, nil
	case answer[1] == socksNone:
		return model.ProxyDenied, errors.New("takes none of the methods")
	case answer[1] != socksPassword || p.User == "":
		return model.ProxyOther, fmt.Errorf("chooses method %d", answer[1])
	}
	login := append([]byte{passwordVersion, byte(len(p.User))}, p.User...)
	login = append(append(login, byte(len(p.Password))), p.Password...)
	defer clear(login)
	if err := say(conn, login, answer[:]); err != nil {
		return silentOr(err, model.ProxyDenied), err
	}
	if answer[1] != 0 {
		return model.ProxyDenied, errors.New("refuses user and password")
	}
	return model.ProxyWorks, nil
}

// connectBy asks for the connection. What the proxy says of its own address is
// read, since it stands before the first byte of the other side, and dropped.
func connectBy(conn net.Conn, request []byte) (model.ProxyTrouble, error) {
	var answer [5]byte
	if err := say(conn, request, answer[:]); err != nil {
		return model.ProxyCutOff, err
	}
	if answer[0] != socksVersion {
		return model.ProxyOther, fmt.Errorf("answers with version %d", answer[0])
	}
	switch answer[1] {
	case 0:
	case 2, 7, 8: // not allowed; no such command, no such kind of address
		return model.ProxyClosed, fmt.Errorf("refuses with code %d", answer[1])
	default:
		return model.ProxyCutOff, fmt.Errorf("refuses with code %d", answer[1])
	}
	rest := 0
	switch answer[3] {
	case socksIPv4:
		rest = 4 - 1 + 2
	case socksIPv6:
		rest = 16 - 1 + 2
	case socksName:
		rest = int(answer[4]) + 2
	default:
		return model.ProxyOther, fmt.Errorf("names an address of kind %d", answer[3])
	}
	var bound [255 + 2]byte
	if _, err := io.ReadFull(conn, bound[:rest]); err != nil {
		return model.ProxyCutOff, err
	}
	return model.ProxyWorks, nil
}

// say writes and reads an answer of known length; not a byte more is read.
func say(conn net.Conn, words, answer []byte) error {
	if _, err := conn.Write(words); err != nil {
		return err
	}
	_, err := io.ReadFull(conn, answer)
	return err
}

// silentOr is what a broken greeting means: time ran out, or something else
// listens there.
func silentOr(err error, other model.ProxyTrouble) model.ProxyTrouble {
	var n net.Error
	if errors.As(err, &n) && n.Timeout() {
		return model.ProxySilent
	}
	return other
}

// socksRequest is CONNECT to host:port (RFC 1928 §4).
func socksRequest(addr string) ([]byte, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, &DialError{Address: addr}
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, &DialError{Address: addr}
	}
	b := []byte{socksVersion, socksConnect, 0}
	if ip, err := netip.ParseAddr(host); err == nil {
		ip = ip.Unmap().WithZone("")
		kind := byte(socksIPv6)
		if ip.Is4() {
			kind = socksIPv4
		}
		b = append(append(b, kind), ip.AsSlice()...)
	} else {
		if host == "" || len(host) > 255 {
			return nil, &DialError{Address: addr}
		}
		b = append(append(b, socksName, byte(len(host))), host...)
	}
	return append(b, byte(n>>8), byte(n)), nil
}
