package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/pprof"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"sotto/cmd/internal/network"
	"sotto/engine"
	"sotto/engine/transport"
	"sotto/internal/desktop"
	"sotto/internal/securitykey"
	"sotto/ui/app"
	"sotto/ui/settings"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// scrollingArg makes this program a window that scrolls by itself and tells how
// much of each frame it needed.
const scrollingArg = "scrolling"

// frameCost is what the scrolling window prints: milliseconds for each frame.
type frameCost struct {
	Sotto []float64
	Plain []float64
}

// frameWork measures what Sotto does on the interface's goroutine between two
// frames while somebody scrolls fast: handling the wheel, measuring and binding
// rows, taking pages. What the toolkit needs for painting is not in it.
func (b *bench) frameWork(ctx context.Context, c *crowd) error {
	out, err := childOutput(ctx, scrollingArg, c.profile, c.network, b.profile)
	if err != nil {
		return err
	}
	var cost frameCost
	if err := json.Unmarshal(out, &cost); err != nil {
		return fmt.Errorf("%s: %w", scrollingArg, err)
	}
	const reference = "bare Fyne list, the same distance"
	b.table.below("own work for a frame, scrolling 24,000 px/s, p95", percentile(cost.Sotto, 95), reference, percentile(cost.Plain, 95), "ms", 4)
	b.table.beside("the same, median", median(cost.Sotto), reference, median(cost.Plain), "ms")
	return nil
}

// scroller is the program around the window that scrolls (app.Host).
type scroller struct {
	profile string
	net     transport.Network
	life    context.Context
	engine  *engine.Engine
	ran     chan struct{}
}

// Profile implements app.Host.
func (h *scroller) Profile() (engine.ProfileInfo, error) { return engine.Inspect(h.profile) }
func (h *scroller) SetLanguage(code string) error        { return engine.SetLanguage(h.profile, code) }

// Keyring implements app.Host.
func (h *scroller) Keyring() bool { return false }

var errNotMeasured = errors.New("this is not what is measured")

// Create implements app.Host.
func (h *scroller) Create(context.Context, engine.Protection, engine.Origin, string) (*engine.Engine, error) {
	return nil, errNotMeasured
}

// Open implements app.Host.
func (h *scroller) Open(_ context.Context, c engine.Credentials) (*engine.Engine, error) {
	e, err := engine.Open(engine.Options{Dir: h.profile, Network: h.net}, c.Passphrase)
	if err != nil {
		return nil, err
	}
	h.engine, h.ran = e, make(chan struct{})
	go func() {
		defer close(h.ran)
		if err := e.Run(h.life); err != nil {
			fmt.Fprintln(os.Stderr, "engine:", err)
		}
	}()
	return e, nil
}

// Lock implements app.Host.
func (h *scroller) Lock() error { return errNotMeasured }

// WrongTries implements app.Host.
func (h *scroller) WrongTries() int { return 0 }

// SecurityKeys implements app.Host.
func (h *scroller) SecurityKeys() securitykey.Bus { return nil }

// Salvage implements app.Host.
func (h *scroller) Salvage(context.Context, engine.Credentials) (app.Salvaged, error) {
	return app.Salvaged{}, errNotMeasured
}

// Clear implements app.Host.
func (h *scroller) Clear(context.Context) error { return errNotMeasured }

// Autostart implements app.Host.
func (h *scroller) Autostart() vm.AutostartRecord { return desktop.Autostart{Program: h.profile} }

// Logs implements app.Host.
func (h *scroller) Logs() settings.Logs { return nil }

// About implements app.Host.
func (h *scroller) About() settings.About { return settings.About{} }

// scrolling is the window: profile, network file, and where a processor profile
// goes (may be empty).
func scrolling(args []string) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err := scroll(args[0], args[1], args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "sotto-bench:", err)
		os.Exit(1)
	}
}

func scroll(profile, file, cpu string) error {
	life, end := context.WithCancel(context.Background())
	defer end()
	choice, err := network.Choose(file, profile, "")
	if err != nil {
		return err
	}
	h := &scroller{profile: profile, life: life}
	var off func() error
	if h.net, off, err = choice.Open(life, slog.New(slog.DiscardHandler), nil); err != nil {
		return err
	}
	a := app.Toolkit("im.sotto.scrolling")
	w := app.New(a, h, func() { a.Driver().Quit() })
	s := &scrolled{window: w}
	w.Measure(s.measure)
	var failed error
	go func() {
		failed = s.play(a, cpu)
		fyne.Do(w.Close)
	}()
	w.Prepare(2 * time.Second)
	a.Run()
	end()
	if h.engine != nil {
		<-h.ran
		failed = errors.Join(failed, h.engine.Close())
	}
	if failed = errors.Join(failed, off()); failed == nil {
		failed = json.NewEncoder(os.Stdout).Encode(s.cost)
	}
	return failed
}

// scrolled measures. Its fields belong to the interface's goroutine while the
// window lives.
type scrolled struct {
	window *app.Window
	frame  time.Duration // own work since the last frame
	cost   frameCost
}

const (
	frames = 200 // to each side
	step   = 400 // pixels a frame
	beat   = time.Second / 60
)

func (s *scrolled) play(a fyne.App, cpu string) error {
	row := "chats.row:" + crowdName(0)
	o, err := s.find(row)
	if err != nil {
		return err
	}
	fyne.DoAndWait(func() { o.(fyne.Tappable).Tapped(&fyne.PointEvent{}) })
	if o, err = s.find("chat.messages"); err != nil {
		return err
	}
	list := o.(*widget.VirtualList)
	if err := s.shows("message:"); err != nil {
		return err
	}
	if cpu != "" {
		f, err := os.Create(cpu)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	s.cost.Sotto = s.run(func(by float32) { list.ScrollBy(by) })
	var bare func(float32)
	fyne.DoAndWait(func() {
		w := a.NewWindow("plain")
		plain := newPlainList()
		w.SetContent(plain)
		w.Resize(fyne.NewSize(windowWidth, windowHeight))
		w.Show()
		at := float32(0)
		plain.ScrollTo(crowdLong / 2)
		at = plain.GetScrollOffset()
		bare = func(by float32) {
			at += by
			plain.ScrollToOffset(at)
		}
	})
	time.Sleep(time.Second)
	s.cost.Plain = s.run(bare)
	return nil
}

// run scrolls up, then down, a step each frame, and returns what each took.
func (s *scrolled) run(by func(float32)) []float64 {
	var out []float64
	tick := time.NewTicker(beat)
	defer tick.Stop()
	fyne.DoAndWait(func() { s.frame = 0 })
	for i := range 2 * frames {
		<-tick.C
		fyne.DoAndWait(func() {
			s.measure(func() {
				if i < frames {
					by(-step)
				} else {
					by(step)
				}
			})
			out = append(out, inMs(s.frame))
			s.frame = 0
		})
	}
	return out
}

// measure adds what work costs to the frame. It counts processor time of the
// interface's thread, where the system tells: a busy machine does not add to it.
func (s *scrolled) measure(work func()) {
	begin := threadTime()
	work()
	s.frame += threadTime() - begin
}

// find waits for a named control.
func (s *scrolled) find(name string) (o fyne.CanvasObject, err error) {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		fyne.DoAndWait(func() { o = widget.Find(s.window.Canvas(), name) })
		if o != nil {
			return o, nil
		}
	}
	return nil, fmt.Errorf("%q did not come", name)
}

// shows waits until something is on the screen whose name begins so.
func (s *scrolled) shows(prefix string) error {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		found := false
		fyne.DoAndWait(func() {
			for _, seen := range s.window.Inspect() {
				found = found || strings.HasPrefix(seen.Name, prefix)
			}
		})
		if found {
			return nil
		}
	}
	return fmt.Errorf("%q did not come", prefix)
}
