package suspend

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"sotto/internal/clock"
	"sotto/internal/drive"
)

// patience is for what hangs: machines that are busy are slow.
const patience = time.Minute

// startBus runs a message bus of its own and returns its address.
func startBus(t *testing.T) string {
	t.Helper()
	b, err := drive.StartBus()
	if missing := (drive.ErrMissing{}); errors.As(err, &missing) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b.Address
}

// subscriptions tells what is listened to on a bus from now on, as match rules.
func subscriptions(t *testing.T, address string) <-chan *dbus.Message {
	t.Helper()
	spy, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { spy.Close() })
	rules := []string{"type='method_call',interface='org.freedesktop.DBus',member='AddMatch'"}
	if err := spy.BusObject().Call("org.freedesktop.DBus.Monitoring.BecomeMonitor", 0, rules, uint32(0)).Err; err != nil {
		t.Fatal(err)
	}
	calls := make(chan *dbus.Message, 64)
	spy.Eavesdrop(calls)
	return calls
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
	subscribed := subscriptions(t, address)
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
		case <-time.After(patience):
			t.Fatalf("%s is not heard", what)
		}
	}
	// The lock on sleep says that the system bus is listened to; each screen saver
	// is a subscription of its own on the session bus.
	<-stub.held
	for missing := len(screenSavers); missing > 0; {
		select {
		case call := <-subscribed:
			if rule, _ := call.Body[0].(string); strings.Contains(rule, "ActiveChanged") {
				missing--
			}
		case <-time.After(patience):
			t.Fatalf("%d screen savers are not listened to", missing)
		}
	}
	emit := func(path dbus.ObjectPath, name string, body ...any) {
		t.Helper()
		if err := bus.Emit(path, name, body...); err != nil {
			t.Fatal(err)
		}
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
	case <-time.After(patience):
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
