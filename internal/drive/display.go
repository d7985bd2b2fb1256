package drive

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// ErrMissing says which program of the system is not installed.
type ErrMissing struct{ Program string }

func (e ErrMissing) Error() string {
	return e.Program + " is not installed; packaging/setup.sh test installs it"
}

// Display is a virtual X display with a window manager.
type Display struct {
	Name string // ":7"

	screenDir string // holds the memory file of the screen, see Frame

	mu    sync.Mutex
	procs []process
}

// process is a program on the display and the sign of its end.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{}
}

// Start opens a display of the given size in pixels and waits until it and its
// window manager answer.
func Start(ctx context.Context, width, height int) (*Display, error) {
	for _, program := range []string{"Xvfb", "openbox", "xdotool"} {
		if _, err := exec.LookPath(program); err != nil {
			return nil, ErrMissing{program}
		}
	}
	// Xvfb chooses a free number itself and writes it to descriptor 3.
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	screenDir, err := os.MkdirTemp("", "sotto-screen-")
	if err != nil {
		return nil, err
	}
	d := &Display{screenDir: screenDir}
	xvfb := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0",
		fmt.Sprintf("%dx%dx24", width, height), "-nolisten", "tcp", "-dpi", "96", "-fbdir", screenDir, "-noreset")
	xvfb.ExtraFiles = []*os.File{w}
	_, err = d.start(xvfb)
	w.Close()
	if err != nil {
		d.Close()
		return nil, err
	}
	line := make(chan string, 1)
	go func() {
		s, _ := bufio.NewReader(r).ReadString('\n')
		line <- strings.TrimSpace(s)
	}()
	select {
	case number := <-line:
		if number == "" {
			d.Close()
			return nil, errors.New("the virtual display did not start")
		}
		d.Name = ":" + number
	case <-ctx.Done():
		d.Close()
		return nil, ctx.Err()
	}
	wm := d.Command(context.Background(), "openbox")
	if _, err := d.start(wm); err != nil {
		d.Close()
		return nil, err
	}
	// The window manager is there once it has put its name on the root window.
	err = poll(ctx, 20*time.Millisecond, func() (bool, error) {
		out, err := d.Command(ctx, "xdotool", "get_desktop").CombinedOutput()
		return err == nil && !strings.Contains(string(out), "not support"), nil
	})
	if err != nil {
		d.Close()
		return nil, fmt.Errorf("window manager: %w", err)
	}
	return d, nil
}

// Command prepares a program that shows its windows on the display.
func (d *Display) Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+d.Name, "LIBGL_ALWAYS_SOFTWARE=1", "LANG=en_US.UTF-8",
		"WAYLAND_DISPLAY=", "NO_AT_BRIDGE=1")
	return cmd
}

// start starts a program and closes the channel when it has ended.
func (d *Display) start(cmd *exec.Cmd) (<-chan struct{}, error) {
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := process{cmd, make(chan struct{})}
	go func() {
		_ = cmd.Wait() // how it ended is not the display's business
		close(p.ended)
	}()
	d.mu.Lock()
	d.procs = append(d.procs, p)
	d.mu.Unlock()
	return p.ended, nil
}

// grace is how long programs may take to end by themselves when the display
// closes.
const grace = 5 * time.Second

// Close ends everything that was started on the display, then the display:
// politely first, so that programs can close their files.
func (d *Display) Close() {
	d.mu.Lock()
	procs := d.procs
	d.procs = nil
	d.mu.Unlock()
	late := time.After(grace)
	for i := len(procs) - 1; i >= 0; i-- {
		p := procs[i]
		_ = p.cmd.Process.Signal(os.Interrupt)
		select {
		case <-p.ended:
		case <-late:
			late = time.After(0)
			_ = p.cmd.Process.Kill()
			<-p.ended
		}
	}
	_ = os.RemoveAll(d.screenDir)
}

// Picture writes the whole screen to a PNG file.
func (d *Display) Picture(path string) error {
	img, err := d.Frame()
	if err != nil {
		return err
	}
	return SavePNG(path, img)
}

// poll calls f at every interval until it reports true, fails, or ctx ends.
func poll(ctx context.Context, every time.Duration, f func() (bool, error)) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if done, err := f(); done || err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
