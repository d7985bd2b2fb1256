// Command sotto-screens draws every screen and state of the window to PNG files
// through the real renderer, with a page that shows them side by side.
//
// It opens a virtual display and runs itself on it, once for each set of
// screens. A set is a real window (ui/app) over a real engine with a throw-away
// profile, on a local network; controls are pressed by their names.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"sotto/internal/drive"
)

// The display holds the largest window: 200 %.
const displayWidth, displayHeight = 2720, 1760

func main() {
	out := flag.String("out", filepath.Join("out", "screens"), "`folder` for the pictures")
	set := flag.String("set", "", "play one set for the process that started this one")
	only := flag.String("only", "", "comma-separated `sets` to draw, of "+strings.Join(setNames(), ", "))
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if *set != "" {
		err = draw(ctx, *set)
	} else {
		err = all(ctx, *out, *only)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "sotto-screens:", err)
		stop()
		os.Exit(1)
	}
}

// all draws every set and writes the page.
func all(ctx context.Context, out, only string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	d, err := drive.Start(ctx, displayWidth, displayHeight)
	if err != nil {
		return err
	}
	defer d.Close()
	for _, name := range setNames() {
		if only != "" && !strings.Contains(","+only+",", ","+name+",") {
			continue
		}
		begin := time.Now()
		if err := watch(ctx, d, self, name, out); err != nil {
			return fmt.Errorf("set %s: %w", name, err)
		}
		fmt.Printf("%-12s %4.1f s\n", name, time.Since(begin).Seconds())
	}
	page, err := writePage(out)
	if err == nil {
		fmt.Println(page)
	}
	return err
}
