package suspend

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"sotto/internal/clock"
)

// startBus runs a message bus of its own and returns its address.
func startBus(t *testing.T) string {
	t.Helper()
	daemon, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Skip("no dbus-daemon here")
	}
	cmd := exec.Command(daemon, "--session", "--nofork", "--print-address")
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
	return strings.TrimSpace(line)
}

// loginManagerStub is logind as far as it is asked here.
type loginManagerStub struct {
	mine dbus.ObjectPath
	held chan *os.File // the other end of what Inhibit gives out
}

func (l *loginManagerStub) GetSessionByPID(uint32) (dbus.ObjectPath, *dbus.Error) { return l.mine, nil }

func (l *loginManagerStub) Inhibit(_, _, _, mode string) (dbus.UnixFD, *dbus.Error) {
	r, w, err := os.Pipe()
	if err != nil || mode != "delay" {
		return 0, dbus.NewError("no", nil)
	}
	l.held <- r
	return dbus.UnixFD(w.Fd()), nil
}

func TestAwayWhenTheComputerSleepsOrLocks(t *testing.T) {
	address := startBus(t)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	bus, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	defer bus.Close()
	stub := &loginManagerStub{"/org/freedesktop/login1/session/_31", make(chan *os.File, 4)}
	if err := bus.Export(stub, loginPath, loginManager); err != nil {
		t.Fatal(err)
	}
	if _, err := bus.RequestName(login, 0); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	away, ended := make(chan struct{}, 16), make(chan struct{})
	go func() {
		defer close(ended)
		watchSystem(ctx, func() { away <- struct{}{} })
	}()
	heard := func(what string) {
		t.Helper()
		select {
		case <-away:
		case <-time.After(10 * time.Second):
			t.Fatalf("%s is not heard", what)
		}
	}
	// The lock on sleep says that the system bus is listened to; the session
	// bus answers soon after: its first signal is sent until it is heard.
	<-stub.held
	emit := func(path dbus.ObjectPath, name string, body ...any) {
		t.Helper()
		if err := bus.Emit(path, name, body...); err != nil {
			t.Fatal(err)
		}
	}
	for first := true; first; {
		emit("/ScreenSaver", "org.freedesktop.ScreenSaver.ActiveChanged", true)
		select {
		case <-away:
			first = false
		case <-time.After(100 * time.Millisecond):
		}
	}
	for len(away) > 0 {
		<-away
	}
	for _, name := range screenSavers {
		emit("/x", name+".ActiveChanged", false)
		emit("/x", name+".ActiveChanged", true)
		heard(name)
	}
	emit("/org/freedesktop/login1/session/_32", login+".Session.Lock") // somebody else's
	emit(stub.mine, login+".Session.Lock")
	heard("Lock")
	emit(loginPath, loginManager+".PrepareForSleep", true)
	heard("PrepareForSleep")
	emit(loginPath, loginManager+".PrepareForSleep", false)
	select {
	case <-stub.held:
	case <-time.After(10 * time.Second):
		t.Fatal("sleep is not held up a second time")
	}
	if len(away) > 0 {
		t.Errorf("heard %d times too often", len(away))
	}
	cancel()
	<-ended
}

func TestAwayWhenTheClockJumps(t *testing.T) {
	clk := clock.NewManual(time.Unix(1_700_000_000, 0))
	ctx, cancel := context.WithCancel(t.Context())
	away, ended := make(chan struct{}, 4), make(chan struct{})
	go func() {
		defer close(ended)
		watchClock(ctx, clk, func() { away <- struct{}{} })
	}()
	for range 3 {
		clk.AwaitTimers(1)
		clk.Advance(lookEvery)
	}
	clk.AwaitTimers(1)
	if len(away) != 0 {
		t.Fatal("away although the clock went as it should")
	}
	clk.Advance(8 * time.Hour)
	<-away
	cancel()
	<-ended
}
