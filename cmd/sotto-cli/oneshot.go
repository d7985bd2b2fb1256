package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"sotto/cmd/internal/command"
	"sotto/cmd/internal/instance"
	"sotto/cmd/internal/jsonrpc"
	"sotto/cmd/internal/network"
	"sotto/engine"
	"sotto/store"
)

const (
	// flushFor is how long a command may take after its work is done, to
	// deliver what it left in the outbox.
	flushFor = 15 * time.Second
	// lockedFor is how long a locked profile is waited for: its holder may be
	// about to serve, or about to end.
	lockedFor   = time.Second
	lockedPause = 50 * time.Millisecond
)

// oneShot runs one command: in the process that serves the profile, or here.
func (p *program) oneShot(ctx context.Context, owner *command.Owner, line *command.Line) error {
	out := newPrinter(p.out, line)
	if line.Command.Sealed && !line.Args.Has("backup_passphrase") {
		pass, err := owner.Key.GiveBackup(line.Command.Name == "backup")
		if err != nil {
			return err
		}
		line.Args["backup_passphrase"] = string(pass)
	}
	return whileLocked(ctx, func() error {
		served, err := p.askInstance(ctx, owner, line, out)
		switch {
		case served:
			return out.flush(err)
		case err != nil:
			return err
		}
		return p.here(ctx, owner, line, out)
	})
}

// whileLocked calls f again for a moment while another process has the profile.
func whileLocked(ctx context.Context, f func() error) error {
	patience, cancel := context.WithTimeout(ctx, lockedFor)
	defer cancel()
	for {
		err := f()
		if !errors.Is(err, store.ErrLocked) {
			return err
		}
		t := time.NewTimer(lockedPause)
		select {
		case <-t.C:
		case <-patience.Done():
			t.Stop()
			return err
		}
	}
}

// here runs the command in this process.
func (p *program) here(ctx context.Context, owner *command.Owner, line *command.Line, out *printer) error {
	err := line.Command.Do(ctx, command.Run{Args: line.Args, Host: owner}, out.answer)
	err = out.flush(err)
	if err == nil && line.Command.Sends {
		if left := owner.Flush(ctx, flushFor); left > 0 {
			fmt.Fprintf(p.err, "%s: not everything is delivered yet; the rest goes out with the next command that is online.\n", name)
		}
	}
	return errors.Join(err, owner.Close())
}

// askInstance runs the command in the process that serves the profile; served
// is false when there is none.
func (p *program) askInstance(ctx context.Context, owner *command.Owner, line *command.Line, out *printer) (served bool, err error) {
	var printing error
	client, err := instance.Dial(ctx, owner.Dir, func(n jsonrpc.Notification) {
		if n.Method == command.NotifyLine && printing == nil {
			printing = out.line(n.Params)
		}
	})
	switch {
	case errors.Is(err, instance.ErrNone):
		return false, nil
	case err != nil:
		return false, err
	}
	defer client.Close()
	if err := sameNetwork(owner); err != nil {
		return true, err
	}
	params := map[string]any{}
	for k, v := range line.Args {
		params[k] = v
	}
	if password := os.Getenv(command.ProxyVariable); password != "" && line.Args.Has("proxy_user") {
		params["proxy_password"] = password
	}
	// The other process stands in another folder.
	if err := line.Command.Absolute(params); err != nil {
		return true, err
	}
	if line.Command.Secret {
		fmt.Fprintf(p.err, "%s: the program that has the profile open does it; touch your security key when it blinks.\n", name)
	}
	if line.Command.Secret || line.Args.Has("recovery_phrase") {
		if err := owner.AddPassphrase(params); err != nil {
			return true, err
		}
	}
	_, err = client.Call(ctx, command.MethodLines, map[string]any{"method": line.Command.Name, "params": params})
	switch {
	case err != nil && ctx.Err() != nil && line.Args.Has("follow"):
		err = nil // told to stop
	case errors.Is(err, jsonrpc.ErrClosed):
		err = errInstanceGone
	}
	return true, errors.Join(err, printing)
}

// sameNetwork holds --network against the profile that another process has
// open.
func sameNetwork(owner *command.Owner) error {
	if owner.Network == "" {
		return nil
	}
	info, err := engine.Inspect(owner.Dir)
	if err != nil || !info.Exists {
		return err
	}
	_, err = network.Choose(owner.Network, owner.Dir, info.Network)
	return err
}

// raw is an answer of another process: JSON already.
type raw = json.RawMessage
