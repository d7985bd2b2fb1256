package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sotto/cmd/internal/instance"
	"sotto/internal/drive"
)

// feelRows names the rows of the group, as the flag takes them.
var feelRows = []string{"switching", "jumping", "typing", "frames", "news", "memory", "photos"}

// feel measures what a person feels: the window of a full profile on a virtual
// display, keys and wheel from the display server, and the time until the pixels
// on the screen are others. Beside it a bare list and entry of the same toolkit,
// measured the same way: what the toolkit and this machine need by themselves.
func (b *bench) feel(ctx context.Context) error {
	if !slices.Contains(append(feelRows, ""), b.feelOnly) {
		return fmt.Errorf("no row %q in the group feel: it has %s", b.feelOnly, strings.Join(feelRows, ", "))
	}
	net, ready, err := b.startLocalnet(ctx, filepath.Join(b.dir, "feel-network"), "--no-rate-limit")
	if err != nil {
		return err
	}
	defer func() { _ = net.Process.Signal(os.Interrupt); _ = net.Wait() }()
	if b.feelOnly == "" || b.feelOnly == "photos" {
		if err := b.photos(ctx, filepath.Join(b.dir, "feel-network", "network.json")); err != nil {
			return fmt.Errorf("photos: %w", err)
		}
	}
	if b.feelOnly == "photos" {
		return nil // it has a profile of its own
	}
	p, err := b.fillCrowd(ctx, filepath.Join(b.dir, "feel-profile"), filepath.Join(b.dir, "feel-network", "network.json"))
	if err != nil {
		return err
	}
	for _, row := range []struct {
		name string
		do   func(context.Context, *crowd) error
	}{
		{"switching", b.switching}, {"jumping", b.jumping}, {"typing", b.typing}, {"frames", b.frameWork},
		{"news", func(ctx context.Context, c *crowd) error { return b.news(ctx, c, ready.Nodes) }},
		{"memory", b.memory},
	} {
		if b.feelOnly != "" && b.feelOnly != row.name {
			continue
		}
		if err := row.do(ctx, p); err != nil {
			return fmt.Errorf("%s: %w", row.name, err)
		}
	}
	return nil
}

// seat is a window on a display of its own, with a hand on its keys.
type seat struct {
	display *drive.Display
	window  *drive.Window
	in      *drive.Input
	x, y    int // of the window's contents on the screen
}

const seatX, seatY = 20, 40

// sit opens a program's window; call answers for its contents, nil for a program
// that does not tell.
func sit(ctx context.Context, call drive.Call, program string, args ...string) (*seat, error) {
	d, err := drive.Start(ctx, windowWidth+60, windowHeight+80)
	if err != nil {
		return nil, err
	}
	s := &seat{display: d}
	cmd := d.Command(context.WithoutCancel(ctx), program, args...)
	cmd.Stderr = os.Stderr
	if call == nil {
		call = func(context.Context, string, any) (json.RawMessage, error) {
			return json.RawMessage(`{"things":[]}`), nil
		}
	}
	err = func() error {
		if s.window, err = d.Open(ctx, cmd, call); err != nil {
			return err
		}
		if s.in, err = d.Input(); err != nil {
			return err
		}
		if err := s.window.Place(ctx, seatX, seatY, windowWidth, windowHeight); err != nil {
			return err
		}
		if err := s.window.Focus(ctx); err != nil {
			return err
		}
		at, err := s.window.Corner(ctx)
		s.x, s.y = at.X, at.Y
		return err
	}()
	if err != nil {
		s.leave()
		return nil, fmt.Errorf("%s: %w", filepath.Base(program), err)
	}
	return s, nil
}

// leave ends the program and its display.
func (s *seat) leave() {
	if s.in != nil {
		_ = s.in.Close()
	}
	s.display.Close()
}

// pid is the program's process.
func (s *seat) pid() int { return s.window.Process.Process.Pid }

// sit opens the window of a profile and waits until its list is there.
func (b *bench) sit(ctx context.Context, c *crowd) (*seat, error) {
	ask := func(ctx context.Context, method string, params any) (json.RawMessage, error) {
		return instance.Call(ctx, c.profile, method, params)
	}
	s, err := sit(ctx, ask, filepath.Join(b.bin, "sotto"), "--profile", c.profile, "--network", c.network, "--inspect")
	if err != nil {
		return nil, err
	}
	wait, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if _, err := s.window.Find(wait, "chats.row:"+crowdName(0)); err != nil {
		s.leave()
		return nil, err
	}
	return s, nil
}

// sitPlain opens the reference: a bare list and entry.
func sitPlain(ctx context.Context) (*seat, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return sit(ctx, nil, self, plainListArg)
}

// open opens a conversation by its row in the list, which has to be in view.
func (s *seat) open(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := s.window.Click(ctx, "chats.row:"+name); err != nil {
		return err
	}
	_, err := s.window.Find(ctx, "chat.messages")
	return err
}

// errEnded says that a window closed while it was measured.
var errEnded = errors.New("the window's program ended")

// alive reports errEnded once the program is gone.
func (s *seat) alive() error {
	select {
	case <-s.window.Ended:
		return errEnded
	default:
		return nil
	}
}

// failed leaves a picture of what the screen shows now, and says where.
func (s *seat) failed(err error) error {
	picture := filepath.Join(os.TempDir(), "sotto-bench-failed.png")
	if perr := s.display.Picture(picture); perr != nil {
		return errors.Join(err, perr, s.alive())
	}
	return errors.Join(fmt.Errorf("%w (%s shows the screen)", err, picture), s.alive())
}

// childOutput runs this program as a window on a display and returns what it
// prints.
func childOutput(ctx context.Context, args ...string) ([]byte, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	d, err := drive.Start(ctx, windowWidth+60, windowHeight+80)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	cmd := d.Command(ctx, self, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil, fmt.Errorf("%s: %w: %s", args[0], err, out)
	}
	return out, err
}
