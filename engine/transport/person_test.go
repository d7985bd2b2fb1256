package transport

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/internal/cputime"
)

// memCache is a Cache in memory.
type memCache struct {
	mu sync.Mutex
	m  map[string][]byte
}

func (c *memCache) Load(name string) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.m[name], nil
}

func (c *memCache) Save(name string, data []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil {
		c.m = map[string][]byte{}
	}
	c.m[name] = data
	return nil
}

// person has a client in a fake network.
type person struct {
	*Client
	f       *fakeNet
	changed chan struct{}
	end     func()
	step    time.Duration // of the clock; 0: a second
}

// run makes a client that runs; it ends with the test at the latest.
func (f *fakeNet) run(change ...func(*Config)) *person {
	f.t.Helper()
	p := f.person(change...)
	p.begin()
	return p
}

// person makes a client that does not run yet.
func (f *fakeNet) person(change ...func(*Config)) *person {
	f.t.Helper()
	p := &person{f: f, changed: make(chan struct{}, 1)}
	cfg := Config{Network: f.network, Dial: f.dial, Clock: f.clk, Logger: testLogger(f.t), Changed: func() {
		select {
		case p.changed <- struct{}{}:
		default:
		}
	}}
	for _, c := range change {
		c(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		f.t.Fatal(err)
	}
	c.maxAnswer = 64 << 10
	if f.near > 0 {
		c.gate.near = f.near
	}
	p.Client = c
	f.t.Cleanup(func() { _ = c.Close() })
	return p
}

// begin has the client run until the person ends it.
func (p *person) begin() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = p.Run(ctx)
	}()
	p.end = sync.OnceFunc(func() {
		cancel()
		<-done
	})
	p.f.t.Cleanup(p.end)
}

// patience is for what hangs: machines that are busy are slow.
const patience = time.Minute

// idle is how much processor time goes by between two looks when nothing happens.
const idle = 200 * time.Microsecond

// unanswered is after how many looks without any sign a request counts as one that
// nobody answers. On a machine that is busy with other things an answer takes its time,
// and costs us none of the processor's until it is there.
const unanswered = 50

// until moves the clock, in small steps while nothing happens, until ok holds. As long
// as something is computed nobody waits for the clock, however long that takes on a
// busy machine.
func (p *person) until(what string, ok func() bool) {
	p.f.t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	tick := time.NewTicker(3 * time.Millisecond)
	defer tick.Stop()
	quiet, served, used := 0, int32(0), time.Duration(0)
	for !ok() {
		select {
		case <-p.changed:
			quiet = 0
		case <-tick.C:
			if n := p.f.served.Load(); n != served {
				quiet, served = 0, n
			}
			last := used
			if used = cputime.Used(); used-last > idle {
				quiet = 0
			}
			if quiet++; quiet > 2 && p.inFlight.Load() == 0 || quiet > unanswered {
				p.f.clk.Advance(max(p.step, time.Second))
				quiet = 0
			}
		case <-limit.C:
			p.f.t.Fatalf("never: %s; status %+v", what, p.Status())
		}
	}
}

// pass lets time go by in steps that are no sleep, each when all is quiet.
func (p *person) pass(d time.Duration) {
	p.f.t.Helper()
	p.step = suspended - 2*time.Second
	defer func() { p.step = 0 }()
	end := p.f.clk.Now().Add(d)
	p.until("time passes", func() bool { return !p.f.clk.Now().Before(end) })
}

// nap puts the computer to sleep for d, and lets it come to itself.
func (p *person) nap(d time.Duration) {
	p.f.t.Helper()
	p.f.clk.AwaitTimers(1)
	p.f.clk.Advance(d)
	end := p.f.clk.Now().Add(20 * time.Second)
	p.until("awake", func() bool { return !p.f.clk.Now().Before(end) && p.Status().Connection == model.Online })
}

func testLogger(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

type testWriter struct{ t testing.TB }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Logf("%s", b)
	return len(b), nil
}
