package localnet

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// reply is an answer before faults have had their way with it.
type reply struct {
	status      int
	contentType string
	body        []byte
	header      [2]string // one more header, when the name is not empty
}

const (
	typeText   = "text/plain"
	typeJSON   = "application/json"
	typeBinary = "application/octet-stream"
)

func text(status int, s string) reply {
	return reply{status: status, contentType: typeText, body: []byte(s)}
}

func document(status int, doc []byte) reply {
	return reply{status: status, contentType: typeJSON, body: doc}
}

// notFound is what official nodes say to an unknown path or a wrong method.
func notFound(r *http.Request) reply {
	return text(http.StatusNotFound, strings.ToLower(r.Method)+" "+r.URL.Path+" Not Found")
}

// endpoint is one HTTP or HTTPS server that can be stopped and started again on
// its port.
type endpoint struct {
	ip     string
	port   uint16
	tls    *tls.Config // nil: plain HTTP
	server string      // header Server
	gate   *gate
	answer func(*http.Request) reply

	parent  context.Context
	mu      sync.Mutex
	http    *http.Server
	cancel  context.CancelFunc
	running sync.WaitGroup // Serve and connections
}

// start serves on l, or on the endpoint's port when l is nil. It does nothing
// when the endpoint runs.
func (e *endpoint) start(l net.Listener) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.http != nil {
		return nil
	}
	if l == nil {
		var err error
		if l, err = listen(e.ip, &e.port); err != nil {
			return err
		}
	}
	if e.tls != nil {
		l = tls.NewListener(l, e.tls)
	}
	ctx, cancel := context.WithCancel(e.parent)
	e.cancel = cancel
	e.http = &http.Server{
		Handler:           http.HandlerFunc(e.handle),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 20 * time.Second,
		IdleTimeout:       5 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ConnState: func(_ net.Conn, state http.ConnState) {
			// New comes from within Serve, which is counted itself.
			switch state {
			case http.StateNew:
				e.running.Add(1)
			case http.StateClosed, http.StateHijacked:
				e.running.Done()
			}
		},
		ErrorLog: log.New(io.Discard, "", 0), // clients hang up; that is no news
	}
	srv := e.http
	e.running.Go(func() { _ = srv.Serve(l) }) // ends with ErrServerClosed
	return nil
}

// stop closes the port and all connections, and waits for the handlers.
func (e *endpoint) stop() {
	e.mu.Lock()
	srv, cancel := e.http, e.cancel
	e.http, e.cancel = nil, nil
	e.mu.Unlock()
	if srv == nil {
		return
	}
	cancel()
	_ = srv.Close() // an error here is one of closing the listener: it is gone either way
	e.running.Wait()
}

func (e *endpoint) url() string {
	scheme := "http"
	if e.tls != nil {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(e.ip, strconv.Itoa(int(e.port)))
}

func (e *endpoint) handle(w http.ResponseWriter, r *http.Request) {
	if e.server != "" {
		w.Header().Set("Server", e.server)
	}
	e.gate.serve(w, r, e.answer)
}

// readBody reads at most limit bytes. ok is false, with the answer to give,
// when there are more or the client went away.
func readBody(r *http.Request, limit int64) (body []byte, bad reply, ok bool) {
	tooLarge := text(http.StatusRequestEntityTooLarge, "Request body too large")
	tooLarge.header = [2]string{"Connection", "close"}
	if r.ContentLength > limit {
		return nil, tooLarge, false
	}
	if r.ContentLength >= 0 {
		body = make([]byte, r.ContentLength)
		if _, err := io.ReadFull(r.Body, body); err != nil {
			return nil, text(http.StatusBadRequest, "incomplete request"), false
		}
		return body, reply{}, true
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		return nil, text(http.StatusBadRequest, "incomplete request"), false
	}
	if int64(len(body)) > limit {
		return nil, tooLarge, false
	}
	return body, reply{}, true
}
