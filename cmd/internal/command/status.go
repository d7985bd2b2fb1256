package command

import (
	"context"
	"time"

	"sotto/engine/model"
)

const (
	defaultSync = 60 * time.Second
	defaultPath = 30 * time.Second
	secondPath  = 3 * time.Second
)

func syncNow(ctx context.Context, c *Run) error {
	e, err := c.engine(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, c.Args.Seconds("timeout", defaultSync))
	defer cancel()
	r, err := e.Sync(ctx)
	if err != nil {
		return err
	}
	return c.emit(Synced{r.Received, r.Sent, r.Pending})
}

func showPath(ctx context.Context, c *Run) error {
	e, err := c.engine(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, c.Args.Seconds("timeout", defaultPath))
	defer cancel()
	events := e.Subscribe()
	defer events.Close()
	for e.Status().Connection != model.Online {
		waiting, stop := ctx, context.CancelFunc(func() {})
		if len(e.Status().Paths) > 0 {
			// The second path comes soon after the first, or not at all.
			waiting, stop = context.WithTimeout(ctx, secondPath)
		}
		_, err := events.Wait(waiting)
		stop()
		if err != nil {
			break
		}
	}
	s := e.Status()
	if len(s.Paths) == 0 {
		return model.Fail(model.ReasonOffline, "there is no path through the network", context.Cause(ctx))
	}
	return c.emit(newPaths(s))
}

func newPaths(s model.NetworkStatus) Paths {
	out := Paths{Paths: []Path{}, ClockOffsetMS: s.ClockOffset}
	for _, p := range s.Paths {
		path := Path{Nodes: []PathNode{}, Failures: p.Failures}
		for _, h := range p.Hops {
			path.Nodes = append(path.Nodes, PathNode{h.Ed25519, h.IP})
		}
		out.Paths = append(out.Paths, path)
	}
	return out
}

func safetyNumber(ctx context.Context, c *Run) error {
	e, err := c.Host.Engine(ctx, true)
	if err != nil {
		return err
	}
	conv, err := conversationID(c.Args.Text("with"))
	if err != nil {
		return err
	}
	n, err := e.SafetyNumber(conv)
	if err != nil {
		return err
	}
	return c.emit(SafetyNumber{n})
}
