// Command sotto is the desktop program: one window for all accounts of a folder,
// or for a profile that is opened alone.
//
// It looks whether another window has them open already and brings that to the
// front, else it shows the window (ui/app), opens the profiles that need nobody,
// runs their engines, and answers the socket of each for sotto-cli.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], begin())
	stop()
	os.Exit(code)
}
