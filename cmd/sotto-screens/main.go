// Command sotto-screens draws every screen and state of the window to PNG files
// through the real renderer, with a page that shows them side by side.
//
// It opens a virtual display and runs itself on it, once for each set of
// screens and each language. What does not fit into its place is told. A set is a real window (ui/app) over a real engine with a throw-away
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

	"sotto/assets"
	"sotto/internal/drive"
	"sotto/ui/text"
)

// The display holds the largest window: 200 %.
const displayWidth, displayHeight = 2720, 1760

func main() {
	out := flag.String("out", filepath.Join("out", "screens"), "`folder` for the pictures")
	lang := flag.String("lang", text.English, "`language` of the window, or \"all\": "+strings.Join(assets.Languages(), ", "))
	set := flag.String("set", "", "play one set for the process that started this one")
	only := flag.String("only", "", "comma-separated `sets` to draw, of "+strings.Join(setNames(), ", "))
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if *set != "" {
		err = draw(ctx, *set, *lang)
	} else {
		err = all(ctx, *out, *only, *lang)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "sotto-screens:", err)
		stop()
		os.Exit(1)
	}
}

// all draws every set and writes the page.
func all(ctx context.Context, out, only, lang string) error {
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
		for _, l := range assets.Languages() {
			if lang != "all" && lang != l {
				continue
			}
			begin := time.Now()
			if err := watch(ctx, d, self, name, l, out); err != nil {
				return fmt.Errorf("set %s in %s: %w", name, l, err)
			}
			fmt.Printf("%-16s %-5s %4.1f s\n", name, l, time.Since(begin).Seconds())
		}
	}
	page, err := writePage(out)
	if err == nil {
		fmt.Println(page)
	}
	return err
}
