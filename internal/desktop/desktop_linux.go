package desktop

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

// Desktop is the session bus as the window knows it.
type Desktop struct {
	app       App
	on        Events
	sandboxed bool // in a Flatpak: portals only

	mu    sync.Mutex
	queue []func(*link) // what is to be done, in order
	tray  *Tray         // wanted; nil: none
	badge int
	wake  chan struct{}
	there bool // a tray shows the icon
	ended bool
}

// New makes one that does nothing until it runs.
func New(app App, on Events) *Desktop {
	_, err := os.Stat("/.flatpak-info")
	return &Desktop{app: app, on: on, sandboxed: err == nil, wake: make(chan struct{}, 1)}
}

// callPatience is how long a service may take to answer.
const callPatience = 5 * time.Second

// most bounds what waits for a bus that is slow.
const most = 256

// link is the connection to the session bus; the goroutine of Run owns it.
type link struct {
	*dbus.Conn
	d   *Desktop
	ctx context.Context

	notes  notifier
	item   *trayItem
	waited bool // the watcher of trays was looked for
}

// Run serves the desktop until ctx ends or the bus goes away. What was shown is
// taken back at the end: nobody would answer a press on it.
func (d *Desktop) Run(ctx context.Context) {
	defer d.end()
	// One that runs, and none that is started for this.
	bus, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithSignalHandler(dbus.NewSequentialSignalHandler()))
	if err != nil {
		return
	}
	defer bus.Close()
	if bus.Auth(nil) != nil || bus.Hello() != nil {
		return
	}
	signals := make(chan *dbus.Signal, 64)
	bus.Signal(signals)
	l := &link{Conn: bus, d: d, ctx: ctx}
	if d.sandboxed {
		l.notes = newPortal(l)
	} else {
		l.notes = newService(l)
	}
	if l.notes.listen() != nil {
		return
	}
	for {
		for _, do := range d.take() {
			do(l)
		}
		select {
		case <-d.wake:
		case s, ok := <-signals:
			if !ok {
				return
			}
			l.heard(s)
		case <-ctx.Done():
			// The window withdraws what it showed while it closes.
			l.ctx = context.WithoutCancel(ctx)
			for _, do := range d.take() {
				do(l)
			}
			l.notes.end()
			return
		}
	}
}

func (l *link) heard(s *dbus.Signal) {
	if s.Name == ownerChanged && len(s.Body) == 3 {
		name, _ := s.Body[0].(string)
		owner, _ := s.Body[2].(string)
		if name == watcherName {
			l.watcherChanged(owner != "")
			return
		}
		l.notes.ownerChanged(name, owner != "")
		return
	}
	if l.trayHeard(s) {
		return
	}
	l.notes.heard(s)
}

const ownerChanged = "org.freedesktop.DBus.NameOwnerChanged"

// follow asks to be told when a service comes and goes.
func (l *link) follow(name string) error {
	return l.AddMatchSignalContext(l.ctx, dbus.WithMatchSender("org.freedesktop.DBus"),
		dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, name))
}

// ask calls a method and waits for the answer, for a while.
func (l *link) ask(o dbus.BusObject, method string, flags dbus.Flags, args ...any) *dbus.Call {
	ctx, cancel := context.WithTimeout(l.ctx, callPatience)
	defer cancel()
	return o.CallWithContext(ctx, method, flags, args...)
}

// away reports whether a call failed because the service does not answer, now and
// for the next. One that refuses a notification, as some do when many come at
// once, may take another.
func away(err error) bool {
	var refused dbus.Error
	if !errors.As(err, &refused) {
		return true
	}
	const bus = "org.freedesktop.DBus.Error."
	switch refused.Name {
	case bus + "Failed", bus + "InvalidArgs", bus + "LimitsExceeded":
		return false
	}
	return strings.HasPrefix(refused.Name, bus)
}

func (d *Desktop) do(f func(*link)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended || len(d.queue) >= most {
		return
	}
	d.queue = append(d.queue, f)
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

func (d *Desktop) take() []func(*link) {
	d.mu.Lock()
	defer d.mu.Unlock()
	q := d.queue
	d.queue = nil
	return q
}

func (d *Desktop) end() {
	d.mu.Lock()
	d.ended, d.queue = true, nil
	d.mu.Unlock()
	d.setThere(false)
}

// Show shows a notification.
func (d *Desktop) Show(n Notice) { d.do(func(l *link) { l.notes.show(n) }) }

// Withdraw takes a notification back; nothing happens if there is none.
func (d *Desktop) Withdraw(key string) { d.do(func(l *link) { l.notes.withdraw(key) }) }

// SetTray puts an icon into the tray, or changes it.
func (d *Desktop) SetTray(t Tray) {
	d.mu.Lock()
	waits := d.tray != nil
	d.tray = &t
	d.mu.Unlock()
	if waits { // only the newest counts
		return
	}
	d.do(func(l *link) {
		d.mu.Lock()
		t := d.tray
		d.tray = nil
		d.mu.Unlock()
		l.setTray(t)
	})
}

// HasTray reports whether a tray shows the icon now.
func (d *Desktop) HasTray() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.there
}

func (d *Desktop) setThere(there bool) {
	d.mu.Lock()
	was := d.there
	d.there = there
	d.mu.Unlock()
	if was != there {
		d.on.TrayChanged(there)
	}
}

// notifier is a service for notifications.
type notifier interface {
	listen() error // before anything else
	show(Notice)
	withdraw(key string)
	heard(*dbus.Signal)
	ownerChanged(name string, there bool)
	end() // takes everything back
}
