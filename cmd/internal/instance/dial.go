package instance

import (
	"context"
	"encoding/json"
	"fmt"
	"net"

	"sotto/cmd/internal/jsonrpc"
)

// connect reaches the process that serves a profile.
func connect(ctx context.Context, profile string) (net.Conn, error) {
	run, err := folder(profile)
	if err != nil {
		return nil, err
	}
	socket, err := locate(run)
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", socket)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil: // a leftover: nobody listens
		return nil, fmt.Errorf("%w: %w", ErrNone, err)
	}
	return conn, nil
}

// Dial opens a conversation with the process that serves a profile. notify may
// be nil, see jsonrpc.NewClient.
func Dial(ctx context.Context, profile string, notify func(jsonrpc.Notification)) (*jsonrpc.Client, error) {
	conn, err := connect(ctx, profile)
	if err != nil {
		return nil, err
	}
	return jsonrpc.NewClient(conn, notify), nil
}

// Call asks the process that serves a profile one thing. An answer that says no
// is a *jsonrpc.Error.
func Call(ctx context.Context, profile, method string, params any) (json.RawMessage, error) {
	client, err := Dial(ctx, profile, nil)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	return client.Call(ctx, method, params)
}
