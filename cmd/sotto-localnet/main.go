// Command sotto-localnet runs a whole Session network on this machine, for
// trying the messenger out and for tests. When everything answers it prints one
// line of JSON; it runs until SIGINT or SIGTERM. Package engine/localnet does
// the work.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"sotto/engine/localnet"
)

// Exit codes of the command line's contract.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main with its surroundings as parameters.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if err != nil {
		fmt.Fprintln(stderr, "sotto-localnet:", err)
		return exitUsage
	}
	n, err := localnet.Start(ctx, o)
	if err != nil {
		fmt.Fprintln(stderr, "sotto-localnet:", err)
		if errors.Is(err, localnet.ErrOptions) {
			return exitUsage
		}
		return exitError
	}
	line, err := json.Marshal(n.Ready())
	if err == nil {
		_, err = fmt.Fprintf(stdout, "%s\n", line)
	}
	if err == nil {
		<-ctx.Done()
	}
	if err = errors.Join(err, n.Close()); err != nil {
		fmt.Fprintln(stderr, "sotto-localnet:", err)
		return exitError
	}
	return exitOK
}

func parse(args []string, stderr io.Writer) (localnet.Options, error) {
	var o localnet.Options
	var level slog.Level
	f := flag.NewFlagSet("sotto-localnet", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&o.Dir, "dir", "", "folder of the network (required)")
	f.IntVar(&o.Nodes, "nodes", 9, "number of service nodes of a new network")
	f.IntVar(&o.SwarmSize, "swarm-size", 3, "nodes in a swarm of a new network")
	f.Int64Var(&o.Seed, "seed", 0, "number that makes the keys of a new network reproducible; 0 draws them")
	f.StringVar(&o.Listen, "listen", "127.0.0.1", "loopback address of all servers")
	f.BoolVar(&o.NoRateLimit, "no-rate-limit", false, "answer however many requests one address sends, for measuring")
	f.TextVar(&level, "log-level", slog.LevelWarn, "what to log to standard error: debug, info, warn, error")
	if err := f.Parse(args); err != nil {
		f.SetOutput(stderr)
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(stderr, "usage: sotto-localnet --dir DIR [options]")
			f.PrintDefaults()
		}
		return o, err
	}
	switch {
	case f.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", f.Arg(0))
	case o.Dir == "":
		return o, errors.New("--dir is required")
	case o.Nodes < 1 || o.Nodes > localnet.MaxNodes:
		return o, fmt.Errorf("--nodes must be 1 to %d", localnet.MaxNodes)
	case o.SwarmSize < 1:
		return o, errors.New("--swarm-size must be at least 1")
	}
	o.Logger = slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level}))
	return o, nil
}
