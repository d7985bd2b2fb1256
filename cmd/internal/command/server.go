package command

import (
	"context"
	"encoding/json"
	"errors"
	"sync"

	"sotto/cmd/internal/jsonrpc"
)

// Methods besides the table's, and notifications.
const (
	// MethodSubscribe starts event notifications on this connection, once.
	// With {"backlog":true} it first tells what receive would.
	MethodSubscribe = "subscribe"
	// MethodLines runs a command, {"method","params"}, and sends each answer
	// as a "line" notification before its own result {"lines":n}: for one-shot
	// commands that another process serves.
	MethodLines = "lines"

	NotifyEvent = "event"
	NotifyLine  = "line"
)

// Server answers JSON-RPC for a profile.
type Server struct {
	Host Host
	// Extra are the methods of the program around it.
	Extra map[string]jsonrpc.Handler

	mu         sync.Mutex
	subscribed map[*jsonrpc.Peer]bool
}

// Handler answers calls of this process's own user, or, if remote, of other
// processes.
func (s *Server) Handler(remote bool) jsonrpc.Handler {
	return func(ctx context.Context, call jsonrpc.Call) (any, error) {
		answer, err := s.handle(ctx, call, remote)
		if err != nil {
			return nil, toRPC(err)
		}
		return answer, nil
	}
}

func (s *Server) handle(ctx context.Context, call jsonrpc.Call, remote bool) (any, error) {
	switch call.Method {
	case MethodSubscribe:
		return s.subscribe(ctx, call)
	case MethodLines:
		return s.lines(ctx, call, remote)
	}
	if extra, ok := s.Extra[call.Method]; ok {
		return extra(ctx, call)
	}
	c, args, err := method(call.Method, call.Params)
	if err != nil {
		return nil, err
	}
	if args.Has("follow") {
		return nil, usage("\"follow\" has no end to answer with: use \"subscribe\"")
	}
	list := []any{}
	err = c.Do(ctx, Run{Args: args, Host: s.Host, Remote: remote}, func(answer any) error {
		list = append(list, answer)
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case c.Lines:
		return list, nil
	}
	return list[0], nil
}

func method(name string, params json.RawMessage) (*Command, Args, error) {
	c, ok := Find(name)
	if !ok || c.Name == RPC {
		return nil, nil, jsonrpc.Errorf(jsonrpc.CodeMethodNotFound, "There is no method %q.", name)
	}
	args, err := c.FromJSON(params)
	return c, args, err
}

func (s *Server) lines(ctx context.Context, call jsonrpc.Call, remote bool) (any, error) {
	var inner struct {
		Method string          `json:"method"`
		Params json.RawMessage `json:"params"`
	}
	if json.Unmarshal(call.Params, &inner) != nil {
		return nil, usage("lines needs method and params")
	}
	c, args, err := method(inner.Method, inner.Params)
	if err != nil {
		return nil, err
	}
	n := 0
	err = c.Do(ctx, Run{Args: args, Host: s.Host, Remote: remote}, func(answer any) error {
		n++
		return call.Peer.Notify(NotifyLine, answer)
	})
	return map[string]int{"lines": n}, err
}

func (s *Server) subscribe(ctx context.Context, call jsonrpc.Call) (any, error) {
	var p struct {
		Backlog bool `json:"backlog"`
	}
	if len(call.Params) > 0 && json.Unmarshal(call.Params, &p) != nil {
		return nil, usage("backlog is true or false")
	}
	e, err := s.Host.Engine(ctx, false)
	if err != nil {
		return nil, err
	}
	if !s.enter(call.Peer) {
		return OK{true}, nil
	}
	reached := e.LastMessage()
	if p.Backlog {
		if reached, err = loadReceived(s.Host.Folder(), e); err != nil {
			s.leave(call.Peer)
			return nil, err
		}
	}
	events := newStream(e, reached, true, func(event any) error { return call.Peer.Notify(NotifyEvent, event) })
	call.Peer.Go(func(ctx context.Context) {
		defer s.leave(call.Peer)
		defer events.close()
		var save func() error
		if p.Backlog {
			save = func() error { return saveReceived(s.Host.Folder(), events.reached) }
		}
		// An error is the end of the connection or of the engine, of which
		// the caller learns anyway.
		_ = events.run(ctx, 0, save)
	})
	return OK{true}, nil
}

func (s *Server) enter(p *jsonrpc.Peer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.subscribed[p] {
		return false
	}
	if s.subscribed == nil {
		s.subscribed = make(map[*jsonrpc.Peer]bool)
	}
	s.subscribed[p] = true
	return true
}

func (s *Server) leave(p *jsonrpc.Peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.subscribed, p)
}

// fromRPC is the Failure that an answer carries.
func fromRPC(e *jsonrpc.Error) *Failure {
	if data, err := json.Marshal(e.Data); err == nil && e.Code == jsonrpc.CodeFailed {
		f := new(Failure)
		if json.Unmarshal(data, f) == nil && f.Reason != "" {
			return f
		}
	}
	reason := "internal"
	if e.Code == jsonrpc.CodeInvalidParams || e.Code == jsonrpc.CodeMethodNotFound {
		reason = "invalid"
	}
	return &Failure{Reason: reason, Message: e.Message}
}

// IsUsage reports whether an error is about arguments.
func IsUsage(err error) bool {
	var use *UsageError
	return errors.As(err, &use)
}
