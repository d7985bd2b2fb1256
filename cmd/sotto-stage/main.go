// Sotto-stage plays a conversation between two real windows on a virtual
// display, over a local network, and leaves pictures of it. `make run` calls it
// on a machine without a display.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"sotto/cmd/internal/stage"
)

func main() {
	out := flag.String("out", "out/run", "folder for the pictures")
	program := flag.String("program", "", "the desktop program to start (default: the one beside this one)")
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *program, *out); err != nil {
		fmt.Fprintln(os.Stderr, "sotto-stage:", err)
		os.Exit(1)
	}
}

// The stage: two windows side by side.
const (
	width, height = 960, 720
	gap           = 24
	bar           = 30 // title bar of the window manager
)

func run(ctx context.Context, program, out string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	if program == "" {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		program = filepath.Join(filepath.Dir(self), "sotto")
		fmt.Println("This machine has no display, so two people meet on a virtual one.")
	}
	s, err := stage.Open(ctx, program, 2*width+3*gap, height+2*gap+bar)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	shot := camera{s, out, 0}

	robin, err := s.Enter(ctx, "Robin")
	if err != nil {
		return shot.failed(err)
	}
	maya, err := s.Enter(ctx, "Maya")
	if err != nil {
		return shot.failed(err)
	}
	if err := errors.Join(robin.Place(ctx, gap, gap, width, height), maya.Place(ctx, width+2*gap, gap, width, height)); err != nil {
		return shot.failed(err)
	}
	scenes := []struct {
		name string
		play func() error
	}{
		{"first-run", func() error { _, err := maya.Find(ctx, "welcome.create"); return err }},
		{"accounts", func() error {
			return errors.Join(robin.CreateAccount(ctx, "quiet harbour"), maya.CreateAccount(ctx, "green bicycle"))
		}},
		{"first-message", func() error {
			id, err := maya.SessionID(ctx)
			if err != nil {
				return err
			}
			if err := robin.Begin(ctx, id); err != nil {
				return err
			}
			return robin.Say(ctx, "Hello Maya, does the small boat still leave at nine?")
		}},
		{"request", func() error { return maya.Accept(ctx) }},
		{"answer", func() error {
			if err := maya.Say(ctx, "It does. I looked it up this morning, platform two."); err != nil {
				return err
			}
			return robin.Hear(ctx, "It does. I looked it up")
		}},
		{"chat", func() error {
			if err := robin.Say(ctx, "Then I bring the coffee and the good pan."); err != nil {
				return err
			}
			if err := maya.Hear(ctx, "Then I bring the coffee"); err != nil {
				return err
			}
			return maya.Say(ctx, "And I the spare key for the boat house")
		}},
		{"done", func() error { return robin.Hear(ctx, "And I the spare key") }},
	}
	for _, scene := range scenes {
		if err := scene.play(); err != nil {
			return shot.failed(fmt.Errorf("%s: %w", scene.name, err))
		}
		if err := shot.take(ctx, scene.name); err != nil {
			return err
		}
	}
	fmt.Printf("Robin and Maya have talked; %d pictures of it are in %s.\n", shot.taken, out)
	fmt.Println("On a machine with a display, make run opens a window of your own, with Echo to talk to.")
	return nil
}

// camera takes numbered pictures of the stage.
type camera struct {
	stage *stage.Stage
	out   string
	taken int
}

func (c *camera) take(ctx context.Context, name string) error {
	// One more frame, so that what was found is also painted.
	select {
	case <-time.After(300 * time.Millisecond):
	case <-ctx.Done():
		return ctx.Err()
	}
	c.taken++
	path := filepath.Join(c.out, fmt.Sprintf("%02d-%s.png", c.taken, name))
	if err := c.stage.Display.Picture(path); err != nil {
		return err
	}
	fmt.Println(" ", path)
	return nil
}

// failed leaves a picture of what was on the screen when a scene broke off.
func (c *camera) failed(cause error) error {
	return errors.Join(cause, c.stage.Display.Picture(filepath.Join(c.out, "failed.png")))
}
