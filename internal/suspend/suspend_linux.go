package suspend

import (
	"context"
	"os"

	"github.com/godbus/dbus/v5"
)

const (
	login        = "org.freedesktop.login1"
	loginManager = login + ".Manager"
	loginPath    = "/org/freedesktop/login1"
)

// screenSavers are the interfaces whose ActiveChanged(true) says that a screen
// is covered; GNOME and KDE cover it when they lock.
var screenSavers = []string{
	"org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.cinnamon.ScreenSaver", "org.mate.ScreenSaver", "org.xfce.ScreenSaver",
}

// watchSystem listens on both buses. One that is not there is left out.
func watchSystem(ctx context.Context, away func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		watchSession(ctx, away)
	}()
	watchLogin(ctx, away)
	<-done
}

// watchSession hears of locked screens on the session bus.
func watchSession(ctx context.Context, away func()) {
	// One that runs, and none that is started for this.
	bus, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return
	}
	defer bus.Close()
	if bus.Auth(nil) != nil || bus.Hello() != nil {
		return
	}
	signals := listen(bus)
	for _, name := range screenSavers {
		if bus.AddMatchSignalContext(ctx, dbus.WithMatchInterface(name), dbus.WithMatchMember("ActiveChanged")) != nil {
			return
		}
	}
	each(ctx, signals, func(s *dbus.Signal) {
		if on, ok := first[bool](s); ok && on {
			away()
		}
	})
}

// watchLogin hears on the system bus that the computer is about to sleep, or
// that the session is to be locked.
func watchLogin(ctx context.Context, away func()) {
	bus, err := dbus.ConnectSystemBus(dbus.WithContext(ctx))
	if err != nil {
		return
	}
	defer bus.Close()
	signals := listen(bus)
	for _, m := range [][]dbus.MatchOption{
		{dbus.WithMatchInterface(loginManager), dbus.WithMatchMember("PrepareForSleep")},
		{dbus.WithMatchInterface(login + ".Session"), dbus.WithMatchMember("Lock")},
	} {
		if bus.AddMatchSignalContext(ctx, m...) != nil {
			return
		}
	}
	hold := inhibit(ctx, bus)
	defer func() { hold.release() }()
	each(ctx, signals, func(s *dbus.Signal) {
		if s.Name == login+".Session.Lock" {
			if ownSession(ctx, bus, s.Path) {
				away()
			}
			return
		}
		sleeping, ok := first[bool](s)
		switch {
		case ok && sleeping:
			away()
			hold.release()
		case ok:
			hold.release()
			hold = inhibit(ctx, bus)
		}
	})
}

// ownSession reports whether a session is the one this process runs in. When
// nobody can tell it is taken for that: to lock once too often does no harm.
func ownSession(ctx context.Context, bus *dbus.Conn, path dbus.ObjectPath) bool {
	var own dbus.ObjectPath
	err := bus.Object(login, loginPath).CallWithContext(ctx, loginManager+".GetSessionByPID", 0, uint32(os.Getpid())).Store(&own)
	return err != nil || own == path
}

// delay holds up sleep while its file is open; logind waits five seconds at most.
type delay struct{ file *os.File }

func inhibit(ctx context.Context, bus *dbus.Conn) *delay {
	var fd dbus.UnixFD
	err := bus.Object(login, loginPath).CallWithContext(ctx, loginManager+".Inhibit", 0, "sleep", "Sotto", "Locking the profile", "delay").Store(&fd)
	if err != nil {
		return &delay{}
	}
	return &delay{os.NewFile(uintptr(fd), "inhibit")}
}

func (d *delay) release() {
	if d.file != nil {
		_ = d.file.Close()
		d.file = nil
	}
}

// listen collects the signals of a bus. It comes before they are asked for: what is
// told in between would be lost.
func listen(bus *dbus.Conn) <-chan *dbus.Signal {
	signals := make(chan *dbus.Signal, 16)
	bus.Signal(signals)
	return signals
}

func each(ctx context.Context, signals <-chan *dbus.Signal, heard func(*dbus.Signal)) {
	for {
		select {
		case s, ok := <-signals:
			if !ok {
				return
			}
			heard(s)
		case <-ctx.Done():
			return
		}
	}
}

func first[T any](s *dbus.Signal) (v T, ok bool) {
	if len(s.Body) > 0 {
		v, ok = s.Body[0].(T)
	}
	return v, ok
}
