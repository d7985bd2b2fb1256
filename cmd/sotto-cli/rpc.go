package main

import (
	"context"
	"errors"
	"io"

	"sotto/cmd/internal/command"
	"sotto/cmd/internal/instance"
	"sotto/cmd/internal/jsonrpc"
	"sotto/engine/model"
	"sotto/store"
)

// errInstanceGone: the process that was asked ended before it answered.
var errInstanceGone = model.Fail(model.ReasonInternal, "the program that had the profile open has ended", nil)

// rpc answers JSON-RPC on standard input and, for other processes, on the
// profile's socket, until the input ends. When another process serves the
// profile, calls are handed to it.
func (p *program) rpc(ctx context.Context, owner *command.Owner) error {
	server, err := instance.Listen(owner.Dir)
	if errors.Is(err, instance.ErrServed) {
		return p.relay(ctx, owner)
	}
	if err != nil {
		return err
	}
	owner.Stay = true
	err = p.serve(ctx, owner, server)
	return errors.Join(err, owner.Close())
}

func (p *program) serve(ctx context.Context, owner *command.Owner, socket *instance.Server) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// Messages arrive from now on, also before the first call. Without a
	// profile there is nothing to open yet: account.create makes it.
	err := whileLocked(ctx, func() error {
		_, err := owner.Engine(ctx, false)
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNoProfile) {
		return errors.Join(err, socket.Close())
	}
	s := &command.Server{Host: owner}
	served := make(chan error, 1)
	go func() { served <- socket.Serve(ctx, s.Handler(true)) }()
	err = jsonrpc.Serve(ctx, interruptible(ctx, p.in), p.out, s.Handler(false), jsonrpc.Options{Finish: true})
	cancel()
	return errors.Join(err, <-served)
}

// relay hands calls to the process that serves the profile.
func (p *program) relay(ctx context.Context, owner *command.Owner) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := sameNetwork(owner); err != nil {
		return err
	}
	peers := make(chan *jsonrpc.Peer, 1) // the one behind standard input
	client, err := instance.Dial(ctx, owner.Dir, func(n jsonrpc.Notification) {
		peer := <-peers
		peers <- peer
		_ = peer.Notify(n.Method, n.Params) // nobody listens: Serve below ends
	})
	if err != nil {
		return err
	}
	defer client.Close()
	return jsonrpc.Serve(ctx, interruptible(ctx, p.in), p.out, func(ctx context.Context, call jsonrpc.Call) (any, error) {
		select {
		case peers <- call.Peer:
		default: // known already
		}
		var params any
		if len(call.Params) > 0 {
			params = call.Params
		}
		answer, err := client.Call(ctx, call.Method, params)
		if errors.Is(err, jsonrpc.ErrClosed) {
			err = &jsonrpc.Error{Code: jsonrpc.CodeFailed, Message: "The program that had the profile open has ended.", Data: command.NewFailure(errInstanceGone)}
		}
		if err != nil {
			return nil, err
		}
		return answer, nil
	}, jsonrpc.Options{Finish: true})
}

// interruptible reads r until ctx ends, although a read of a terminal or a pipe
// cannot be broken off: what is stuck in it ends with the process.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	pr, pw := io.Pipe()
	context.AfterFunc(ctx, func() { pw.CloseWithError(io.EOF) })
	go func() {
		_, err := io.Copy(pw, r)
		if err == nil {
			err = io.EOF
		}
		pw.CloseWithError(err)
	}()
	return pr
}
