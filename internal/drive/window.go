package drive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Thing is something that the program drew: a named control or a text. X, Y,
// W and H are pixels inside the window.
type Thing struct {
	Name string  `json:"name"` // of a control, such as "composer.send"; empty for plain text
	Text string  `json:"text"`
	X    float32 `json:"x"`
	Y    float32 `json:"y"`
	W    float32 `json:"w"`
	H    float32 `json:"h"`
	// Disabled says that pressing it does nothing now.
	Disabled bool `json:"disabled"`
}

// Call asks the program behind a window something over its profile's socket.
type Call func(ctx context.Context, method string, params any) (json.RawMessage, error)

// Window is one running program with its window.
type Window struct {
	Process *exec.Cmd
	Ended   <-chan struct{} // closed when the program has ended
	ID      string          // X window

	display *Display
	call    Call
}

// Open starts the program and waits until its window is mapped and answers
// window.inspect.
func (d *Display) Open(ctx context.Context, cmd *exec.Cmd, call Call) (*Window, error) {
	ended, err := d.start(cmd)
	if err != nil {
		return nil, err
	}
	w := &Window{Process: cmd, Ended: ended, display: d, call: call}
	err = poll(ctx, 50*time.Millisecond, func() (bool, error) {
		select {
		case <-ended:
			return false, errors.New("the program ended before its window came")
		default:
		}
		for _, pid := range family(cmd.Process.Pid) {
			out, err := w.xdo(ctx, "search", "--onlyvisible", "--pid", strconv.Itoa(pid))
			if ids := strings.Fields(out); err == nil && len(ids) > 0 {
				w.ID = ids[len(ids)-1]
			}
		}
		if w.ID == "" {
			return false, nil
		}
		_, err := w.Things(ctx)
		return err == nil, nil
	})
	if err != nil {
		return nil, fmt.Errorf("window of %s: %w", filepath.Base(cmd.Path), err)
	}
	return w, nil
}

// family is a process and those that it started: what is started may be a
// launcher, such as that of an AppImage.
func family(pid int) []int {
	children := map[int][]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range stats {
		line, err := os.ReadFile(file)
		if err != nil {
			continue // ended
		}
		// PID (NAME) STATE PARENT …, where the name may hold anything.
		_, rest, _ := strings.Cut(string(line[max(0, bytes.LastIndexByte(line, ')')):]), " ")
		words := strings.Fields(rest)
		child, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err != nil || len(words) < 2 {
			continue
		}
		if parent, err := strconv.Atoi(words[1]); err == nil {
			children[parent] = append(children[parent], child)
		}
	}
	all := []int{pid}
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all
}

func (w *Window) xdo(ctx context.Context, args ...string) (string, error) {
	out, err := w.display.Command(ctx, "xdotool", args...).CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("xdotool %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

// Place moves and sizes the window, in pixels.
func (w *Window) Place(ctx context.Context, x, y, width, height int) error {
	if _, err := w.xdo(ctx, "windowsize", "--sync", w.ID, strconv.Itoa(width), strconv.Itoa(height)); err != nil {
		return err
	}
	_, err := w.xdo(ctx, "windowmove", w.ID, strconv.Itoa(x), strconv.Itoa(y))
	return err
}

// Focus brings the window to the front and gives it the keyboard.
func (w *Window) Focus(ctx context.Context) error {
	_, err := w.xdo(ctx, "windowactivate", "--sync", w.ID)
	return err
}

// Things returns what the window shows at this moment.
func (w *Window) Things(ctx context.Context) ([]Thing, error) {
	raw, err := w.call(ctx, "window.inspect", nil)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Things []Thing `json:"things"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return nil, fmt.Errorf("window.inspect: %w", err)
	}
	return answer.Things, nil
}

// errNotThere is wrapped with what was looked for.
var errNotThere = errors.New("is not on the screen")

// Find waits until a control of that name, or a text that contains it, is on
// the screen. Of several the last drawn is meant: sheets lie on top, new
// messages below.
func (w *Window) Find(ctx context.Context, what string) (Thing, error) {
	var found Thing
	var last []Thing
	err := poll(ctx, 40*time.Millisecond, func() (bool, error) {
		things, err := w.Things(ctx)
		if err != nil {
			return false, nil // the program is busy or not yet up
		}
		last = things
		hit := false
		for _, t := range things {
			if named(t.Name, what) {
				found, hit = t, true
			}
		}
		for _, t := range things {
			if !hit || !named(found.Name, what) {
				if t.Text != "" && strings.Contains(t.Text, what) {
					found, hit = t, true
				}
			}
		}
		return hit, nil
	})
	if err != nil {
		return Thing{}, fmt.Errorf("%q %w (%w); there is: %s", what, errNotThere, err, summary(last))
	}
	return found, nil
}

// Gone waits until nothing on the screen has that name or text.
func (w *Window) Gone(ctx context.Context, what string) error {
	err := poll(ctx, 40*time.Millisecond, func() (bool, error) {
		things, err := w.Things(ctx)
		if err != nil {
			return false, nil
		}
		for _, t := range things {
			if named(t.Name, what) || (t.Text != "" && strings.Contains(t.Text, what)) {
				return false, nil
			}
		}
		return true, nil
	})
	if err != nil {
		return fmt.Errorf("%q is still on the screen (%w)", what, err)
	}
	return nil
}

// named reports whether a control's name is meant by what. What follows a colon
// in a name comes from outside (a title, a message) and may be given in part.
func named(name, what string) bool {
	return name == what || (strings.Contains(what, ":") && strings.HasPrefix(name, what))
}

func summary(things []Thing) string {
	var names []string
	for _, t := range things {
		label := t.Name
		if label == "" {
			label = strconv.Quote(t.Text)
		}
		names = append(names, label)
	}
	s := strings.Join(names, ", ")
	if len(s) > 2000 {
		s = s[:2000] + "…"
	}
	return s
}

// Click presses mouse button 1 in the middle of a control or text.
func (w *Window) Click(ctx context.Context, what string) error { return w.press(ctx, what, "1") }

// RightClick presses button 3 there.
func (w *Window) RightClick(ctx context.Context, what string) error { return w.press(ctx, what, "3") }

// press waits until the thing stays where it is and can be pressed: what was
// typed before may still be on its way, and move it or enable it.
func (w *Window) press(ctx context.Context, what, button string) error {
	var before Thing
	err := poll(ctx, 20*time.Millisecond, func() (bool, error) {
		t, err := w.Find(ctx, what)
		still := t == before
		before = t
		return still && !t.Disabled, err
	})
	if err != nil {
		return fmt.Errorf("%q cannot be pressed: %w", what, err)
	}
	// It may have moved away while the pointer was on its way.
	err = poll(ctx, 20*time.Millisecond, func() (bool, error) {
		at, err := w.hover(ctx, what)
		if err != nil {
			return false, err
		}
		now, err := w.Find(ctx, what)
		return now == at && !now.Disabled, err
	})
	if err != nil {
		return fmt.Errorf("%q does not stay under the pointer: %w", what, err)
	}
	_, err = w.xdo(ctx, "click", button)
	return err
}

// Hover moves the pointer there.
func (w *Window) Hover(ctx context.Context, what string) error {
	_, err := w.hover(ctx, what)
	return err
}

// hover moves the pointer there and returns where that was.
func (w *Window) hover(ctx context.Context, what string) (Thing, error) {
	t, err := w.Find(ctx, what)
	if err != nil {
		return t, err
	}
	x, y := int(t.X+t.W/2), int(t.Y+t.H/2)
	// Waiting for a movement to the place where the pointer is would not end.
	_, err = w.xdo(ctx, "mousemove", "--window", w.ID, strconv.Itoa(x+1), strconv.Itoa(y),
		"mousemove", "--sync", "--window", w.ID, strconv.Itoa(x), strconv.Itoa(y))
	return t, err
}

// Wheel turns the wheel over something, downwards by so many notches.
func (w *Window) Wheel(ctx context.Context, what string, notches int) error {
	if err := w.Hover(ctx, what); err != nil {
		return err
	}
	_, err := w.xdo(ctx, "click", "--repeat", strconv.Itoa(notches), "--delay", "30", strconv.Itoa(ButtonWheelDown))
	return err
}

// Type types a text on the keyboard.
func (w *Window) Type(ctx context.Context, text string) error {
	if err := w.Focus(ctx); err != nil {
		return err
	}
	_, err := w.xdo(ctx, "type", "--delay", "8", "--", text)
	return err
}

// Key presses a key or a combination in xdotool's words, such as "Return" or
// "ctrl+n".
func (w *Window) Key(ctx context.Context, keys ...string) error {
	if err := w.Focus(ctx); err != nil {
		return err
	}
	_, err := w.xdo(ctx, append([]string{"key", "--delay", "20"}, keys...)...)
	return err
}

// Shut asks the window to close, as its close button does, and waits until the
// program has ended.
func (w *Window) Shut(ctx context.Context) error {
	if err := w.Key(ctx, "alt+F4"); err != nil {
		return err
	}
	select {
	case <-w.Ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Bounds returns where the window's contents are on the screen, in pixels.
func (w *Window) Bounds(ctx context.Context) (image.Rectangle, error) {
	out, err := w.xdo(ctx, "getwindowgeometry", "--shell", w.ID)
	if err != nil {
		return image.Rectangle{}, err
	}
	values := map[string]int{}
	for _, line := range strings.Fields(out) {
		name, number, _ := strings.Cut(line, "=")
		if n, err := strconv.Atoi(number); err == nil {
			values[name] = n
		}
	}
	at := image.Pt(values["X"], values["Y"])
	return image.Rectangle{at, at.Add(image.Pt(values["WIDTH"], values["HEIGHT"]))}, nil
}

// Corner returns where on the screen the window's contents begin. It is found
// with the pointer, since the window manager's frame misleads Bounds by its own
// height; the pointer stays there.
func (w *Window) Corner(ctx context.Context) (image.Point, error) {
	out, err := w.xdo(ctx, "mousemove", "--window", w.ID, "0", "0", "getmouselocation", "--shell")
	if err != nil {
		return image.Point{}, err
	}
	var at image.Point
	for _, line := range strings.Fields(out) {
		name, value, _ := strings.Cut(line, "=")
		// What is no number stays 0 and shows in what comes of it.
		switch n, _ := strconv.Atoi(value); name {
		case "X":
			at.X = n
		case "Y":
			at.Y = n
		}
	}
	return at, nil
}

// Picture writes the window alone to a PNG file.
func (w *Window) Picture(ctx context.Context, path string) error {
	bounds, err := w.Bounds(ctx)
	if err != nil {
		return err
	}
	screen, err := w.display.Frame()
	if err != nil {
		return err
	}
	return SavePNG(path, screen.SubImage(bounds.Intersect(screen.Bounds())))
}
