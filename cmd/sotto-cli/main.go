// Command sotto-cli is the messenger without a window: one-shot commands for
// people and scripts, and JSON-RPC 2.0 on standard input and output for
// programs. `sotto-cli --help` lists the commands; with --json their answers
// have the shapes of package command.
//
// A profile is used by one process at a time. When that is `sotto-cli rpc` or
// the desktop program, others are served by it over the profile's socket;
// otherwise they get the reason "locked".
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := program{in: os.Stdin, out: os.Stdout, err: os.Stderr}
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
