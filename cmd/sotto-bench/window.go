package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"sotto/internal/drive"
	"sotto/ui/app"
)

// emptyWindowArg makes this program the reference: a window of the same toolkit
// with one label in it.
const emptyWindowArg = "empty-window"

func emptyWindow() {
	w := app.Toolkit("im.sotto.empty").NewWindow("empty")
	w.SetContent(widget.NewLabel("empty"))
	w.Resize(fyne.NewSize(windowWidth, windowHeight))
	w.ShowAndRun()
}

const (
	windowWidth, windowHeight = 1100, 760
	settle                    = 12 * time.Second // until a program is idle
	watch                     = 20 * time.Second // how long it is watched then
)

// reading is what one program costs.
type reading struct {
	firstFrame time.Duration // start of the process to something painted in the window
	pss        float64       // MB
	cpu        float64       // percent of one core, idle
}

func (b *bench) window(ctx context.Context) error {
	profile := filepath.Join(b.dir, "window-profile")
	network := filepath.Join(b.dir, "window-network")
	net, ready, err := b.startLocalnet(ctx, network)
	if err != nil {
		return err
	}
	defer func() { _ = net.Process.Signal(os.Interrupt); _ = net.Wait() }()
	if err := b.fillSmallProfile(ctx, profile, network, ready.Echo); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var ours, theirs []reading
	// In turns, so that a machine that slows down slows both.
	for range 3 {
		r, err := watchWindow(ctx, 1, self, emptyWindowArg)
		if err != nil {
			return fmt.Errorf("empty window: %w", err)
		}
		theirs = append(theirs, r)
		r, err = watchWindow(ctx, usefulColours, filepath.Join(b.bin, "sotto"), "--profile", profile, "--network", filepath.Join(network, "network.json"))
		if err != nil {
			return fmt.Errorf("sotto: %w", err)
		}
		ours = append(ours, r)
	}
	pick := func(rs []reading, f func(reading) float64) float64 {
		var v []float64
		for _, r := range rs {
			v = append(v, f(r))
		}
		return median(v)
	}
	for _, c := range []struct {
		what, unit string
		limit      float64
		f          func(reading) float64
	}{
		{"start to first useful frame", "ms", 0, func(r reading) float64 { return float64(r.firstFrame.Milliseconds()) }},
		{"memory, idle (PSS)", "MB", 40, func(r reading) float64 { return r.pss }},
		{"processor, idle (percent of a core)", "%", 0.3, func(r reading) float64 { return r.cpu }},
	} {
		us, them := pick(ours, c.f), pick(theirs, c.f)
		if c.limit == 0 {
			b.table.beside(c.what, us, "an empty Fyne window, first frame", them, c.unit)
			continue
		}
		b.table.within(c.what, us, "an empty Fyne window", them, c.unit, c.limit)
	}
	return nil
}

// usefulColours is how many different colours the left third of the window has
// once the conversation list is drawn: text and avatars. A bare background has
// a handful.
const usefulColours = 60

func watchWindow(ctx context.Context, colours int, program string, args ...string) (reading, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	d, err := drive.Start(ctx, windowWidth+60, windowHeight+80)
	if err != nil {
		return reading{}, err
	}
	defer d.Close()
	blank, err := d.Frame()
	if err != nil {
		return reading{}, err
	}
	cmd := d.Command(ctx, program, args...)
	cmd.Stderr = os.Stderr
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return reading{}, err
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	var r reading
	for r.firstFrame == 0 {
		if ctx.Err() != nil {
			_ = d.Picture(filepath.Join(os.TempDir(), "sotto-bench-no-frame.png"))
			return reading{}, errors.New("no frame was painted")
		}
		img, err := d.Frame()
		if err != nil {
			return reading{}, err
		}
		if painted(blank, img) && distinct(img, colours) {
			r.firstFrame = time.Since(begin)
		}
		pause(ctx, 5*time.Millisecond)
	}
	pause(ctx, settle)
	before, err := cpuTime(cmd.Process.Pid)
	if err != nil {
		return reading{}, err
	}
	from := time.Now()
	pause(ctx, watch)
	after, err := cpuTime(cmd.Process.Pid)
	if err != nil {
		return reading{}, err
	}
	r.cpu = 100 * (after - before).Seconds() / time.Since(from).Seconds()
	r.pss, err = pss(cmd.Process.Pid)
	return r, err
}

// painted reports that a tenth of the screen differs from the blank one.
func painted(blank, img *image.RGBA) bool {
	changed, all := 0, 0
	for i := 0; i+4 <= len(img.Pix); i += 4 * 97 {
		all++
		if img.Pix[i] != blank.Pix[i] || img.Pix[i+1] != blank.Pix[i+1] || img.Pix[i+2] != blank.Pix[i+2] {
			changed++
		}
	}
	return changed*10 > all
}

// distinct reports whether the left third of the screen has at least n colours.
func distinct(img *image.RGBA, n int) bool {
	seen := map[[3]byte]struct{}{}
	for y := 60; y < img.Rect.Dy(); y += 2 {
		for x := 40; x < img.Rect.Dx()/3; x++ {
			p := img.Pix[y*img.Stride+4*x:]
			seen[[3]byte{p[0], p[1], p[2]}] = struct{}{}
			if len(seen) >= n {
				return true
			}
		}
	}
	return false
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// cpuTime is the processor time of a process so far (Linux).
func cpuTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// Fields after the name in parentheses: utime and stime are the 12th and 13th.
	_, rest, ok := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if !ok || len(fields) < 13 {
		return 0, errors.New("cannot read the processor time of a process on " + runtime.GOOS)
	}
	var ticks int64
	for _, f := range fields[11:13] {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * (time.Second / 100), nil
}

// workTime is the processor time of all threads of a process so far, finer
// than cpuTime (Linux). Where no graphics card paints, threads of the driver do,
// and theirs is most of it.
func workTime(pid int) (time.Duration, error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil {
		return 0, err
	}
	var sum time.Duration
	for _, file := range threads {
		text, err := os.ReadFile(file)
		if errors.Is(err, os.ErrNotExist) {
			continue // it has just ended
		} else if err != nil {
			return 0, err
		}
		ran, _, _ := strings.Cut(string(text), " ")
		n, err := strconv.ParseInt(ran, 10, 64)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(n)
	}
	return sum, nil
}

// pss is the proportional share of memory of a process in MB (Linux).
func pss(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, err
	}
	for _, line := range strings.Split(string(text), "\n") {
		if kb, ok := strings.CutPrefix(line, "Pss:"); ok {
			n, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(kb), " kB"), 64)
			return n / 1000, err
		}
	}
	return 0, errors.New("no Pss line")
}

// fillSmallProfile makes, with the command line program, an account on the local
// network with a conversation in it.
func (b *bench) fillSmallProfile(ctx context.Context, profile, network, echo string) error {
	if _, err := os.Stat(filepath.Join(profile, "profile.json")); err == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	cli := func(args ...string) error {
		args = append([]string{"--profile", profile, "--network", filepath.Join(network, "network.json"), "--insecure-no-passphrase", "--json"}, args...)
		out, err := exec.CommandContext(ctx, filepath.Join(b.bin, "sotto-cli"), args...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("sotto-cli %s: %w: %s", strings.Join(args, " "), err, out)
		}
		return nil
	}
	if err := cli("account", "create", "--name", "Robin"); err != nil {
		return err
	}
	for _, text := range []string{"Hello", "Does the small boat still leave at nine?", "Then I bring the good pan."} {
		if err := cli("send", "--to", echo, "--text", text); err != nil {
			return err
		}
	}
	if err := cli("sync", "--timeout", "20"); err != nil {
		return err
	}
	// Echo's last answers too: news would keep the schedule quick for a while.
	return cli("receive", "--timeout", "8")
}

// readyLine is what the local network prints when it answers.
type readyLine struct {
	Echo  string `json:"echo"`
	Nodes []node `json:"nodes"`
}

func (b *bench) startLocalnet(ctx context.Context, dir string, args ...string) (*exec.Cmd, readyLine, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(b.bin, "sotto-localnet"), append([]string{"--dir", dir}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, readyLine{}, err
	}
	if err := cmd.Start(); err != nil {
		return nil, readyLine{}, err
	}
	var ready readyLine
	if err := json.NewDecoder(out).Decode(&ready); err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return nil, readyLine{}, fmt.Errorf("the local network did not start: %w", err)
	}
	return cmd, ready, nil
}
