package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"sotto/cmd/internal/command"
	"sotto/cmd/internal/instance"
	"sotto/cmd/internal/jsonrpc"
	"sotto/internal/connectivity"
	"sotto/internal/desktop"
	"sotto/internal/suspend"
	"sotto/ui/app"
	"sotto/ui/theme"
)

const appID = "im.sotto.Sotto"

// Exit codes.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

// firstFrame is how long the first frame may wait for the profile: one frame
// with the list is better than an empty one before it.
const firstFrame = 400 * time.Millisecond

func run(ctx context.Context, args []string, stderr io.Writer) int {
	o, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		fmt.Fprintln(stderr, "sotto:", err)
		return exitUsage
	}
	log, files := newLog(o, stderr)
	defer files.Close()
	server, err := instance.Listen(o.folder)
	if errors.Is(err, instance.ErrServed) && raise(ctx, o) == nil {
		return exitOK
	}
	if err != nil {
		// Without a socket there is no second start that finds this window, and
		// no command line beside it; the rest works. A profile that another
		// program has open says so itself.
		log.Warn("the profile's socket is not served", "err", err)
	}

	h := newHost(o, log, files)
	h.begin(ctx)
	assumed := theme.AssumeLight()
	a := app.Toolkit(appID)
	assumed()
	// Not the toolkit's own Quit: it crashes where the system had no watcher left
	// for the toolkit's settings file, and the profile would stay unclosed.
	w := app.New(a, h, func() { a.Driver().Quit() })
	settled := w.Settle(desktop.App{ID: appID, Name: "Sotto"}, o.hidden)
	if o.link != "" {
		w.OpenLink(o.link)
	}
	ctx, cancel := context.WithCancel(ctx)
	served := make(chan struct{})
	go func() {
		defer close(served)
		if server != nil {
			serve(ctx, server, h, w, o.inspect, log)
		}
	}()
	var watched sync.WaitGroup
	watched.Go(func() { settled(ctx) })
	watched.Go(func() { suspend.Watch(ctx, w.Away) })
	watched.Go(func() { connectivity.Watch(ctx, h.wake) })
	stopped := context.AfterFunc(ctx, func() { fyne.Do(w.Close) })
	w.Prepare(firstFrame)
	a.Run()

	stopped()
	cancel()
	<-served
	watched.Wait()
	if err := h.close(); err != nil {
		log.Error("not closed cleanly", "err", err)
		return exitError
	}
	return exitOK
}

// raise brings the window to the front that has the profile open, and gives it
// the link. A start that is to be hidden leaves it where it is.
func raise(ctx context.Context, o options) error {
	if o.hidden && o.link == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, err := instance.Call(ctx, o.folder, "window.show", showParams{o.link})
	return err
}

// showParams are those of window.show.
type showParams struct {
	Link string `json:"link,omitempty"` // to follow
}

// serve answers the profile's socket: the commands of sotto-cli, and what is
// about the window.
func serve(ctx context.Context, server *instance.Server, h *host, w *app.Window, inspect bool, log *slog.Logger) {
	extra := map[string]jsonrpc.Handler{
		"window.show": func(_ context.Context, call jsonrpc.Call) (any, error) {
			var p showParams
			if len(call.Params) > 0 {
				if err := json.Unmarshal(call.Params, &p); err != nil {
					return nil, err
				}
			}
			fyne.Do(func() {
				w.Raise()
				if p.Link != "" {
					w.OpenLink(p.Link)
				}
			})
			return nil, nil
		},
	}
	if inspect {
		extra["window.inspect"] = func(context.Context, jsonrpc.Call) (any, error) {
			var answer struct {
				Things any `json:"things"`
			}
			fyne.DoAndWait(func() { answer.Things = w.Inspect() })
			return answer, nil
		}
	}
	answers := command.Server{Host: socketHost{h}, Extra: extra}
	if err := server.Serve(ctx, answers.Handler(true)); err != nil {
		log.Warn("the profile's socket is not served any more", "err", err)
	}
}
