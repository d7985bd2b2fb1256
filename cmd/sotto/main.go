// Command sotto is the desktop program: one window for one profile.
//
// It looks whether the profile is open in another window already and brings
// that to the front, else it opens the profile, shows the window (ui/app), runs
// the engine, and answers the profile's socket for sotto-cli.
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
