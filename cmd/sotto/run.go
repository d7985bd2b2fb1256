package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"sotto/cmd/internal/accounts"
	"sotto/cmd/internal/command"
	"sotto/cmd/internal/instance"
	"sotto/cmd/internal/jsonrpc"
	"sotto/internal/connectivity"
	"sotto/internal/desktop"
	"sotto/internal/memory"
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
	place := cmp.Or(o.base, o.folder)
	server, served := instance.Listen(place)
	if errors.Is(served, instance.ErrServed) && raise(ctx, place, o) == nil {
		return exitOK
	}
	h, several, listed := find(o, stderr)
	if several != nil && raise(ctx, h.o.folder, o) == nil {
		return exitOK // opened alone, in another window
	}
	log := h.log
	if served != nil {
		// Without a socket there is no second start that finds this window, and
		// no command line beside it; the rest works. A profile that another
		// program has open says so itself.
		log.Warn("the socket is not served", "err", served)
	}
	if listed != nil {
		log.Warn("the list of accounts is not what it was", "err", listed)
	}
	h.begin(ctx)
	assumed := theme.AssumeLight()
	a := app.Toolkit(appID)
	assumed()
	// Not the toolkit's own Quit: it crashes where the system had no watcher left
	// for the toolkit's settings file, and the profile would stay unclosed.
	e := ending{returned: make(chan struct{}), exit: os.Exit}
	quit := func() {
		a.Driver().Quit()
		e.begin()
	}
	var w *app.Window
	if several != nil {
		w = app.NewSeveral(a, several, quit)
	} else {
		w = app.New(a, h, quit)
	}
	settled := w.Settle(desktop.App{ID: appID, Name: "Sotto"}, o.hidden)
	if o.link != "" {
		w.OpenLink(o.link)
	}
	ctx, cancel := context.WithCancel(ctx)
	if several != nil {
		several.answerAll(ctx, func(ctx context.Context, h *host, server *instance.Server) {
			front := func() {
				w.Show(h)
				w.Raise()
			}
			commands := command.Server{Host: socketHost{h}, Extra: window(w, front, o.inspect)}
			serve(ctx, server, commands.Handler(true), h.log)
		})
	}
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		if server == nil {
			return
		}
		extra := window(w, w.Raise, o.inspect)
		if several != nil {
			serve(ctx, server, only(extra), log)
			return
		}
		commands := command.Server{Host: socketHost{h}, Extra: extra}
		serve(ctx, server, commands.Handler(true), log)
	}()
	wake, end := h.wake, func() error { return errors.Join(h.close(), h.logs.Close()) }
	if several != nil {
		wake, end = several.wake, several.close
	}
	var watched sync.WaitGroup
	watched.Go(func() { settled(ctx) })
	watched.Go(func() { suspend.Watch(ctx, w.Away) })
	watched.Go(func() { connectivity.Watch(ctx, wake) })
	watched.Go(func() { memory.ReturnAtRest(ctx) })
	e.finish = sync.OnceValue(func() int {
		w.End()
		cancel()
		<-answered
		watched.Wait()
		if err := end(); err != nil {
			fmt.Fprintln(stderr, "sotto: not closed cleanly:", err)
			return exitError
		}
		return exitOK
	})
	stopped := context.AfterFunc(ctx, func() {
		w.Stop()
		e.begin()
	})
	if err := w.Display(); err != nil {
		stopped()
		e.finish()
		fmt.Fprintln(stderr, "sotto: there is no display to show a window on. Start Sotto from your desktop, or use sotto-cli here.")
		log.Error("the window is not shown", "err", err)
		return exitError
	}
	w.Prepare(firstFrame)
	if errors.Is(listed, accounts.ErrDamaged) {
		fyne.Do(w.ListDamaged)
	}
	a.Run()
	stopped()
	close(e.returned)
	return e.finish()
}

// find finds what the window shows first: the one profile, or of all accounts the
// one that was shown last. The error is about the list of accounts, without which
// they are found as well.
func find(o options, stderr io.Writer) (h *host, several *keeper, err error) {
	if o.base == "" {
		log, files := newLog(o, stderr)
		return newHost(o, log, files), nil, nil
	}
	several, err = newKeeper(o, stderr)
	return several.last(), several, err
}

// raise brings the window to the front that has the folder open, and gives it the
// link. A start that is to be hidden leaves it where it is. The error says that
// there is no such window.
func raise(ctx context.Context, folder string, o options) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, err := instance.Call(ctx, folder, "window.show", showParams{Link: o.link, Stay: o.hidden})
	return err
}

// showParams are those of window.show.
type showParams struct {
	Link string `json:"link,omitempty"` // to follow
	Stay bool   `json:"stay,omitempty"` // where it is: only to know that it is there
}

// window is what a socket answers about the window. front brings it to the front.
func window(w *app.Window, front func(), inspect bool) map[string]jsonrpc.Handler {
	extra := map[string]jsonrpc.Handler{
		"window.show": func(_ context.Context, call jsonrpc.Call) (any, error) {
			var p showParams
			if len(call.Params) > 0 {
				if err := json.Unmarshal(call.Params, &p); err != nil {
					return nil, err
				}
			}
			if p.Stay {
				return nil, nil
			}
			fyne.Do(func() {
				front()
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
	return extra
}

// only answers these methods and no others: the socket of several accounts knows
// the window. Each account has one of its own, which knows its commands, too.
func only(methods map[string]jsonrpc.Handler) jsonrpc.Handler {
	return func(ctx context.Context, call jsonrpc.Call) (any, error) {
		if do, ok := methods[call.Method]; ok {
			return do(ctx, call)
		}
		return nil, jsonrpc.Errorf(jsonrpc.CodeMethodNotFound, "there is no method %q here: name the folder of an account", call.Method)
	}
}

// serve answers a socket until ctx ends.
func serve(ctx context.Context, server *instance.Server, answer jsonrpc.Handler, log *slog.Logger) {
	if err := server.Serve(ctx, answer); err != nil {
		log.Warn("the socket is not served any more", "err", err)
	}
}
