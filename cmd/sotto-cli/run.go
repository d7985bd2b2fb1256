package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"sotto/cmd/internal/command"
	"sotto/cmd/internal/profile"
	"sotto/engine/model"
)

const name = "sotto-cli"

// Exit codes.
const (
	exitDone  = 0
	exitError = 1
	exitUsage = 2
)

// program is one run of sotto-cli.
type program struct {
	in  *os.File
	out io.Writer
	err io.Writer
}

func (p *program) run(ctx context.Context, args []string) int {
	line, err := command.Parse(args)
	switch {
	case err != nil:
		return p.usage(&line, err)
	case line.Help:
		return p.help(&line)
	}
	dir := line.Global.Text("profile")
	if dir == "" {
		if dir, err = profile.DefaultFolder(); err != nil {
			return p.fail(&line, err)
		}
	}
	key := profile.FromEnvironment(line.Global.Has("insecure_no_passphrase"), p.in, p.err)
	key.KeyFile = line.Global.Text("key_file")
	proxy := model.Proxy{}
	if via := line.Global.Text("via"); via != "" {
		if proxy, err = command.ParseProxy(via, "", ""); err != nil {
			return p.usage(&line, err)
		}
	}
	owner := &command.Owner{
		Dir:     dir,
		Proxy:   proxy,
		Network: line.Global.Text("network"),
		Key:     key,
		Logger:  p.logger(line.Global.Text("log_level")),
	}
	if line.Command.Name == command.RPC {
		err = p.rpc(ctx, owner)
	} else {
		err = p.oneShot(ctx, owner, &line)
	}
	switch {
	case command.IsUsage(err):
		return p.usage(&line, err)
	case err != nil:
		owner.Logger.Debug("command failed", "err", err)
		return p.fail(&line, err)
	}
	return exitDone
}

func (p *program) logger(level string) *slog.Logger {
	l := slog.LevelWarn
	switch level {
	case "debug":
		l = slog.LevelDebug
	case "info":
		l = slog.LevelInfo
	case "error":
		l = slog.LevelError
	}
	return slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: l}))
}

func (p *program) help(line *command.Line) int {
	w := bufio.NewWriter(p.out)
	var err error
	if line.Command != nil {
		err = line.Command.WriteHelp(w, name)
	} else {
		err = command.Help(w, name)
	}
	if errors.Join(err, w.Flush()) != nil {
		return exitError
	}
	return exitDone
}

// usage reports a command line that does not fit.
func (p *program) usage(line *command.Line, err error) int {
	fmt.Fprintf(p.err, "%s: %s\n", name, err)
	help := "--help lists the commands"
	if line.Command != nil {
		help = line.Command.Words() + " --help tells more"
	}
	fmt.Fprintf(p.err, "%s %s.\n", name, help)
	return exitUsage
}

// fail reports an error: as JSON on standard output for scripts, else in words.
func (p *program) fail(line *command.Line, err error) int {
	f := command.NewFailure(err)
	if line.Global.Has("json") {
		if werr := writeJSON(p.out, map[string]any{"error": f}); werr == nil {
			return exitError
		}
	}
	fmt.Fprintf(p.err, "%s: %s\n", name, f.Message)
	return exitError
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
