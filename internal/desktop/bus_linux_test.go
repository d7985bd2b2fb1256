package desktop

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"sotto/internal/drive"
)

// startBus runs a session bus of its own and makes it that of the test. Of the
// system's services it starts those that are named.
func startBus(t *testing.T, services ...string) *dbus.Conn {
	t.Helper()
	b, err := drive.StartBus(services...)
	started(t, err)
	t.Cleanup(b.Close)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", b.Address)
	bus, err := dbus.Connect(b.Address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bus.Close() })
	return bus
}

// started skips the test when err names a program that is missing here, and fails it
// on any other.
func started(t *testing.T, err error) {
	t.Helper()
	if missing := (drive.ErrMissing{}); errors.As(err, &missing) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// told is what a desktop told.
type told struct {
	pressed   chan Pressed
	sound     chan struct{}
	activated chan struct{}
	chosen    chan string
	tray      chan bool
}

// run runs a desktop until the test ends, or until stop is called.
func run(t *testing.T, change func(*Desktop)) (d *Desktop, heard told, stop func()) {
	t.Helper()
	heard = told{make(chan Pressed, 16), make(chan struct{}, 16), make(chan struct{}, 16), make(chan string, 16), make(chan bool, 16)}
	d = New(App{ID: "im.sotto.Sotto", Name: "Sotto"}, Events{
		Pressed:     func(p Pressed) { heard.pressed <- p },
		Sound:       func() { heard.sound <- struct{}{} },
		Activated:   func() { heard.activated <- struct{}{} },
		Chosen:      func(id string) { heard.chosen <- id },
		TrayChanged: func(there bool) { heard.tray <- there },
	})
	d.sandboxed = false
	if change != nil {
		change(d)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		d.Run(ctx)
	}()
	stop = func() {
		cancel()
		<-ended
	}
	t.Cleanup(stop)
	return d, heard, stop
}

// patience is for what hangs: machines that are busy are slow.
const patience = time.Minute

func next[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatalf("waited in vain for %s", what)
		panic("unreachable")
	}
}
