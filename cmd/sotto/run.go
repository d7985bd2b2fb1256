package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"time"

	"fyne.io/fyne/v2"

	"sotto/cmd/internal/command"
	"sotto/cmd/internal/instance"
	"sotto/cmd/internal/jsonrpc"
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
	if errors.Is(err, instance.ErrServed) && raise(ctx, o.folder) == nil {
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
	ctx, cancel := context.WithCancel(ctx)
	served := make(chan struct{})
	go func() {
		defer close(served)
		if server != nil {
			serve(ctx, server, h, w, o.inspect, log)
		}
	}()
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		suspend.Watch(ctx, w.Away)
	}()
	stopped := context.AfterFunc(ctx, func() { fyne.Do(w.Close) })
	w.Prepare(firstFrame)
	a.Run()

	stopped()
	cancel()
	<-served
	<-watched
	if err := h.close(); err != nil {
		log.Error("not closed cleanly", "err", err)
		return exitError
	}
	return exitOK
}

// raise brings the window to the front that has the profile open.
func raise(ctx context.Context, folder string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, err := instance.Call(ctx, folder, "window.show", nil)
	return err
}

// serve answers the profile's socket: the commands of sotto-cli, and what is
// about the window.
func serve(ctx context.Context, server *instance.Server, h *host, w *app.Window, inspect bool, log *slog.Logger) {
	extra := map[string]jsonrpc.Handler{
		"window.show": func(context.Context, jsonrpc.Call) (any, error) {
			fyne.Do(w.Raise)
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
