package desktop

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// startBus runs a session bus of its own and makes it that of the test. Of the
// system's services it starts those that are named.
func startBus(t *testing.T, services ...string) *dbus.Conn {
	t.Helper()
	daemon, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Skip("no dbus-daemon here")
	}
	dir := t.TempDir()
	for _, name := range services {
		entry, err := os.ReadFile("/usr/share/dbus-1/services/" + name + ".service")
		if err != nil {
			t.Skip(err)
		}
		write(t, filepath.Join(dir, name+".service"), string(entry))
	}
	config := filepath.Join(dir, "bus.conf")
	write(t, config, `<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><servicedir>`+dir+`</servicedir><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`)
	cmd := exec.Command(daemon, "--config-file="+config, "--nofork", "--print-address")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address := strings.TrimSpace(line)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	bus, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bus.Close() })
	return bus
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

const patience = 20 * time.Second

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
